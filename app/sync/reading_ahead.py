"""Fetches the next pages while those before are being stored, and joins those that have piled up meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.domain.ports.practice_system import ChangeBatch

PAGES_AHEAD = 4
"""So many pages may wait to be stored; some MB at most."""
MOST_TOGETHER = 800
"""Resources stored in one transaction: a click that comes meanwhile waits for it, some tens of ms."""


async def read_ahead(changes: AsyncIterator[ChangeBatch]) -> AsyncGenerator[ChangeBatch, None]:
    """Yield the batches of `changes` in order, some joined; what it raises is raised after the last of them.

    Nothing is fetched any more once this is closed.
    """
    waiting: asyncio.Queue[ChangeBatch | None] = asyncio.Queue(PAGES_AHEAD)

    async def fetch() -> None:
        try:
            async for batch in changes:
                await waiting.put(batch)
        finally:
            if isinstance(changes, AsyncGenerator):
                await changes.aclose()
        await waiting.put(None)

    fetching = asyncio.create_task(fetch(), name="fetching pages")
    try:
        async for batch in _taken(waiting, fetching):
            yield batch
        await fetching
    finally:
        fetching.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await fetching


async def _taken(
    waiting: asyncio.Queue[ChangeBatch | None], fetching: asyncio.Task[None]
) -> AsyncGenerator[ChangeBatch, None]:
    """Yield what is waiting until there is no more to come."""
    held: ChangeBatch | None = None
    while True:
        batch = held or await _next(waiting, fetching)
        if batch is None:
            return
        held = None
        while not waiting.empty() and (following := waiting.get_nowait()) is not None:
            if (both := joined(batch, following)) is None:
                held = following
                break
            batch = both
        yield batch


async def _next(waiting: asyncio.Queue[ChangeBatch | None], fetching: asyncio.Task[None]) -> ChangeBatch | None:
    """Return the next batch; None at the end, be it good or bad."""
    getting = asyncio.ensure_future(waiting.get())
    try:
        await asyncio.wait({getting, fetching}, return_when=asyncio.FIRST_COMPLETED)
        if getting.done():
            return getting.result()
        return None if waiting.empty() else waiting.get_nowait()
    finally:
        getting.cancel()


def joined(one: ChangeBatch, following: ChangeBatch) -> ChangeBatch | None:
    """Return two batches as one that says the same, None when that cannot be or would be too large.

    One that takes away what is not in it, is still to be proven, or was read before its turn stays as it is.
    """
    pages = (one, following)
    simple = all(type(each) is ChangeBatch and each.present is None and each.watermark for each in pages)
    small = len(one.resources) + len(following.resources) <= MOST_TOGETHER
    if not simple or not small or one.type != following.type:
        return None
    return replace(
        following,
        resources=(*one.resources, *following.resources),
        watermark=_later(one.watermark, following.watermark),
        complete=one.complete or following.complete,
        expected=one.expected if following.expected is None else following.expected,
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)
