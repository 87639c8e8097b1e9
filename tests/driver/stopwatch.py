"""Times taken inside the console, where the click is and where the screen is."""

import asyncio
import time

from tests.driver import hand


async def book_and_time(button: str, shown: str) -> dict[str, float]:
    """Click a booking button; returns `saved_and_shown` in ms and `clicked_at` in seconds since the epoch.

    Shown means that the widget named `shown` is visible and its window has been painted since.
    """
    clicked_at, start = time.time(), time.perf_counter()
    hand.click(button)
    while True:
        try:
            widget = hand.find(shown)
        except hand.NotThereError:
            await asyncio.sleep(0.001)  # a loop without a pause would keep the database's thread from running
            continue
        widget.window().repaint()
        return {"saved_and_shown": (time.perf_counter() - start) * 1000, "clicked_at": clicked_at}


async def click_when_there(name: str) -> None:
    """Click a button in the first turn of the loop in which it can be clicked."""
    while True:
        try:
            hand.click(name)
        except hand.NotThereError:
            await asyncio.sleep(0.001)
        else:
            return


async def loop_lag(seconds: float) -> list[float]:
    """Return, for every 5 ms wait within a time, by how many ms the Qt loop was late."""
    lags: list[float] = []
    end = time.perf_counter() + seconds
    while (before := time.perf_counter()) < end:
        await asyncio.sleep(0.005)
        lags.append((time.perf_counter() - before - 0.005) * 1000)
    return lags
