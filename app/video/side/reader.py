"""What one connection's side channel brings: counted, read, put together and checked in the media loop."""

import logging
import time
from collections.abc import Callable

from app.video.side.allowance import Allowance, spend
from app.video.side.assembly import Arrived, Incoming, Progress, Spoilt, add, begin
from app.video.side.messages import FromPage, PictureHead
from app.video.side.parse import MalformedError, parse

_log = logging.getLogger(__name__)

Heard = FromPage | Progress | Arrived | Spoilt
_MOST_COMPLAINTS = 20
"""After this many, no more of one connection's are told of in the log."""
_STEPS = 25
"""How often the progress of one picture is told of."""


class SideReader:
    """Belongs to one connection; `on_heard` is called in the loop that `take` is called in."""

    def __init__(self, on_heard: Callable[[Heard], None], ticks: Callable[[], float] = time.monotonic) -> None:
        """`ticks` gives seconds that never go back."""
        self._on_heard = on_heard
        self._ticks = ticks
        self._allowance = Allowance(ticks())
        self._incoming: Incoming | None = None
        self._complaints = 0

    def take(self, message: str | bytes) -> None:
        """Read one message; one that makes no sense is dropped, and logged without what stood in it."""
        if isinstance(message, bytes) and self._incoming is not None:
            self._take_chunk(self._incoming, message)
            return
        self._allowance, granted = spend(self._allowance, self._ticks())
        if not granted:
            self._complain("one too many")
        elif isinstance(message, bytes):
            self._complain("a chunk of nothing")
        else:
            self._take_text(message)

    def _take_text(self, message: str) -> None:
        try:
            heard = parse(message)
        except MalformedError as error:
            self._complain(str(error))
            return
        if isinstance(heard, PictureHead):
            self._incoming = begin(heard)
        self._on_heard(heard)

    def _take_chunk(self, incoming: Incoming, chunk: bytes) -> None:
        self._incoming, news = add(incoming, chunk)
        if isinstance(news, Progress):
            size = news.head.size
            if news.received * _STEPS // size == incoming.received * _STEPS // size:
                return
        self._on_heard(news)

    def _complain(self, reason: str) -> None:
        self._complaints += 1
        if self._complaints <= _MOST_COMPLAINTS:
            _log.warning("a side message was dropped: %s", reason)
