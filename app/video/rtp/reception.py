"""A received video stream as one pure machine: packets and time in; requests and frames to decode out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.video.rtp import frame_assembly, nack
from app.video.rtp.frame_assembly import Assembly, Frame
from app.video.rtp.nack import Nack
from app.video.rtp.payload import Piece
from app.video.rtp.video_playout import Playout, schedule

CLOCK_RATE = 90_000
LEAST_PATIENCE, MOST_PATIENCE = 0.5, 1.5
"""Bounds (s) on how long a hole is waited for: five round trips, in which four requests go out."""
_BEYOND_PATIENCE = 1.5
_TICK = 0.001


@dataclass(frozen=True, slots=True)
class Arrived:
    """A packet came; `repaired` when it was a retransmission."""

    piece: Piece
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Woke:
    """The time that `wake_at` named has come; earlier does no harm."""


@dataclass(frozen=True, slots=True)
class DecodeFailed:
    """The decoder could not read a frame."""


@dataclass(frozen=True, slots=True)
class Overrun:
    """The decoder has fallen behind: what it has not begun is thrown away, and a key frame begins anew."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Ask for these packets (numbers do not wrap)."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskKeyFrame:
    """Ask for a key frame."""


@dataclass(frozen=True, slots=True)
class Show:
    """Decode this frame now and show it, unless a newer one follows at once."""

    frame: Frame


Event = Arrived | Woke | DecodeFailed | Overrun
Effect = AskAgain | AskKeyFrame | Show


@dataclass(frozen=True, slots=True)
class Reception:
    """Everything that is remembered of one stream; `held` are frames with the time each is due (monotonic s)."""

    nack: Nack = field(default_factory=Nack)
    assembly: Assembly = field(default_factory=Assembly)
    playout: Playout = field(default_factory=Playout)
    held: tuple[tuple[float, Frame], ...] = ()
    newest_timestamp: int | None = None
    failed_at: float | None = None

    @property
    def patience(self) -> float:
        """Seconds after which a hole is given up."""
        trip = nack.UNKNOWN_ROUND_TRIP if self.nack.round_trip is None else self.nack.round_trip
        return min(MOST_PATIENCE, max(LEAST_PATIENCE, 5 * trip))


def step(
    state: Reception, event: Event, now: float, sound_delay: float | None = None
) -> tuple[Reception, tuple[Effect, ...]]:
    """Take one event at `now` (monotonic s); `sound_delay` (s) is what the sound is held back by, if known."""
    effects: list[Effect] = []
    frames: tuple[Frame, ...] = ()
    match event:
        case Arrived(piece, repaired):
            state, frames = _arrive(state, piece, now, repaired=repaired)
        case Overrun():
            state = replace(state, assembly=frame_assembly.break_off(state.assembly), held=())
        case DecodeFailed():
            state, effects = _ask_after_failure(state, now)
        case Woke():
            pass
    state, freed, wants_key = _tend(state, now)
    effects += [AskKeyFrame()] if wants_key else []
    lost, numbers = nack.ask(state.nack, now, _BEYOND_PATIENCE * state.patience)
    if lost is not state.nack:
        state = replace(state, nack=lost)
        effects += [AskAgain(numbers)] if numbers else []
    if frames or freed:
        state = _hold(state, (*frames, *freed), sound_delay)
    if state.held and state.held[0][0] <= now + _TICK:
        due = [frame for at, frame in state.held if at <= now + _TICK]
        state = replace(state, held=state.held[len(due) :])
        effects += map(Show, due)
    return state, tuple(effects)


def wake_at(state: Reception) -> float | None:
    """Return when the next `Woke` is needed (monotonic s), None when only an event can change anything."""
    times = [
        nack.wake_at(state.nack),
        frame_assembly.wake_at(state.assembly, state.patience),
        state.held[0][0] if state.held else None,
    ]
    return min((time for time in times if time is not None), default=None)


def _arrive(state: Reception, piece: Piece, now: float, *, repaired: bool) -> tuple[Reception, tuple[Frame, ...]]:
    assembly = state.assembly
    if assembly.expected is not None and piece.number < assembly.expected:
        return state, ()
    missing = nack.arrive(state.nack, piece.number, now, repaired=repaired)
    if missing.gave_up:
        missing, assembly = replace(missing, gave_up=False), frame_assembly.break_off(assembly)
    assembly, frames = frame_assembly.add(assembly, piece)
    newest = piece.timestamp if state.newest_timestamp is None else max(state.newest_timestamp, piece.timestamp)
    return replace(state, nack=missing, assembly=assembly, newest_timestamp=newest), frames


def _tend(state: Reception, now: float) -> tuple[Reception, tuple[Frame, ...], bool]:
    assembly, freed, wants_key = frame_assembly.tend(state.assembly, now, state.patience)
    missing = state.nack
    if missing.lost and assembly.expected is not None:
        missing = nack.forget_before(missing, assembly.expected)
    if assembly is not state.assembly or missing is not state.nack:
        state = replace(state, assembly=assembly, nack=missing)
    return state, freed, wants_key


def _ask_after_failure(state: Reception, now: float) -> tuple[Reception, list[Effect]]:
    """Ask for a key frame, but not for every frame that refers to the one that could not be read."""
    if state.failed_at is not None and now < state.failed_at + frame_assembly.ASK_EVERY:
        return state, []
    return replace(state, failed_at=now), [AskKeyFrame()]


def _hold(state: Reception, frames: Sequence[Frame], sound_delay: float | None) -> Reception:
    playout, held = state.playout, state.held
    for frame in frames:
        playout, due = schedule(playout, frame.timestamp / CLOCK_RATE, frame.complete, sound_delay)
        held = (*held, (due, frame))
    return replace(state, playout=playout, held=held)
