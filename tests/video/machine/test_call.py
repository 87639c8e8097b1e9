"""The call's state machine: single rules, and what holds after any events at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import Medium, Rung, StepReason
from app.domain.culprit import NO_VERDICT, Culprit, Verdict
from app.domain.errors import ErrorKind
from app.video.machine.call import advance, new_call
from app.video.machine.call_events import (
    USUAL_LIMITS,
    Admitted,
    CallEffect,
    CallEvent,
    CallState,
    ChoseTelephone,
    CloseConnection,
    CloseMedia,
    Hangup,
    Judged,
    KeepOnly,
    MakeOffer,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    OfferUnsent,
    OpenMedia,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    ShowRung,
    Stage,
    TakenOver,
    TellPatient,
    Tick,
    TryAgain,
)
from app.video.machine.ladder import MOST_CHANGES, LinkFigures
from tests.video.link import figures

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Played = list[tuple[float, CallEvent]]

calls = st.integers(0, 4)
events = st.one_of(
    st.just(Admitted()),
    st.builds(PatientJoined, calls),
    st.builds(MediaFlowing, calls, st.sampled_from((Medium.VIDEO, Medium.SOUND))),
    st.builds(MediaLost, calls),
    st.builds(Measured, figures),
    st.builds(Judged, st.sampled_from((NO_VERDICT, Verdict(Culprit.THIS_PC)))),
    st.just(NetworkChanged()),
    st.builds(OfferUnsent, calls),
    st.just(TryAgain()),
    st.just(PatientAskedPhone()),
    st.just(PatientLeft()),
    st.just(TakenOver()),
    st.builds(ChoseTelephone, st.none() | st.sampled_from(StepReason)),
    st.just(Hangup()),
    st.just(Tick()),
)
quiet = st.one_of(
    st.builds(Measured, figures),
    st.just(NetworkChanged()),
    st.just(Admitted()),
    st.just(PatientJoined()),
    st.builds(MediaLost, calls),
    st.just(TryAgain()),
    st.just(Tick()),
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
    state, open_ = new_call(START), set[int]()
    at = START
    for seconds, event in history:
        at += timedelta(seconds=seconds)
        state, effects = advance(state, event, at)
        for effect in effects:
            match effect:
                case MakeOffer(call):
                    open_ = {*(open_ & {state.carrier}), call}
                case KeepOnly(call):
                    open_ &= {call}
                case CloseMedia() | CloseConnection():
                    open_ = set()
                case OpenMedia() | ShowRung() | TellPatient():
                    pass
        assert open_ <= {state.call, state.carrier}, "one attempt at a time, beside the one that carries"
        if state.stage in (Stage.PREPARING, Stage.ENDED) or (
            state.stage is Stage.TELEPHONE and not state.returning
        ):
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


LOSSY = Measured(LinkFigures(loss_in=0.25))
CLEAN = Measured(LinkFigures())
BAD: Played = [(1, LOSSY)] * 4


def rungs(state: CallState) -> list[tuple[Rung, StepReason]]:
    return [(step.rung, step.reason) for step in state.record.steps]


def test_a_line_that_loses_much_costs_the_picture_before_the_sound() -> None:
    state, effects = play([*LIVE, *BAD])
    assert rungs(state)[-1] == (Rung.LOWER_VIDEO, StepReason.POOR_LINE)
    assert effects[-1] == ShowRung(Rung.LOWER_VIDEO)
    state, effects = play([*LIVE, *BAD, *BAD, (1, LOSSY)])
    assert rungs(state)[-1] == (Rung.SOUND, StepReason.POOR_LINE)
    assert effects[-1] == ShowRung(Rung.SOUND)


def test_a_line_that_is_good_again_brings_the_picture_back_rung_by_rung() -> None:
    state, _ = play([*LIVE, *BAD, *BAD, (1, LOSSY), *[(1, CLEAN)] * 25])
    assert [rung for rung, _ in rungs(state)] == [
        Rung.VIDEO, Rung.LOWER_VIDEO, Rung.SOUND, Rung.LOWER_VIDEO, Rung.VIDEO,
    ]  # fmt: skip
    assert rungs(state)[-1][1] is StepReason.RECOVERED


def test_sound_that_does_not_get_through_proposes_the_telephone_until_it_does() -> None:
    hopeless = Measured(LinkFigures(loss_in=0.5))
    state, _ = play([*LIVE, *[(1, hopeless)] * 20])
    assert state.proposed is StepReason.POOR_LINE
    assert play([(1, CLEAN)], state, START + timedelta(minutes=1))[0].proposed is None


def test_one_key_goes_one_rung_up_at_once() -> None:
    state, effects = play([*LIVE, *BAD, (0, TryAgain())])
    assert rungs(state)[-1] == (Rung.VIDEO, StepReason.CLINICIAN_CHOSE)
    assert effects[-1] == ShowRung(Rung.VIDEO)
    assert play([(0, TryAgain())], state)[1] == []


def test_a_connection_that_comes_back_by_itself_is_live_while_the_new_one_is_still_pending() -> None:
    back, effects = play([*LIVE, (10, MediaLost(1)), (1, MediaFlowing(1, Medium.VIDEO))])
    assert back.stage is Stage.LIVE
    assert effects[-1] == MakeOffer(2)
    assert play([(1, MediaFlowing(2, Medium.VIDEO))], back)[1] == [KeepOnly(2)]
    assert play([(10, Tick())], back, START + timedelta(seconds=12))[1] == [KeepOnly(1)]


def test_a_change_of_the_network_connects_anew_beside_the_old_connection_but_not_again_and_again() -> None:
    state, effects = play([*LIVE, (10, NetworkChanged()), (1, NetworkChanged()), (1, Tick())])
    assert state.stage is Stage.LIVE
    assert [effect for effect in effects if isinstance(effect, MakeOffer)] == [MakeOffer(1), MakeOffer(2)]
    assert play([(2, Tick())], state, START + timedelta(seconds=14))[1] == [MakeOffer(3)]


def test_an_offer_that_could_not_be_sent_is_followed_by_another_soon() -> None:
    unsent: Played = [*LIVE, (10, MediaLost(1)), (0, OfferUnsent(2))]
    assert play([*unsent, (0.9, Tick())])[0].call == 2
    assert play([*unsent, (1, Tick())])[1][-1] == MakeOffer(3)
    assert play([*unsent, (0, OfferUnsent(1))])[0] == play(unsent)[0]


def test_the_record_shows_when_there_was_no_contact() -> None:
    state, _ = play([*LIVE, (10, MediaLost(1)), (1, MediaFlowing(2, Medium.VIDEO))])
    assert rungs(state)[1:] == [(Rung.RECONNECTING, StepReason.MEDIA_LOST), (Rung.VIDEO, StepReason.RECOVERED)]
    assert state.record.medium is Medium.VIDEO


PHONED: Played = [*LIVE, (1, ChoseTelephone())]


def test_from_the_telephone_back_to_video_the_number_stays_until_the_picture_is_there() -> None:
    asked, effects = play([*PHONED, (60, TryAgain())])
    assert (asked.stage, asked.returning) == (Stage.TELEPHONE, True)
    assert effects[-2:] == [OpenMedia(), TellPatient("admit")]
    joined, effects = play([(1, PatientJoined())], asked, START + timedelta(minutes=2))
    assert (joined.stage, effects) == (Stage.TELEPHONE, [MakeOffer(joined.call)])
    live, _ = play([(1, MediaFlowing(joined.call, Medium.VIDEO))], joined, START + timedelta(minutes=2))
    assert (live.stage, live.returning) == (Stage.LIVE, False)
    assert rungs(live)[-2:] == [
        (Rung.TELEPHONE, StepReason.CLINICIAN_CHOSE),
        (Rung.VIDEO, StepReason.CLINICIAN_CHOSE),
    ]


def test_the_link_is_sent_when_the_page_is_not_open() -> None:
    waiting: Played = [*PHONED, (60, TryAgain()), (2.9, Tick())]
    assert not play(waiting)[0].link_wanted
    state, _ = play([*waiting, (0.1, Tick())])
    assert state.link_wanted
    assert not play([*PHONED, (60, TryAgain()), (1, PatientJoined()), (5, Tick())])[0].link_wanted


def test_who_does_not_want_to_wait_for_video_stays_on_the_telephone() -> None:
    state, effects = play([*PHONED, (60, TryAgain()), (5, ChoseTelephone())])
    assert (state.stage, state.returning) == (Stage.TELEPHONE, False)
    assert effects[-2:] == [CloseMedia(), TellPatient("telephone")]
    assert [step.medium for step in state.record.steps].count(Medium.TELEPHONE) == 1


def test_a_verdict_stays_in_the_record_when_all_is_well_again() -> None:
    blamed = Verdict(Culprit.PATIENT_NETWORK)
    state, _ = play([*LIVE, (1, Judged(blamed)), (5, Judged(NO_VERDICT))])
    assert state.verdict == NO_VERDICT
    assert state.record.verdict == blamed


by_itself = st.one_of(
    st.builds(Measured, figures),
    st.builds(MediaFlowing, calls, st.sampled_from((Medium.VIDEO, Medium.SOUND))),
    st.builds(MediaLost, calls),
    st.just(NetworkChanged()),
    st.just(PatientJoined()),
    st.just(Tick()),
)
MOST_LOSSES = 8
"""In a minute: each must settle `settle` longer than the one before, so 0 + 2 + 4 + ... s fill it."""


@given(st.lists(st.tuples(st.floats(0, 3), by_itself), max_size=200))
def test_the_rung_never_flaps(history: Played) -> None:
    state, _ = play(history, play(LIVE)[0], START + timedelta(seconds=2))
    changes = [step.at for step in state.record.steps[1:]]
    for first in changes:
        within = [at for at in changes if first <= at < first + timedelta(minutes=1)]
        assert len(within) <= MOST_CHANGES + 2 * MOST_LOSSES


@given(histories, st.lists(st.tuples(st.floats(0, 3), quiet), max_size=20))
def test_contact_that_is_lost_is_back_or_the_telephone_is_proposed_in_time(before: Played, during: Played) -> None:
    state, _ = play(before)
    if state.stage is not Stage.LIVE or state.carrier is None:
        return
    lost = at = START + timedelta(hours=2)
    state, _ = advance(state, MediaLost(state.carrier), at)
    if state.stage is Stage.CONNECTING:
        return  # a patient who had asked to be phoned is not called back by video
    for seconds, event in during:
        at += timedelta(seconds=seconds)
        state, _ = advance(state, event, at)
        state, _ = advance(state, Tick(), at)
        if at - lost >= timedelta(seconds=13):
            assert state.proposed is not None


@given(histories)
def test_the_telephone_is_no_one_way_street(history: Played) -> None:
    state, _ = play(history)
    if state.stage is Stage.ENDED:
        return
    at = START + timedelta(hours=2)
    for event in (Admitted(), ChoseTelephone(), TryAgain(), PatientJoined()):
        state, _ = advance(state, event, at)
    assert state.stage is Stage.TELEPHONE
    state, _ = advance(state, MediaFlowing(state.call, Medium.VIDEO), at)
    assert state.stage is Stage.LIVE
