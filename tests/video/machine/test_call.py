"""The call's state machine, rule by rule: connecting, losing, the telephone's proposal, and the record."""

from datetime import timedelta

import pytest

from app.domain.call import Medium, StepReason
from app.domain.errors import ErrorKind
from app.video.machine.call import advance
from app.video.machine.call_events import (
    USUAL_LIMITS,
    Admitted,
    ChoseTelephone,
    CloseConnection,
    CloseMedia,
    Hangup,
    KeepOnly,
    MakeOffer,
    MediaFlowing,
    MediaLost,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    Stage,
    TakenOver,
    TellPatient,
    Tick,
)
from tests.video.machine.histories import LIVE, START, Played, play


def test_an_admitted_patient_who_joins_gets_an_offer_and_is_live_with_the_first_picture() -> None:
    state, effects = play(LIVE)
    assert effects == [TellPatient("admit"), MakeOffer(1), KeepOnly(1)]
    assert state.stage is Stage.LIVE
    assert state.record.connected


def test_nobody_is_offered_our_picture_before_being_admitted() -> None:
    state, effects = play([(0, PatientJoined()), (1, MediaFlowing(0, Medium.VIDEO))])
    assert state.stage is Stage.PREPARING
    assert effects == []


def test_twelve_seconds_without_a_connection_propose_the_telephone_and_try_later_and_later() -> None:
    waiting: Played = [(0, Admitted()), (0, PatientJoined())]
    early, _ = play([*waiting, (11.9, Tick())])
    assert early.proposed is None
    state, effects = play([*waiting, (12, Tick()), (23, Tick()), (1, Tick()), (47, Tick()), (1, Tick())])
    assert state.proposed is StepReason.NEVER_CONNECTED
    assert state.failure is ErrorKind.CALL_NOT_CONNECTED
    assert [effect for effect in effects if isinstance(effect, MakeOffer)] == [MakeOffer(n) for n in (1, 2, 3, 4)]


def test_lost_media_reconnect_at_once_and_propose_the_telephone_after_ten_seconds() -> None:
    lost, effects = play([*LIVE, (10, MediaLost(1))])
    assert lost.stage is Stage.RECONNECTING
    assert effects[-1] == MakeOffer(2)
    assert lost.proposed is None
    late, _ = play([*LIVE, (10, MediaLost(1)), (10, Tick())])
    assert late.proposed is StepReason.MEDIA_LOST


def test_a_proposal_stands_until_media_have_flowed_steadily() -> None:
    back: Played = [*LIVE, (10, MediaLost(1)), (11, Tick()), (1, MediaFlowing(3, Medium.VIDEO))]
    assert play([*back, (4.9, Tick())])[0].proposed is StepReason.MEDIA_LOST
    assert play([*back, (5, Tick())])[0].proposed is None


def test_a_line_that_flaps_proposes_the_telephone_at_once() -> None:
    state, _ = play([*LIVE, (10, MediaLost(1)), (2, MediaFlowing(2, Medium.VIDEO)), (20, MediaLost(2))])
    assert state.stage is Stage.RECONNECTING
    assert state.proposed is StepReason.MEDIA_LOST


def test_a_failed_first_attempt_is_repeated_without_waiting_but_only_once() -> None:
    _, effects = play([(0, Admitted()), (0, PatientJoined()), (3, MediaLost(1)), (3, MediaLost(2))])
    assert [effect for effect in effects if isinstance(effect, MakeOffer)] == [MakeOffer(1), MakeOffer(2)]


def test_a_patient_who_asked_for_the_telephone_is_not_called_back_by_video() -> None:
    state, effects = play([*LIVE, (5, PatientAskedPhone()), (5, MediaLost(1)), (30, Tick())])
    assert state.proposed is StepReason.PATIENT_ASKED
    assert effects[-1] == CloseConnection()
    phoned, _ = advance(state, ChoseTelephone(), START + timedelta(minutes=2))
    assert phoned.record.steps[-1].reason is StepReason.PATIENT_ASKED


def test_a_patient_who_left_comes_back_with_the_same_link() -> None:
    left, effects = play([*LIVE, (5, PatientLeft())])
    assert left.stage is Stage.CONNECTING
    assert effects[-2:] == [CloseConnection(), TellPatient("admit")]
    assert play([*LIVE, (5, PatientLeft()), (60, Tick())])[0].proposed is None
    back, effects = play([*LIVE, (5, PatientLeft()), (9, PatientJoined())])
    assert back.stage is Stage.RECONNECTING
    assert effects[-1] == MakeOffer(back.call)


def test_a_patient_taken_over_by_another_console_is_let_go_without_a_word() -> None:
    state, effects = play([*LIVE, (5, TakenOver())])
    assert state.stage is Stage.ENDED
    assert effects[-1] == CloseMedia()


def test_attempts_are_counted_on_from_what_the_room_remembers() -> None:
    _, effects = play([(0, Admitted()), (1, PatientJoined(7))])
    assert effects[-1] == MakeOffer(8)


def test_a_picture_that_stays_away_is_kept_in_the_record_and_so_is_its_return() -> None:
    state, _ = play([*LIVE, (5, MediaFlowing(1, Medium.SOUND)), (5, MediaFlowing(1, Medium.VIDEO))])
    assert [(step.medium, step.reason) for step in state.record.steps] == [
        (Medium.VIDEO, StepReason.STARTED),
        (Medium.SOUND, StepReason.NO_PICTURE),
        (Medium.VIDEO, StepReason.RECOVERED),
    ]


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (LIVE, StepReason.CLINICIAN_CHOSE),
        ([(0, Admitted()), (12, Tick())], StepReason.NEVER_CONNECTED),
        ([*LIVE, (1, MediaLost(1)), (10, Tick())], StepReason.MEDIA_LOST),
    ],
)
def test_the_record_says_why_it_became_a_telephone_call(history: Played, reason: StepReason) -> None:
    state, effects = play([*history, (1, ChoseTelephone())])
    assert state.stage is Stage.TELEPHONE
    assert state.record.steps[-1].medium is Medium.TELEPHONE
    assert state.record.steps[-1].reason is reason
    assert effects[-2:] == [CloseMedia(), TellPatient("telephone")]


def test_closing_the_preview_tells_the_patient_nothing() -> None:
    assert play([(0, Hangup())])[1] == [CloseMedia()]


def test_the_usual_limits_are_those_that_were_asked_for() -> None:
    assert USUAL_LIMITS.connect == timedelta(seconds=12)
    assert USUAL_LIMITS.return_ == timedelta(seconds=10)
