"""The server's clock, as far as its own words prove it: what this PC's clock says plays no part."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from app.sync.horizon import ServerTime


class ServerClock:
    """Knows a time the server has surely passed.

    A stamp seen is such a time, and so is the stamp and the seconds since: `ticks` are seconds that never jump. The
    `Date` of the server's answers holds a stamp in the future back.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._stamp: tuple[datetime, float] | None = None
        self._date: tuple[datetime, float] | None = None

    def saw(self, stamp: datetime) -> None:
        """Take in when the server stamped something it now shows."""
        passed = self._since(self._stamp)
        if passed is None or stamp > passed:
            self._stamp = stamp, self._ticks()

    def showed(self, date: datetime) -> None:
        """Take in the `Date` of an answer that just came."""
        self._date = date, self._ticks()

    def now(self) -> ServerTime:
        """Return what is known of the server's time."""
        passed, shown = self._since(self._stamp), self._since(self._date)
        return ServerTime(min(passed, shown) if passed and shown else passed, shown)

    def _since(self, known: tuple[datetime, float] | None) -> datetime | None:
        return known and known[0] + timedelta(seconds=self._ticks() - known[1])
