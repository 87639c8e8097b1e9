"""When each frame is shown: evenly by the sender's clock, just late enough that repaired frames are not missed."""

from bisect import bisect_right
from dataclasses import dataclass

MOST_DELAY = 0.4
"""Seconds the picture is held back at most: beyond that a conversation suffers more than from a stutter."""
UNSEEN = 0.012
"""Seconds of unevenness that are not worth waiting for."""
LIP_SYNC = 0.08
"""Seconds between sound and picture that are not noticed (ITU-R BT.1359 says 45 to 125 ms)."""

_WINDOW = 10.0
_MOST_KEPT = 600
_SHARE = 0.97
"""The share of frames that must come in time. All would cost half a second of delay at any loss at all."""
_SHRINK = 0.03
"""Seconds of delay given back in a second: playing 3 % too fast is not seen. It grows at once."""
_RESTART = 3.0


@dataclass(frozen=True, slots=True)
class Playout:
    """The playout clock, all in s. `offsets` are `times` of completion minus capture times, for the frames of late.

    The two clocks are unrelated, so only differences between offsets mean something: the smallest, `base`, is
    that of a frame that came straight through. A frame is shown at its capture time plus `target`.
    """

    times: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()
    base: float = 0.0
    target: float = 0.0
    last_due: float = 0.0

    @property
    def delay(self) -> float:
        """Seconds that a frame which came straight through is held back."""
        return max(0.0, self.target - self.base)


def schedule(
    state: Playout, captured: float, complete: float, sound_delay: float | None = None
) -> tuple[Playout, float]:
    """Return when to show a frame (monotonic s), never before the frames scheduled earlier.

    `captured` is the sender's time stamp in s, `complete` when the frame could be decoded, `sound_delay` how long
    the sound is held back (s), None when that is not known.
    """
    offset = complete - captured
    if state.offsets and abs(offset - state.offsets[-1]) > _RESTART:
        state = Playout(last_due=state.last_due)  # another clock at the far end, or a sender that slept
    old = max(bisect_right(state.times, complete - _WINDOW), len(state.times) - _MOST_KEPT)
    offsets = (*state.offsets[old:], offset)
    ordered = sorted(offsets)
    base, wanted = ordered[0], ordered[min(len(ordered) - 1, int(_SHARE * len(ordered)))]
    if state.offsets:
        wanted = max(wanted, state.target - _SHRINK * (complete - state.times[-1]))
    target = base + _near_sound(wanted - base, sound_delay)
    due = captured + target if target - base >= UNSEEN else complete
    due = max(due, complete, state.last_due)
    return Playout((*state.times[old:], complete), offsets, base, target, due), due


def _near_sound(delay: float, sound_delay: float | None) -> float:
    if sound_delay is None:
        return min(MOST_DELAY, delay)
    return min(MOST_DELAY, sound_delay + LIP_SYNC, max(sound_delay - LIP_SYNC, delay))
