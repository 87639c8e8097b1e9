"""The media thread: a plain asyncio loop for aiortc, so that a busy screen never stops sound or picture."""

import asyncio
import concurrent.futures
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_log = logging.getLogger(__name__)
T = TypeVar("T")

_SWITCH_INTERVAL = 0.0005
"""Seconds a thread may hold the interpreter while others wait. Measured: with it a 250 ms stall of the screen's
thread delays the loop here by 20-30 ms, without it by up to 116 ms, which the far end hears."""


class MediaThread:
    """One thread with one selector loop; start it once, stop it once.

    Windows' own (proactor) loop is avoided on purpose: it stops reading UDP for good after an ICMP "unreachable",
    which ICE provokes (CPython gh-127057).
    """

    def __init__(self) -> None:
        self.loop = asyncio.SelectorEventLoop()
        self._thread = threading.Thread(target=self._run, name="media")
        self._switch_interval = sys.getswitchinterval()

    def start(self) -> None:
        """Start the thread."""
        sys.setswitchinterval(_SWITCH_INTERVAL)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Run a coroutine in the media loop; cancelling the future cancels it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Await a coroutine of the media loop from any other loop."""
        return await asyncio.wrap_future(self.submit(work))

    async def call(self, function: Callable[[], T]) -> T:
        """Await a blocking function in one of the media loop's worker threads, from any other loop."""
        return await self.run(_in_worker(function))

    def stop(self) -> None:
        """Cancel what still runs, let it finish, and join the thread. Safe to call again."""
        if self._thread.ident is None:
            self.loop.close()
            return
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()
            sys.setswitchinterval(self._switch_interval)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
            self.loop.run_until_complete(_cancel_the_rest())
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            self.loop.close()


async def _in_worker(function: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, function)


async def _cancel_the_rest() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    for outcome in await asyncio.gather(*rest, return_exceptions=True):
        if isinstance(outcome, Exception):
            _log.warning("a media task ended badly: %s", type(outcome).__name__)
