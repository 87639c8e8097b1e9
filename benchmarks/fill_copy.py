"""Let a console read everything there is and end in good order: `python -m benchmarks.fill_copy SETTINGS`."""

import asyncio
import contextlib
import sys
from pathlib import Path

from app.domain.clinic_time import utc_now
from app.domain.settings import read_settings
from app.store.presences import Presences
from app.store.search_index import enter_slice
from app.store.views import StoreViews
from tests.faults.open_parts import Opened, open_parts


async def fill(opened: Opened) -> None:
    """Run the sync until the first reading is over."""
    views = StoreViews(opened.database, Presences(lambda: None), utc_now)
    changed = asyncio.Event()
    end = opened.parts.store.subscribe(lambda _: changed.set())
    syncing = asyncio.create_task(opened.parts.sync.run())
    while (await views.sync_status()).first_sync is not None:
        changed.clear()
        await changed.wait()
    end()
    syncing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await syncing


async def main(settings: Path) -> None:
    """Fill the copy, and the search index with it."""
    async with open_parts(read_settings(settings)) as opened:
        await fill(opened)
        while await opened.database.run(enter_slice):
            pass


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
