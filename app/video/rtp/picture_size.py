"""Which size and rate our picture is sent in: pure; small and moving rather than large and frozen."""

from dataclasses import dataclass, replace

from app.video.profile import VideoProfile

_SCALES = ((1.0, 30), (0.75, 30), (0.5, 30), (0.375, 24), (0.25, 15))
"""Share of the profile's sides, and at most so many frames a second."""
_BITS_PER_PIXEL = 1.0
"""bit/s a pixel below which VP8 at 30 frames a second is visibly soft in a talking head: 0.9 Mbit/s at 720p."""
_LEAST_SIDE = 120
_CLIMB_MARGIN = 1.2
_CLIMB_AFTER = 4.0
"""Seconds that a larger size must have been affordable."""
_BUSY, _IDLE = 0.75, 0.45
"""Shares of a frame's time that encoding may take, and must be expected to take before a larger size is tried."""
_REST = 3.0
"""Seconds between two steps because of the processor: the mean needs that long to show the last one."""
_COSTLY_FOR = 30.0


@dataclass(frozen=True, slots=True)
class PictureSize:
    """Pixels and frames a second."""

    width: int
    height: int
    fps: int


@dataclass(frozen=True, slots=True)
class SizeStep:
    """A size and the bit/s it is worth."""

    size: PictureSize
    bitrate: float


@dataclass(frozen=True, slots=True)
class SizeState:
    """The step in use (0 the largest); since when a larger one is affordable, and until when it is too costly."""

    step: int
    affordable_since: float | None = None
    changed_at: float = float("-inf")
    costly_until: float = float("-inf")


def steps_of(profile: VideoProfile) -> tuple[SizeStep, ...]:
    """Return the sizes of a profile, the largest first: sides even, shape kept, 120 lines at least."""
    steps: list[SizeStep] = []
    for scale, fps in _SCALES:
        width, height = (int(side * scale) // 2 * 2 for side in (profile.width, profile.height))
        if steps and min(width, height) < _LEAST_SIDE:
            break
        rate = min(profile.fps, fps)
        steps.append(SizeStep(PictureSize(width, height, rate), _BITS_PER_PIXEL * width * height * rate / 30))
    return tuple(steps)


def first_size(steps: tuple[SizeStep, ...], bitrate: float) -> SizeState:
    """Return the largest size that the first bit rate (bit/s) affords."""
    return SizeState(_affordable(steps, bitrate))


def advance(
    state: SizeState, steps: tuple[SizeStep, ...], at: float, bitrate: float, encode_share: float
) -> SizeState:
    """Return the step at `at` (s) for a target (bit/s); `encode_share` is encoding's mean share of a frame's time.

    Down at once, as far as the rate demands; up one step at a time, when the rate has allowed it for a while.
    """
    affordable = _affordable(steps, bitrate)
    if affordable > state.step:
        return SizeState(affordable, None, at, state.costly_until)
    if encode_share > _BUSY and state.step + 1 < len(steps) and at - state.changed_at >= _REST:
        return SizeState(state.step + 1, None, at, at + _COSTLY_FOR)
    if not _may_climb(state, steps, at, bitrate, encode_share):
        return replace(state, affordable_since=None) if state.affordable_since is not None else state
    since = at if state.affordable_since is None else state.affordable_since
    if at - since < _CLIMB_AFTER:
        return replace(state, affordable_since=since)
    return SizeState(state.step - 1, None, at, state.costly_until)


def _affordable(steps: tuple[SizeStep, ...], bitrate: float) -> int:
    return next((index for index, step in enumerate(steps) if step.bitrate <= bitrate), len(steps) - 1)


def _may_climb(
    state: SizeState, steps: tuple[SizeStep, ...], at: float, bitrate: float, encode_share: float
) -> bool:
    if state.step == 0 or at < state.costly_until:
        return False
    now, larger = steps[state.step], steps[state.step - 1]
    expected = encode_share * larger.bitrate / now.bitrate
    return bitrate >= _CLIMB_MARGIN * larger.bitrate and expected < _IDLE


def fitted(width: int, height: int, size: PictureSize) -> tuple[int, int]:
    """Return the sides (even) that a picture of this width and height is sent in: never larger, its shape kept."""
    scale = min(1.0, size.width / width, size.height / height)
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def frame_is_due(due: float, at: float, fps: int) -> bool:
    """Return whether a frame at `at` (s) is to be sent when the next one is due at `due`; half a frame early is."""
    return at >= due - 0.5 / fps


def next_due(due: float, at: float, fps: int) -> float:
    """Return when the frame after one sent at `at` is due, so that the mean rate is kept and no burst follows."""
    return max(due + 1 / fps, at + 0.5 / fps)
