"""Histories of a call for its tests: events of any kind, and what comes of them."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.domain.call import Medium, StepReason
from app.domain.culprit import NO_VERDICT, Culprit, Verdict
from app.video.machine.call import advance, new_call
from app.video.machine.call_events import (
    Admitted,
    CallEffect,
    CallEvent,
    CallState,
    ChoseTelephone,
    Hangup,
    Judged,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    OfferUnsent,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    TakenOver,
    Tick,
    TryAgain,
)
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
