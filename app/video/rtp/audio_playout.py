"""What to do with the next stretch of sound: a pure core that turns packets as they come into an even flow.

Modelled on WebRTC's NetEq: a position in the sender's time advances with what is played; what is missing when its
turn comes is recovered from the packet after it or concealed; the distance to the fastest packet is the delay, and
tempo keeps it at what the arrivals call for.
"""

from dataclasses import dataclass, field, replace

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.rtp.arrival_delay import MOST_DELAY, ArrivalDelay, note_arrival
from app.video.rtp.sound_decisions import Conceal, Decision, Play, Recover, SoundPacket, Tempo, Wait

_UNIT = SAMPLE_RATE // 400
"""Samples: 2.5 ms, what Opus counts missing sound in."""
_MUTED_AFTER = SAMPLE_RATE // 5
"""Samples missing after which nothing is heard any more; going on may then wait for the right delay."""
_FEC_DELAY = 0.02
_FEC_MEMORY = 10.0
"""Seconds longer sound is held, for this long after a loss, so that the next packet is there to recover it from."""
_TOO_MUCH = 0.4
"""Seconds above the target that are cut away instead of being played faster."""
_MOST_QUEUED = 2 * SAMPLE_RATE
MOST_PACKETS = 200
"""As many last two seconds at 10 ms each, the shortest we ask for."""
_LATE_MEANS_RESTART = 25


@dataclass(frozen=True, slots=True)
class Playout:
    """Everything remembered of one received sound; times are monotonic seconds.

    `position` is the time stamp that is played next, None before the first; `expanded` are samples concealed since
    the last packet without knowing whether the next is lost or late. `looks` are the last delays since the fastest
    packet's arrival, `held` is their running mean. `lost` packets were not there when their turn came.
    """

    delay: ArrivalDelay = field(default_factory=ArrivalDelay)
    ssrc: int | None = None
    newest: int = 0
    queue: tuple[SoundPacket, ...] = ()
    position: int | None = None
    played: int | None = None
    waiting: bool = True
    fresh: bool = True
    expanded: int = 0
    looks: tuple[float, ...] = ()
    held: float = 0.0
    late_in_a_row: int = 0
    lost_at: float | None = None
    packets: int = 0
    late: int = 0
    lost: int = 0
    recovered: int = 0


def target_delay(state: Playout, now: float) -> float:
    """Return how many seconds after the fastest packet's arrival sound should be played now."""
    lossy = state.lost_at is not None and now - state.lost_at < _FEC_MEMORY
    return min(state.delay.target + (_FEC_DELAY if lossy else 0.0), MOST_DELAY)


def arrival(state: Playout, ssrc: int, packet: SoundPacket, at: float) -> Playout:
    """Take a packet (its time stamp still as it came, 32 bits); one that is too late or came twice is left out."""
    if ssrc != state.ssrc:
        state = replace(_restarted(state), ssrc=ssrc, newest=packet.timestamp)
    packet = replace(packet, timestamp=_unwrapped(packet.timestamp, state.newest))
    state = replace(state, packets=state.packets + 1)
    if any(packet.timestamp == other.timestamp for other in state.queue):
        return state
    late = state.position is not None and packet.timestamp < state.position
    if late and state.late_in_a_row + 1 < _LATE_MEANS_RESTART:
        state = replace(state, late=state.late + 1, late_in_a_row=state.late_in_a_row + 1)
        return replace(state, delay=note_arrival(state.delay, at, packet.timestamp / SAMPLE_RATE))
    if late:
        state = replace(_restarted(state), newest=packet.timestamp)
    queue = tuple(sorted((*state.queue, packet), key=lambda queued: queued.timestamp))
    state = replace(
        state,
        queue=queue,
        newest=max(state.newest, packet.timestamp),
        late_in_a_row=0,
        delay=note_arrival(state.delay, at, packet.timestamp / SAMPLE_RATE),
    )
    return _bounded(state)


def next_sound(state: Playout, now: float, ready: int) -> tuple[Playout, Decision]:
    """Say what comes after the `ready` samples that are decoded and not yet played."""
    soon = now + ready / SAMPLE_RATE
    state = _cut(state, soon)
    if not state.queue:
        return _nothing_there(state)
    if state.waiting:
        if _behind(state, state.queue[0].timestamp, soon) < target_delay(state, now):
            return _nothing_there(state)
        return _play(replace(state, waiting=False, position=state.queue[0].timestamp), soon)
    state, gap = _charged(state, soon)
    first = state.queue[0]
    if gap > first.samples:
        missing = min(FRAME_SAMPLES, gap - first.samples)
        return _passed(state, missing), Conceal(missing)
    if gap > 0:
        return replace(_passed(state, gap), recovered=state.recovered + 1), Recover(first, gap)
    return _play(state, soon)


