"""When the next picture must be one that needs no other: asked for often, made at most every 300 ms."""

_PAUSE = 0.3
"""Seconds between two key frames: each costs as much as ten other frames."""


class KeyFrames:
    """The wish for a key frame. Not thread-safe; the clock comes by argument (s)."""

    def __init__(self) -> None:
        self._wanted = False
        self._made_at = float("-inf")

    def ask(self, at: float, round_trip: float) -> None:
        """Want one, unless the wish was uttered before the newest one can have arrived (`round_trip` in s)."""
        if at - self._made_at >= min(round_trip, _PAUSE):
            self._wanted = True

    def force(self) -> None:
        """Want one whatever was made before: what follows builds on nothing."""
        self._wanted = True

    def due(self, at: float) -> bool:
        """Return whether the next frame is to be one."""
        return self._wanted and at - self._made_at >= _PAUSE

    def made(self, at: float) -> None:
        """Take note of a key frame."""
        self._wanted = False
        self._made_at = at
