"""Lets the witnesses of both ends look again and again while a call runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from tests.lab.browser_witness import BrowserWitness
from tests.lab.console_witness import ConsoleWitness

_LOOK_EVERY = 0.4

Witness = BrowserWitness | ConsoleWitness


@asynccontextmanager
async def watching(witnesses: Sequence[Witness]) -> AsyncIterator[None]:
    """Let all look again and again, and listen, until the block is left."""
    # A cancellation can be swallowed by asyncio.wait_for in Python 3.11; the event cannot.
    over = asyncio.Event()
    works: list[Callable[[], Awaitable[None]]] = []
    for witness in witnesses:
        works.append(_again_and_again(witness, over))
        if isinstance(witness, ConsoleWitness):
            works.append(witness.ear.listen)
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        yield
    finally:
        over.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for witness in witnesses:
            if isinstance(witness, ConsoleWitness):
                witness.leave()


def _again_and_again(witness: Witness, over: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        while not over.is_set():
            await witness.look()
            await asyncio.sleep(_LOOK_EVERY)

    return work
