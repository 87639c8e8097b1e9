"""The first reading of a large clinic over HTTP into the encrypted store; beside it the same bytes, nothing done.

The floor reads the same types with the same page size from the same server, parses each page with orjson and
inserts every resource as text into a plain SQLite file, one transaction a page.
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import aiohttp
import orjson

from app.domain.settings import read_settings
from app.sync.fhir.items import READ_ORDER
from app.sync.fhir.read import PAGE
from benchmarks.fill_copy import fill
from benchmarks.large_clinic import large_stack, size_for
from benchmarks.report import Figure, against_peer
from tests.driver.stack import Stack
from tests.faults.open_parts import open_parts

RESOURCES = int(os.environ.get("BENCH_RESOURCES", "100000"))
"""`BENCH_RESOURCES=5000` for a quick look."""
_MESSAGE_SHARE = 0.89


async def measure() -> list[Figure]:
    """Read everything bare, then as the console does."""
    with tempfile.TemporaryDirectory() as scratch:
        async with large_stack(Path(scratch) / "demo", size_for(round(RESOURCES * _MESSAGE_SHARE))) as stack:
            bare, resources = await _bare(stack, Path(scratch))
            start = time.perf_counter()
            async with open_parts(read_settings(stack.settings)) as opened:
                await fill(opened)
                took = time.perf_counter() - start
    name = f"first sync of {resources:,} resources"
    return [against_peer(name, took, "s", "HTTP + orjson + bare insert", bare, 2.0)]


async def _bare(stack: Stack, scratch: Path) -> tuple[float, int]:
    token = (stack.settings.parent / "practice.token").read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {token}"}
    start = time.perf_counter()
    count = 0
    with closing(sqlite3.connect(scratch / "bare.db", isolation_level=None)) as bare:
        bare.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (type, id, raw)")
        async with aiohttp.ClientSession(headers=headers) as session:
            for name in READ_ORDER:
                address = f"{stack.practice}/{name}?_sort=_lastUpdated&_count={PAGE}"
                while address:
                    address, read = await _page(session, address, bare)
                    count += read
    return time.perf_counter() - start, count


async def _page(session: aiohttp.ClientSession, address: str, bare: sqlite3.Connection) -> tuple[str, int]:
    async with session.get(address, raise_for_status=True) as answer:
        bundle = orjson.loads(await answer.read())
    resources = [entry["resource"] for entry in bundle.get("entry", ())]
    rows = [(each["resourceType"], each["id"], orjson.dumps(each)) for each in resources]
    bare.execute("BEGIN")
    bare.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    bare.execute("COMMIT")
    links = (link["url"] for link in bundle.get("link", ()) if link["relation"] == "next")
    return next(links, ""), len(rows)


if __name__ == "__main__":
    for figure in asyncio.run(measure()):
        print(figure.line)
