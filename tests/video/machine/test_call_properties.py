"""What holds of a call after any events at all."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.call import Medium
from app.video.machine.call import advance, new_call
from app.video.machine.call_events import (
    Admitted,
    ChoseTelephone,
    CloseConnection,
    CloseMedia,
    Hangup,
    KeepOnly,
    MakeOffer,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    OpenMedia,
    PatientJoined,
    ShowRung,
    Stage,
    TellPatient,
    Tick,
    TryAgain,
)
from app.video.machine.ladder import MOST_CHANGES
from tests.video.link import figures
from tests.video.machine.histories import LIVE, START, Played, calls, histories, play, quiet


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
    carrier = state.carrier if state.stage is Stage.LIVE else None
    silent = MediaLost(state.call if carrier is None else carrier)
    lost, _ = advance(replace(state, proposed=None) if gone else state, silent, last)
    lost, _ = play(during, lost, last)
    late, _ = advance(lost, Tick(), last + timedelta(seconds=60))
    assert late.proposed is not None or (gone and late.due is None and not any(_joins(during)))


def _joins(history: Played) -> list[bool]:
    return [isinstance(event, PatientJoined | TryAgain) for _, event in history]


@given(histories)
def test_there_is_an_offer_only_for_someone_who_joined_after_being_admitted(history: Played) -> None:
    # Who is to come back from the telephone is let in with that.
    _, effects = play([step for step in history if not isinstance(step[1], Admitted | TryAgain)])
    assert not any(isinstance(effect, MakeOffer) for effect in effects)
    _, effects = play([step for step in history if not isinstance(step[1], PatientJoined)])
    assert not any(isinstance(effect, MakeOffer) for effect in effects)


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
