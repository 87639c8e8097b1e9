"""From packets to complete frames that a decoder can take, in order; over a hole only by a key frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.video.rtp.payload import Piece

MOST_WAITING = 2048
"""Packets kept behind a hole: several seconds of the best picture."""
ASK_EVERY = 0.3
"""Seconds between two requests for a key frame at least; a large one takes that long on a slow line."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A complete frame. `timestamp` is in 90 kHz and does not wrap; `complete` is in monotonic seconds.

    `skipped` says that frames before it were given up: the picture jumps.
    """

    timestamp: int
    complete: float
    data: bytes
    key: bool
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Assembly:
    """What waits for its neighbours. `expected` is the number after the last frame handed on, None before any.

    `broken` means that the decoder cannot go on but with a key frame, or with what is missing after all.
    """

    expected: int | None = None
    waiting: Mapping[int, Piece] = field(default_factory=dict)
    broken: bool = True
    asked: float | None = None


def add(state: Assembly, piece: Piece) -> tuple[Assembly, tuple[Frame, ...]]:
    """Take a packet, however late or often it comes, and return the frames that can be decoded now, in order."""
    if len(state.waiting) >= MOST_WAITING:
        state = break_off(state)
    if piece.number in state.waiting or (state.expected is not None and piece.number < state.expected):
        return state, ()
    state = Assembly(state.expected, {**state.waiting, piece.number: piece}, state.broken, state.asked)
    state, frames = _release(state, piece.arrived)
    if not state.broken:
        return state, frames
    state, first = _begin_with_key(state, piece.arrived)
    if first is None:
        return state, frames
    state, rest = _release(state, piece.arrived)
    return state, (*frames, first, *rest)


def tend(state: Assembly, now: float, patience: float) -> tuple[Assembly, tuple[Frame, ...], bool]:
    """Give up a hole older than `patience` (s).

    Return the frames that a key frame behind it frees, and whether to ask for a key frame.
    """
    frames: tuple[Frame, ...] = ()
    since = blocked_since(state)
    if not state.broken and since is not None and now >= since + patience:
        state = replace(state, broken=True)
        state, first = _begin_with_key(state, now)
        if first is not None:
            state, rest = _release(state, now)
            frames = (first, *rest)
    if _wants_key(state, now, patience):
        return replace(state, asked=now), frames, True
    return state, frames, False


def break_off(state: Assembly) -> Assembly:
    """Throw away what waits; only a key frame can follow."""
    beyond = max(state.waiting, default=-1) + 1
    expected = None if state.expected is None else max(state.expected, beyond)
    return replace(state, expected=expected, waiting={}, broken=True)


def blocked_since(state: Assembly) -> float | None:
    """Return when the hole before the oldest waiting packets was noticed (monotonic s), None without one."""
    if state.expected is None or not state.waiting:
        return None
    if max(state.waiting) - state.expected + 1 == len(state.waiting):
        return None
    hole = state.expected
    while hole in state.waiting:
        hole += 1
    return min(piece.arrived for number, piece in state.waiting.items() if number > hole)


def wake_at(state: Assembly, patience: float) -> float | None:
    """Return when `tend` is worth a call again (monotonic s), None when only a packet can change anything."""
    if state.broken:
        return None if state.asked is None else max(state.asked + _again(patience), _key_promised(state) + patience)
    since = blocked_since(state)
    return None if since is None else since + patience


def _release(state: Assembly, now: float) -> tuple[Assembly, tuple[Frame, ...]]:
    """Hand on the frames that follow the last one without a hole."""
    expected = state.expected
    if expected is None or expected not in state.waiting:
        return state, ()
    frames: list[Frame] = []
    while run := _run(state.waiting, expected):
        expected = run[-1].number + 1
        if frame := _frame(run, now):
            frames.append(frame)
    if expected == state.expected:
        return state, ()
    waiting = {number: piece for number, piece in state.waiting.items() if number >= expected}
    return replace(state, expected=expected, waiting=waiting, broken=False, asked=None), tuple(frames)


def _begin_with_key(state: Assembly, now: float) -> tuple[Assembly, Frame | None]:
    """Jump to the oldest complete key frame, if there is one."""
    for number in sorted(number for number, piece in state.waiting.items() if piece.first):
        run = _run(state.waiting, number)
        frame = _frame(run, now)
        if frame is not None and frame.key:
            expected = run[-1].number + 1
            waiting = {other: piece for other, piece in state.waiting.items() if other >= expected}
            frame = replace(frame, skipped=state.expected is not None)
            return replace(state, expected=expected, waiting=waiting, broken=False, asked=None), frame
    return state, None


def _run(waiting: Mapping[int, Piece], start: int) -> list[Piece]:
    """Return the packets of the frame that starts there, nothing while one is missing.

    The marker bit ends a frame; so does another timestamp, should a sender have forgotten the marker.
    """
    run: list[Piece] = []
    while (piece := waiting.get(start + len(run))) is not None:
        if run and piece.timestamp != run[0].timestamp:
            return run
        run.append(piece)
        if piece.last or not (piece.data or len(run) > 1):
            return run
    return []


def _frame(run: list[Piece], now: float) -> Frame | None:
    data = b"".join(piece.data for piece in run)
    return Frame(run[0].timestamp, now, data, any(piece.key for piece in run)) if data else None


def _again(patience: float) -> float:
    return max(ASK_EVERY, patience / 2)


def _key_promised(state: Assembly) -> float:
    """Return when the newest key frame began to arrive (monotonic s), long ago when there is none."""
    return max((piece.arrived for piece in state.waiting.values() if piece.first and piece.key), default=-1e9)


def _wants_key(state: Assembly, now: float, patience: float) -> bool:
    if not state.broken or now < _key_promised(state) + patience:
        return False
    if state.asked is not None:
        return now >= state.asked + _again(patience)
    # at the very start the first key frame is still on its way until a frame has ended without it
    return state.expected is not None or any(piece.last for piece in state.waiting.values())
