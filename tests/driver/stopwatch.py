"""Times taken inside the console, where the click is and where the screen is."""

import asyncio
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from tests.driver import hand


class _Painted(QObject):
    """Notes when one of some widgets is painted by Qt's own doing, at a time when it can be seen."""

    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self._widgets = widgets
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self.over.done():
            self.over.set_result(None)
        return False

    def look_away(self) -> None:
        for widget in self._widgets:
            widget.removeEventFilter(self)


async def book_and_time(button: str, shown: str) -> dict[str, float]:
    """Click a booking button; returns `saved_and_shown` in ms and `clicked_at` in seconds since the epoch.

    Shown means that Qt has painted the widget named `shown`, which it does only when it is visible, and that the
    loop goes round again: what was painted has then been handed to the window system.
    """
    painted = _Painted(hand.named(shown))
    clicked_at, start = time.time(), time.perf_counter()
    hand.click(button)
    await asyncio.wait_for(painted.over, 30)
    took = (time.perf_counter() - start) * 1000
    painted.look_away()
    return {"saved_and_shown": took, "clicked_at": clicked_at}


async def click_when_there(name: str) -> None:
    """Click a button in the first turn of the loop in which it can be clicked."""
    while not any(widget.isVisible() and widget.isEnabled() for widget in hand.named(name)):
        await asyncio.sleep(0.001)
    hand.click(name)


async def loop_lag(seconds: float) -> list[float]:
    """Return, for every 5 ms wait within a time, by how many ms the Qt loop was late."""
    lags: list[float] = []
    end = time.perf_counter() + seconds
    while (before := time.perf_counter()) < end:
        await asyncio.sleep(0.005)
        lags.append((time.perf_counter() - before - 0.005) * 1000)
    return lags
