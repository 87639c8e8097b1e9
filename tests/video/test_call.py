"""The call's state machine: single rules, and what holds after any events at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import Medium, StepReason
from app.domain.errors import ErrorKind
from app.video.call import advance, new_call
from app.video.call_events import (
    USUAL_LIMITS,
    Admitted,
    CallEffect,
    CallEvent,
    CallState,
    ChoseTelephone,
    CloseConnection,
    CloseMedia,
    Hangup,
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
    TryAgain,
)

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Played = list[tuple[float, CallEvent]]

calls = st.integers(0, 4)
events = st.one_of(
    st.just(Admitted()),
    st.builds(PatientJoined, calls),
    st.builds(MediaFlowing, calls, st.sampled_from((Medium.VIDEO, Medium.SOUND))),
    st.builds(MediaLost, calls),
    st.just(TryAgain()),
    st.just(PatientAskedPhone()),
    st.just(PatientLeft()),
    st.just(TakenOver()),
    st.builds(ChoseTelephone, st.none() | st.sampled_from(StepReason)),
    st.just(Hangup()),
    st.just(Tick()),
)
quiet = st.one_of(
    st.just(Admitted()), st.just(PatientJoined()), st.builds(MediaLost, calls), st.just(TryAgain()), st.just(Tick())
)
histories = st.lists(st.tuples(st.floats(-5, 30), events), max_size=25)
"""Seconds since the event before (a clock may be set back), and the event."""


def play(
    history: Played, state: CallState | None = None, at: datetime = START
) -> tuple[CallState, list[CallEffect]]:
    """Return the state and every effect after a history."""
    state = state or new_call(START)
    done: list[CallEffect] = []
    for seconds, event in history:
        at += timedelta(seconds=seconds)
        state, effects = advance(state, event, at)
        done += effects
    return state, done


LIVE: Played = [(0, Admitted()), (1, PatientJoined()), (1, MediaFlowing(1, Medium.VIDEO))]


def test_an_admitted_patient_who_joins_gets_an_offer_and_is_live_with_the_first_picture() -> None:
    state, effects = play(LIVE)
    assert effects == [TellPatient("admit"), MakeOffer(1)]
    assert state.stage is Stage.LIVE
    assert state.record.connected


def test_nobody_is_offered_our_picture_before_being_admitted() -> None:
    state, effects = play([(0, PatientJoined()), (1, MediaFlowing(0, Medium.VIDEO))])
    assert state.stage is Stage.PREPARING
    assert effects == []


def test_twelve_seconds_without_a_connection_propose_the_telephone_and_try_once_more() -> None:
    waiting: Played = [(0, Admitted()), (0, PatientJoined())]
    early, _ = play([*waiting, (11.9, Tick())])
    assert early.proposed is None
    state, effects = play([*waiting, (12, Tick()), (12, Tick()), (30, Tick())])
    assert state.proposed is StepReason.NEVER_CONNECTED
    assert state.failure is ErrorKind.CALL_NOT_CONNECTED
    assert [effect for effect in effects if isinstance(effect, MakeOffer)] == [MakeOffer(1), MakeOffer(2)]


def test_lost_media_reconnect_at_once_and_propose_the_telephone_after_ten_seconds() -> None:
    lost, effects = play([*LIVE, (10, MediaLost(1))])
    assert lost.stage is Stage.RECONNECTING
    assert effects[-1] == MakeOffer(2)
    assert lost.proposed is None
    late, _ = play([*LIVE, (10, MediaLost(1)), (10, Tick())])
    assert late.proposed is StepReason.MEDIA_LOST


def test_a_proposal_stands_until_media_have_flowed_steadily() -> None:
    back: Played = [*LIVE, (10, MediaLost(1)), (11, Tick()), (1, MediaFlowing(2, Medium.VIDEO))]
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
        (Medium.SOUND, StepReason.MEDIA_LOST),
        (Medium.VIDEO, StepReason.STARTED),
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


@given(histories)
def test_the_record_only_goes_forward_in_time(history: Played) -> None:
    state, _ = play(history)
    times = [step.at for step in state.record.steps]
    assert times == sorted(times)
    assert state.record.started_at == times[0]
    assert state.record.ended_at is None or state.record.ended_at >= times[-1]


@given(histories, histories)
def test_an_ended_call_never_changes(before: Played, after: Played) -> None:
    ended, _ = play([*before, (0, Hangup())])
    assert play(after, ended) == (ended, [])


@given(histories)
def test_media_are_closed_whenever_nobody_should_be_seen_or_heard(history: Played) -> None:
    state, open_ = new_call(START), False
    at = START
    for seconds, event in history:
        at += timedelta(seconds=seconds)
        state, effects = advance(state, event, at)
        for effect in effects:
            match effect:
                case MakeOffer():
                    open_ = True
                case CloseMedia() | CloseConnection():
                    open_ = False
                case TellPatient():
                    pass
        if state.stage in (Stage.PREPARING, Stage.TELEPHONE, Stage.ENDED):
            assert not open_
        if state.stage is Stage.LIVE:
            assert open_


@given(histories)
def test_attempts_are_numbered_upwards_and_an_old_one_changes_nothing(history: Played) -> None:
    state, effects = play(history)
    offers = [effect.call for effect in effects if isinstance(effect, MakeOffer)]
    assert offers == sorted(set(offers))
    for old in range(state.call):
        for event in (MediaFlowing(old, Medium.VIDEO), MediaLost(old)):
            assert advance(state, event, START + timedelta(hours=1)) == (state, ())


@given(histories, st.lists(st.tuples(st.floats(0, 3), quiet), max_size=10))
def test_whatever_fails_the_telephone_is_proposed_within_the_limits(before: Played, during: Played) -> None:
    state, _ = play([(0, Admitted()), *before])
    if state.stage not in (Stage.CONNECTING, Stage.LIVE, Stage.RECONNECTING):
        return
    # A patient who went away after a conversation has not failed; until they are back nothing is proposed.
    gone = state.stage is Stage.CONNECTING and state.record.connected
    last = START + timedelta(hours=1)
    lost, _ = advance(replace(state, proposed=None) if gone else state, MediaLost(state.call), last)
    lost, _ = play(during, lost, last)
    late, _ = advance(lost, Tick(), last + timedelta(seconds=60))
    assert late.proposed is not None or (gone and late.due is None and not any(_joins(during)))


def _joins(history: Played) -> list[bool]:
    return [isinstance(event, PatientJoined | TryAgain) for _, event in history]


@given(histories)
def test_there_is_an_offer_only_for_someone_who_joined_after_being_admitted(history: Played) -> None:
    _, effects = play([step for step in history if not isinstance(step[1], Admitted)])
    assert not any(isinstance(effect, MakeOffer) for effect in effects)
    _, effects = play([step for step in history if not isinstance(step[1], PatientJoined)])
    assert not any(isinstance(effect, MakeOffer) for effect in effects)


def test_the_usual_limits_are_those_that_were_asked_for() -> None:
    assert USUAL_LIMITS.connect == timedelta(seconds=12)
    assert USUAL_LIMITS.return_ == timedelta(seconds=10)
