"""How late sound packets come, and how long to hold them so that nearly all are there when their turn comes.

As in WebRTC's NetEq (modules/audio_coding/neteq/delay_manager.cc): each packet's delay is taken relative to the
fastest of the last two seconds; the worst of every half second goes into a histogram that forgets, and the wait is
its 95th percentile.
"""

from dataclasses import dataclass, replace
from itertools import accumulate

LEAST_DELAY = 0.02
MOST_DELAY = 0.4
"""Seconds that sound is held back at least and at most; above it a conversation falls apart."""
_HOPELESS = 1.0
"""Seconds late after which no holding back would have helped: nothing is learnt from that."""
_FIRST_DELAY = 0.04
_FASTEST_WITHIN = 2.0
_INTERVAL = 0.5
_QUANTILE = 0.95
_FORGETTING = 0.983
_BUCKET = 0.01
_BUCKETS = round(MOST_DELAY / _BUCKET)


@dataclass(frozen=True, slots=True)
class ArrivalDelay:
    """What is remembered of the arrivals; all in seconds.

    `fastest` are (arrival, offset) with rising offsets; the offset is the arrival less the time stamp, and the
    first has the least of the last two seconds. `worst` is the most delay since `since`.
    """

    fastest: tuple[tuple[float, float], ...] = ()
    histogram: tuple[float, ...] = ()
    intervals: int = 0
    since: float | None = None
    worst: float = 0.0

    @property
    def least_offset(self) -> float:
        """The offset of the fastest packet; 0 when there was none."""
        return self.fastest[0][1] if self.fastest else 0.0

    @property
    def target(self) -> float:
        """Seconds from the arrival of a packet that came as fast as any until it should be played."""
        if not self.histogram:
            return _FIRST_DELAY
        enough = _QUANTILE * sum(self.histogram)
        bucket = next((i for i, mass in enumerate(accumulate(self.histogram)) if mass >= enough), _BUCKETS - 1)
        return min(max((bucket + 1) * _BUCKET, LEAST_DELAY), MOST_DELAY)


def note_arrival(state: ArrivalDelay, arrived: float, timestamp: float) -> ArrivalDelay:
    """Take one more packet: monotonic seconds, and its time stamp in seconds."""
    offset = arrived - timestamp
    kept = tuple(e for e in state.fastest if e[0] > arrived - _FASTEST_WITHIN and e[1] < offset)
    state = replace(state, fastest=(*kept, (arrived, offset)))
    late = offset - state.least_offset
    worst = max(state.worst, late if late < _HOPELESS else 0.0)
    if state.since is None:
        return replace(state, since=arrived, worst=worst)
    if arrived - state.since < _INTERVAL:
        return replace(state, worst=worst)
    return replace(
        state,
        since=arrived,
        worst=0.0,
        intervals=state.intervals + 1,
        histogram=_learn(state.histogram, state.intervals + 1, worst),
    )


def _learn(histogram: tuple[float, ...], count: int, delay: float) -> tuple[float, ...]:
    # The first intervals count more: a rough start is believed at once and soon forgotten.
    forgetting = min(_FORGETTING, 1 - 2 / (count + 1))
    bucket = min(int(delay / _BUCKET), _BUCKETS - 1)
    return tuple(
        forgetting * mass + (1 - forgetting) * (i == bucket)
        for i, mass in enumerate(histogram or (0.0,) * _BUCKETS)
    )
