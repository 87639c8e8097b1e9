"""The console as its users start it, which tells when its inbox can be used, and closes.

`python -m benchmarks.start_probe STARTED_AT [options]` prints the milliseconds from STARTED_AT (seconds since the
epoch, taken before this process was started) until the inbox has rows and its window has been painted with them.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtWidgets import QAbstractItemView, QApplication

from app import compose
from app.ui.parts import ConsoleParts


async def _tell(started_at: float) -> None:
    while (shown := _inbox()) is None:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.001)
    shown.window().repaint()
    sys.stdout.write(f"{(time.time() - started_at) * 1000}\n")
    sys.stdout.flush()
    shown.window().close()


def _inbox() -> QAbstractItemView | None:
    for window in QApplication.topLevelWidgets():
        view = window.findChild(QAbstractItemView, "inboxList")
        if view is not None and view.isVisible() and view.model().rowCount():
            return view
    return None


def main() -> int:
    """Run the console; returns its exit code."""
    started_at, *options = sys.argv[1:]
    open_console = compose.open_console
    telling: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def open_watched(chosen: compose.Options) -> AsyncIterator[ConsoleParts]:
        async with open_console(chosen) as parts:
            telling.append(asyncio.get_running_loop().create_task(_tell(float(started_at))))
            yield parts

    setattr(compose, "open_console", open_watched)  # noqa: B010 - set from outside, as no type checker likes
    return compose.run(options)


if __name__ == "__main__":
    sys.exit(main())
