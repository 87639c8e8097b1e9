"""Our sender reports of the last seconds: the far end's answers to them give the round trip (RFC 3550, 6.4.1)."""

from collections import OrderedDict

_KEPT = 8
_SMOOTH = 0.7


class SentReports:
    """The round trip by the reports the far end has heard. Not thread-safe; the clock comes by argument (s)."""

    def __init__(self) -> None:
        self._sent: OrderedDict[int, float] = OrderedDict()
        self.newest: float | None = None
        """Seconds by the latest answer."""
        self.smooth: float | None = None
        """Seconds, averaged."""

    def sent(self, ntp_timestamp: int, at: float) -> None:
        """Remember a report by its NTP time (64 bits) and when it went."""
        self._sent[ntp_timestamp >> 16 & 0xFFFFFFFF] = at
        while len(self._sent) > _KEPT:
            self._sent.popitem(last=False)

    def answered(self, lsr: int, dlsr: int, at: float) -> float | None:
        """Return the round trip (s) by an answer (`dlsr` in 1/65536 s); None when it answers no report of ours."""
        sent = self._sent.get(lsr)
        if sent is None or not lsr:
            return None
        trip = max(0.0, at - sent - dlsr / 65536)
        self.newest = trip
        self.smooth = trip if self.smooth is None else _SMOOTH * self.smooth + (1 - _SMOOTH) * trip
        return trip