def _restarted(state: Playout) -> Playout:
    """Another stream begins: what was learnt of the network stays, and the counts."""
    return Playout(
        delay=ArrivalDelay(histogram=state.delay.histogram, intervals=state.delay.intervals),
        ssrc=state.ssrc,
        lost_at=state.lost_at,
        packets=state.packets,
        late=state.late,
        lost=state.lost,
        recovered=state.recovered,
    )


def _unwrapped(timestamp: int, near: int) -> int:
    """Return the time stamp that is the same in its low 32 bits and nearest to another (RFC 3550, section 5.1)."""
    return near + ((timestamp - near + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def _behind(state: Playout, timestamp: int, soon: float) -> float:
    """Return how long (s) after the arrival of the fastest a time stamp would be played."""
    return soon - state.delay.least_offset - timestamp / SAMPLE_RATE


def _bounded(state: Playout) -> Playout:
    """Forget the oldest when nobody plays."""
    queue = state.queue
    if queue[-1].timestamp - queue[0].timestamp <= _MOST_QUEUED and len(queue) <= MOST_PACKETS:
        return state
    kept = queue[-MOST_PACKETS:]
    return _from(state, tuple(p for p in kept if kept[-1].timestamp - p.timestamp <= _MOST_QUEUED))


def _cut(state: Playout, soon: float) -> Playout:
    """Leave out what is far too old, as after a stall whose packets all came at once."""
    queue, target = state.queue, target_delay(state, soon)
    if not queue or _behind(state, queue[0].timestamp, soon) < target + _TOO_MUCH:
        return state
    while len(queue) > 1 and _behind(state, queue[1].timestamp, soon) >= target:
        queue = queue[1:]
    return replace(_from(state, queue), held=0.0)


def _from(state: Playout, queue: tuple[SoundPacket, ...]) -> Playout:
    position = None if state.position is None else max(state.position, queue[0].timestamp)
    return replace(state, queue=queue, position=position, expanded=0, looks=())


def _nothing_there(state: Playout) -> tuple[Playout, Decision]:
    if state.position is None:
        return state, Wait(FRAME_SAMPLES)
    expanded = state.expanded + FRAME_SAMPLES
    waiting = state.waiting or expanded >= _MUTED_AFTER
    return replace(state, expanded=expanded, waiting=waiting), Conceal(FRAME_SAMPLES)


def _charged(state: Playout, soon: float) -> tuple[Playout, int]:
    """Return the state, and how many samples are missing before the next packet.

    What was concealed while nothing was there counts for it, and so does, but for one packet, too much of a delay.
    """
    first, position = state.queue[0], state.position or 0
    position += min(state.expanded, first.timestamp - position)
    spare = first.timestamp - position - first.samples
    excess = _behind(state, position, soon) - target_delay(state, soon)
    if spare > 0 and excess > 0:
        position += min(spare, int(excess * SAMPLE_RATE))
    missing = (first.timestamp - position) // _UNIT * _UNIT
    return replace(state, position=first.timestamp - missing, expanded=0), missing


def _passed(state: Playout, samples: int) -> Playout:
    return replace(state, position=(state.position or 0) + samples, looks=())


def _play(state: Playout, soon: float) -> tuple[Playout, Decision]:
    packet = state.queue[0]
    behind = _behind(state, packet.timestamp, soon)
    looks = (*state.looks, behind)
    tempo = _tempo(looks, target_delay(state, soon))
    lost = _skipped(state.played, packet.sequence)
    return replace(
        state,
        queue=state.queue[1:],
        position=packet.timestamp + packet.samples,
        played=packet.sequence,
        fresh=False,
        expanded=0,
        looks=looks[-7:] if tempo is Tempo.EVEN else (),
        held=state.held + (behind - state.held) / 8 if state.held else behind,
        lost=state.lost + lost,
        lost_at=soon if lost else state.lost_at,
    ), Play(packet, tempo, state.fresh)


def _skipped(played: int | None, sequence: int) -> int:
    skipped = 0 if played is None else (sequence - played - 1) & 0xFFFF
    return skipped if skipped < 1 << 15 else 0


def _tempo(looks: tuple[float, ...], target: float) -> Tempo:
    """Return the tempo: the least delay of some looks counts, since a loudspeaker may ask in bursts."""
    excess = min(looks) - target
    if excess > 0.15:
        return Tempo.HURRIED
    if (excess > 0.06 and len(looks) >= 3) or (excess > 0.02 and len(looks) >= 8):
        return Tempo.FASTER
    return Tempo.SLOWER if excess < -0.005 and len(looks) >= 4 else Tempo.EVEN
