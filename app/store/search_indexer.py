"""Enters what the reading of large batches has left for later, and what was there before there was a search."""

import asyncio
from collections.abc import Callable

from app.domain.changes import Changes
from app.domain.ports.store import ChangeSource
from app.store.database import Database
from app.store.search_index import enter_slice, is_complete

PAUSE = 0.03
"""Seconds between slices, so that what people wait for comes first."""
_SEARCHED = Changes.MESSAGES | Changes.PATIENTS


class SearchIndexer:
    """Works for as long as `run` runs and goes on where it was stopped; `announce` tells that all can be found."""

    def __init__(self, database: Database, changes: ChangeSource, announce: Callable[[Changes], None]) -> None:
        self._database = database
        self._changes = changes
        self._announce = announce

    async def run(self) -> None:
        """Enter what is left, now and after each change, until cancelled; raises what `Database.run` does."""
        news = asyncio.Event()
        news.set()
        end = self._changes.subscribe(lambda changes: news.set() if changes & _SEARCHED else None)
        try:
            while True:
                await news.wait()
                news.clear()
                await self._catch_up()
        finally:
            end()

    async def _catch_up(self) -> None:
        if await self._database.run(is_complete):
            return
        while True:
            if not await self._database.run(enter_slice):
                break
            await asyncio.sleep(PAUSE)
        self._announce(_SEARCHED)
