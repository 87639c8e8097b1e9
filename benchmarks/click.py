"""From the click on *Book video* to saved and shown, and to the SMS gateway; the real program, embedded peers."""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks.report import Figure, against_budget, percentile
from tests.driver.console import Console, running_console
from tests.driver.display import virtual_display
from tests.driver.main_job import PATIENT_NAME, texts_of
from tests.driver.stack import Stack, running_stack

BOOKINGS = 60


async def measure() -> list[Figure]:
    """Book, take the click back, and book again; returns both figures as 95th percentiles."""
    shown: list[float] = []
    sent: list[float] = []
    floor: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        async with (
            virtual_display() as environment,
            running_stack(Path(scratch) / "demo", "--fresh") as stack,
            running_console(stack.settings, environment, Path(scratch) / "console") as console,
        ):
            await console.until("click_row", lambda _: True, name="inboxList", text=PATIENT_NAME)
            await console.shows("patientPane", PATIENT_NAME)
            for turn in range(BOOKINGS):
                took, clicked_at = await _book(console)
                shown.append(took)
                floor.append(_bare_commit(Path(scratch)))
                sent.append(await _gateway_time(stack, 2 * turn + 1) - clicked_at)
                await console.click("undo")
                await _gateway_time(stack, 2 * turn + 2)
    return [
        replace(
            against_budget("click to saved and shown, p95", percentile(shown, 0.95), "ms", 50),
            peer="one bare SQLite commit",
            peer_value=percentile(floor, 0.95),
            ratio=percentile(shown, 0.95) / percentile(floor, 0.95),
        ),
        against_budget("click to gateway, p95", percentile(sent, 0.95) * 1000, "ms", 1000),
    ]


async def _book(console: Console) -> tuple[float, float]:
    await console.shows("bookVideo", "Video ")
    timed = await console.until("book_and_time", button="bookVideo", shown="undo")
    return timed["saved_and_shown"], timed["clicked_at"]


def _bare_commit(directory: Path) -> float:
    """Return the ms of one insert made as durable as the console's own, with nothing around it."""
    with closing(sqlite3.connect(directory / "floor.db", isolation_level=None)) as bare:
        bare.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS t (x)")
        start = time.perf_counter()
        bare.execute("INSERT INTO t VALUES (1)")
        return (time.perf_counter() - start) * 1000


async def _gateway_time(stack: Stack, count: int) -> float:
    """Wait until the gateway has taken that many texts for the patient; returns when the last one was taken."""
    while True:
        texts = await texts_of(stack)
        if len(texts) >= count:
            return datetime.fromisoformat(texts[count - 1]["taken_at"]).timestamp()
        await asyncio.sleep(0.02)
