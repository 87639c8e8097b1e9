"""Enters what the reading of large batches has left for later, and what was there before there was a search."""

import asyncio
import logging
from collections.abc import Callable

from app.domain.changes import Changes
from app.domain.faults import log_fault
from app.domain.ports.store import ChangeSource
from app.store.database import Database
from app.store.search_index import enter_slice, is_complete

_log = logging.getLogger(__name__)

PAUSE = 0.01
"""Seconds between slices, so that what people wait for comes first."""
AFTER_FAILURE = 10.0
"""Seconds until what failed, such as for a full disk, is tried again."""
_SEARCHED = Changes.MESSAGES | Changes.PATIENTS


class SearchIndexer:
    """Works for as long as `run` runs and goes on where it was stopped; `announce` tells that all can be found."""

    def __init__(self, database: Database, changes: ChangeSource, announce: Callable[[Changes], None]) -> None:
        self._database = database
        self._changes = changes
        self._announce = announce

    async def run(self) -> None:
        """Enter what is left, now and after each change, until cancelled. No failure ends it."""
        news = asyncio.Event()
        news.set()
        end = self._changes.subscribe(lambda changes: news.set() if changes & _SEARCHED else None)
        try:
            while True:
                await news.wait()
                news.clear()
                try:
                    await self._catch_up()
                except Exception as error:
                    log_fault(_log, "entering words for the search", error)
                    news.set()
                    await asyncio.sleep(AFTER_FAILURE)
        finally:
            end()

    async def _catch_up(self) -> None:
        if await self._database.run(is_complete, later=True):
            return
        while True:
            if not await self._database.run(enter_slice, later=True):
                break
            await asyncio.sleep(PAUSE)
        self._announce(_SEARCHED)
