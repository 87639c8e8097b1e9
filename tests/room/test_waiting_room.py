"""The waiting room's rules, one by one, on the pure core."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.waiting import PatientDevices, PatientPhase
from app.room import events as ev
from app.room.state import (
    LONGEST_EXTENSION,
    REJOIN_GRACE,
    Room,
    Stage,
    new_room,
    patient_view,
    restored_room,
)
from app.room.waiting_room import step
from tests.room.support import START, plan

HERE = ev.ConsoleId(1)
THERE = ev.ConsoleId(2)
OFFER = {"sdp": "v=0", "type": "offer"}


class Play:
    """One room, stepped through a scene; `effects` are those of the last event."""

    def __init__(self, now: datetime = START) -> None:
        self.room: Room = new_room(plan(), now)
        self.now = now
        self.effects: tuple[ev.Effect, ...] = ()

    def take(self, *happenings: ev.Event | ev.ConsoleEvent) -> "Play":
        for happening in happenings:
            self.room, self.effects = step(self.room, happening, self.now)
        return self

    def later(self, by: timedelta) -> "Play":
        self.now += by
        return self.take(ev.Tick())

    @property
    def view(self) -> str:
        return patient_view(self.room, self.now)

    @property
    def phase(self) -> PatientPhase:
        return self.room.reported.phase

    def told(self) -> list[object]:
        return [effect.message["type"] for effect in self.effects if isinstance(effect, ev.TellPatient)]

    def signals(self) -> list[tuple[str, int, ev.ConsoleId | None]]:
        return [(one.kind, one.call, one.console) for one in self.effects if isinstance(one, ev.SignalConsole)]


def offer(call: int, console: ev.ConsoleId = HERE) -> ev.ConsoleSignal:
    return ev.ConsoleSignal(console, "offer", call, OFFER)


def answer(call: int) -> ev.PatientSignal:
    return ev.PatientSignal("answer", call, {"sdp": "v=0", "type": "answer"})


def waiting(now: datetime = START) -> Play:
    tested = ev.DevicesTested(PatientDevices(camera=True, microphone=True, browser="Safari"))
    return Play(now).take(ev.PatientArrived(), tested, ev.Join())


def in_call() -> Play:
    return waiting().take(ev.Admit(HERE), offer(1), answer(1))


def test_the_way_in() -> None:
    play = Play()
    assert (play.view, play.phase) == ("preview", PatientPhase.NOT_OPENED)
    assert play.take(ev.PatientArrived()).phase is PatientPhase.OPENED
    assert play.take(ev.DevicesTested(PatientDevices(camera=False))).phase is PatientPhase.TESTED
    assert play.room.reported.devices.camera is False
    assert play.take(ev.Join()).phase is PatientPhase.WAITING
    assert play.view == "waiting"
    assert play.take(ev.Admit(HERE)).signals() == [("joined", 0, HERE)]
    assert (play.view, play.phase) == ("admitted", PatientPhase.WAITING)
    assert play.take(offer(1)).told() == ["offer"]
    assert play.take(answer(1)).signals() == [("answer", 1, HERE)]
    assert play.phase is PatientPhase.IN_CALL


def test_a_room_nobody_opened_is_never_said_to_be_closed_or_left() -> None:
    play = Play()
    assert play.take(ev.Planned(plan(START + timedelta(minutes=5)))).phase is PatientPhase.NOT_OPENED
    assert play.later(timedelta(hours=1)).effects == ()
    assert play.take(ev.Close()).phase is PatientPhase.NOT_OPENED


@pytest.mark.parametrize(
    ("stage", "phase"),
    [
        (Stage.NEW, PatientPhase.NOT_OPENED),
        (Stage.OPENED, PatientPhase.AWAY),
        (Stage.WAITING, PatientPhase.AWAY),
        (Stage.CALLBACK, PatientPhase.WANTS_PHONE),
    ],
)
def test_what_a_restarted_service_says_of_a_room(stage: Stage, phase: PatientPhase) -> None:
    room = restored_room(plan(), START, stage=stage, call=-1, delay_minutes=0, closed=False)
    assert room.reported.phase is phase


def test_opens_by_itself_at_its_time() -> None:
    play = Play(START - timedelta(minutes=16)).take(ev.PatientArrived())
    assert play.view == "early"
    assert play.take(ev.Join()).view == "early"
    assert play.later(timedelta(minutes=1)).view == "preview"
    assert play.told() == ["state"]


def test_closes_by_itself_when_nobody_is_in_it() -> None:
    play = Play().take(ev.PatientArrived())
    assert play.later(timedelta(minutes=29)).view == "preview"
    assert play.later(timedelta(minutes=1)).view == "closed"
    assert play.told() == ["state"]
    assert play.take(ev.Join()).view == "closed"


@pytest.mark.parametrize("play", [waiting(), in_call(), waiting().take(ev.AskForPhone())])
def test_stays_open_while_somebody_is_in_it(play: Play) -> None:
    before = play.view
    assert play.later(timedelta(hours=2)).view == before


def test_a_forgotten_tab_does_not_keep_it_open_for_ever() -> None:
    assert waiting().later(timedelta(minutes=15) + LONGEST_EXTENSION).view == "closed"


def test_who_drops_out_of_the_waiting_after_closing_time_may_come_back_for_a_while() -> None:
    play = waiting().later(timedelta(hours=1)).take(ev.PatientGone())
    assert play.later(REJOIN_GRACE - timedelta(seconds=1)).view == "waiting"
    assert play.take(ev.PatientArrived()).view == "waiting"
    play.take(ev.PatientGone()).later(REJOIN_GRACE)
    assert play.take(ev.PatientArrived()).view == "closed"


@pytest.mark.parametrize("play", [in_call(), in_call().take(ev.GoOnByTelephone(HERE))])
def test_no_clock_ends_a_conversation_that_a_console_holds(play: Play) -> None:
    before = play.view
    assert play.later(timedelta(hours=9)).view == before
    assert play.effects == ()
    play.take(ev.PatientGone())
    assert play.later(REJOIN_GRACE * 3).take(ev.PatientArrived()).view == before
    assert play.take(ev.End(HERE)).view == "ended"


def test_a_call_whose_lines_drop_after_hours_may_be_taken_up_again() -> None:
    play = in_call().later(timedelta(hours=9)).take(ev.ConsoleGone(HERE))
    assert play.view == "admitted"
    assert play.take(offer(2, THERE)).told() == ["offer"]
    both_lost = in_call().later(timedelta(hours=9)).take(ev.ConsoleGone(HERE), ev.PatientGone())
    assert both_lost.later(REJOIN_GRACE - timedelta(seconds=1)).take(ev.PatientArrived()).view == "admitted"
    assert both_lost.later(LONGEST_EXTENSION).view == "closed", "nobody holds it: a forgotten tab"


@pytest.mark.parametrize(
    ("stage", "hours", "view"),
    [(Stage.IN_CALL, 1, "admitted"), (Stage.WAITING, 1, "waiting"), (Stage.IN_CALL, 9, "closed")],
)
def test_who_was_in_a_room_after_closing_time_comes_back_to_a_restarted_service(
    stage: Stage, hours: int, view: str
) -> None:
    play = Play(START + timedelta(hours=hours))
    play.room = restored_room(plan(), play.now, stage=stage, call=3, delay_minutes=0, closed=False)
    assert play.take(ev.PatientArrived()).view == view


def test_coming_back_resumes_the_waiting() -> None:
    play = waiting().take(ev.PatientGone())
    assert play.phase is PatientPhase.AWAY
    assert play.take(ev.PatientArrived()).phase is PatientPhase.WAITING
    assert play.told() == ["state"]


def test_coming_back_into_the_call_asks_for_a_new_offer() -> None:
    play = in_call().take(ev.PatientGone(), ev.PatientArrived())
    assert play.signals() == [("joined", 1, HERE)]
    assert (play.view, play.phase) == ("admitted", PatientPhase.IN_CALL)
    assert play.take(offer(2)).told() == ["offer"]


@pytest.mark.parametrize("stale", [offer(0), offer(1), answer(0), answer(2)])
def test_messages_of_another_attempt_are_dropped(stale: ev.ConsoleSignal | ev.PatientSignal) -> None:
    assert in_call().take(stale).effects == ()


def test_only_the_console_that_admitted_speaks_to_the_patient() -> None:
    play = in_call()
    for intrusion in (offer(2, THERE), ev.GoOnByTelephone(THERE), ev.End(THERE)):
        assert play.take(intrusion).effects == ()
    assert play.view == "admitted"


def test_another_console_may_take_over_and_the_first_is_told() -> None:
    play = in_call().take(ev.Admit(THERE))
    assert play.signals() == [("left", 1, HERE), ("joined", 0, THERE)]
    assert play.take(offer(1, THERE)).told() == ["offer"]
    assert play.take(offer(2, HERE)).effects == ()


def test_who_is_admitted_before_being_ready_still_sees_the_camera_first() -> None:
    play = Play().take(ev.PatientArrived(), ev.Admit(HERE))
    assert (play.view, play.signals()) == ("preview", [])
    assert play.take(ev.Join()).signals() == [("joined", 0, HERE)]
    assert play.view == "admitted"


def test_a_console_that_vanishes_before_the_call_leaves_the_patient_waiting() -> None:
    play = waiting().take(ev.Admit(HERE), ev.ConsoleGone(HERE))
    assert (play.view, play.told()) == ("waiting", ["state"])
    assert play.take(ev.Admit(THERE)).signals() == [("joined", 0, THERE)]


def test_a_call_outlives_the_console_line_and_is_taken_up_again() -> None:
    play = in_call().take(ev.ConsoleGone(HERE))
    assert play.view == "admitted"
    assert play.take(ev.Leave()).signals() == [("left", 1, None)]
    play = in_call().take(ev.ConsoleGone(HERE), offer(2, THERE))
    assert play.told() == ["offer"]


def test_a_wish_to_be_phoned_outlives_the_page() -> None:
    play = waiting().take(ev.AskForPhone())
    assert (play.view, play.signals()) == ("telephone", [("phone", 0, None)])
    assert play.take(ev.PatientGone()).phase is PatientPhase.WANTS_PHONE
    assert play.later(timedelta(hours=1)).phase is PatientPhase.WANTS_PHONE
    assert play.take(ev.PatientArrived(), ev.AskForPhone()).signals() == []
    assert play.take(ev.Join()).phase is PatientPhase.WAITING


def test_who_wished_to_be_phoned_is_told_when_the_clinic_phones() -> None:
    play = waiting().take(ev.AskForPhone())
    assert play.room.told is not None
    assert play.room.told["callback"] is True
    assert play.take(ev.GoOnByTelephone(HERE)).told() == ["state", "telephone"]
    assert play.room.told is not None
    assert (play.view, play.room.told["callback"]) == ("telephone", False)


def test_by_telephone_and_back_to_video() -> None:
    play = in_call().take(ev.GoOnByTelephone(HERE))
    assert (play.view, play.told()) == ("telephone", ["state", "telephone"])
    assert play.take(ev.Admit(HERE)).signals() == [("joined", 0, HERE)]
    assert play.view == "admitted"
    assert play.take(offer(1)).told() == ["offer"]


def test_the_end_is_the_end_also_when_the_room_is_closed() -> None:
    play = in_call().take(ev.End(HERE))
    assert (play.view, play.told(), play.phase) == ("ended", ["state", "ended"], PatientPhase.LEFT)
    assert play.take(ev.Close()).view == "ended"
    assert play.take(ev.Rating(3, 2)).effects == (ev.CountRating(ev.Rating(3, 2)),)
    assert play.take(ev.Rating(1, 1)).effects == ()


def test_a_closed_room_tells_the_patient_and_stays_closed_to_them() -> None:
    play = waiting().take(ev.Close())
    assert (play.view, play.phase) == ("closed", PatientPhase.LEFT)
    assert play.take(ev.Admit(HERE), ev.Join(), ev.AskForPhone()).effects == ()
    assert play.take(ev.PatientGone(), ev.PatientArrived()).view == "closed"


def test_the_clinic_opens_a_closed_room_again_and_nobody_is_let_in_by_it() -> None:
    play = in_call().take(ev.Close())
    again = play.take(ev.Planned(play.room.plan))
    assert (again.view, again.phase, again.room.owner) == ("preview", PatientPhase.OPENED, None)
    assert again.take(ev.Join()).phase is PatientPhase.WAITING


def test_a_delay_is_shown_and_can_be_taken_back() -> None:
    play = waiting().take(ev.Delay(8))
    assert play.room.told is not None
    assert play.room.told["delay_minutes"] == 8
    assert play.take(ev.Delay(8)).effects == ()
    assert play.take(ev.Delay(0)).told() == ["state"]


def test_a_moved_consultation_moves_the_room() -> None:
    play = waiting()
    later = replace(plan(START + timedelta(days=1)), booking_id=play.room.plan.booking_id)
    assert play.take(ev.Planned(later)).view == "early"


def test_since_is_when_the_phase_began() -> None:
    play = waiting()
    begun = play.room.reported.since
    play.later(timedelta(minutes=3)).take(ev.DevicesTested(PatientDevices(camera=False)))
    assert play.room.reported.since == begun
    assert play.take(ev.PatientGone()).room.reported.since == play.now


def test_who_left_comes_back_to_the_preparation() -> None:
    play = in_call().take(ev.Leave())
    assert (play.signals(), play.phase) == ([("left", 1, HERE)], PatientPhase.LEFT)
    play.take(ev.PatientGone())
    assert play.phase is PatientPhase.LEFT
    assert play.take(ev.PatientArrived()).view == "preview"


def test_nothing_is_heard_from_a_patient_without_a_line() -> None:
    assert waiting().take(ev.PatientGone(), ev.AskForPhone()).effects == ()


def test_back_to_video_with_the_page_closed_waits_for_it_to_be_opened_again() -> None:
    play = in_call().take(ev.GoOnByTelephone(HERE), ev.PatientGone(), ev.Admit(HERE))
    assert play.signals() == []
    assert play.take(ev.PatientArrived()).signals() == [("joined", 0, HERE)]
    assert play.take(offer(5)).told() == ["offer"]


def test_a_patient_phoned_before_the_link_was_opened_comes_in_when_it_is() -> None:
    play = Play().take(ev.GoOnByTelephone(HERE), ev.Admit(HERE), ev.PatientArrived())
    assert play.signals() == [("joined", 0, HERE)]
