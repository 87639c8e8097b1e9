"""A search as it is typed, letter by letter, in an encrypted store of a million messages; beside it a bare query.

`BENCH_MESSAGES=50000` gives a quick look.
"""

import os
import secrets
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from app.domain.search_query import read_query
from app.store.database import Database, open_database
from app.store.instant import as_number
from app.store.presences import Presences
from app.store.search_expression import as_written
from app.store.search_index import enter_slice
from app.store.views import StoreViews
from benchmarks.clinic_text import ClinicText
from benchmarks.report import Figure, against_budget, percentile

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "1000000"))
PATIENTS = max(100, MESSAGES // 100)
APPOINTMENTS = MESSAGES // 10
SEARCHES = 60
_AT_A_TIME = 50_000
_NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_YEARS = timedelta(days=5 * 365)

_IN_MEMORY = text("INSERT INTO message_words (message_words, rank) VALUES ('hashsize', 268435456)")
_BARE = text("SELECT rowid FROM message_words WHERE message_words MATCH :sought ORDER BY rowid DESC LIMIT 21")


async def measure() -> list[Figure]:
    """Fill a store, then type words of its messages and names of its patients, measuring after each letter."""
    source = ClinicText()
    with tempfile.TemporaryDirectory() as scratch:
        database = open_database(Path(scratch) / "clinic.db", secrets.token_hex(32))
        try:
            await _fill(database, source)
            views = StoreViews(database, Presences(lambda: None), lambda: _NOW)
            return await _search(database, views, _typed(source))
        finally:
            database.close()


def _typed(source: ClinicText) -> list[str]:
    """Return what stands in the field after each letter of each search, from the second letter on."""
    pick = source.random.choice
    wanted: list[str] = []
    for _ in range(SEARCHES // 3):
        common, medical, rare = pick(source.words[:100]), pick(source.words[100:1000]), pick(source.words)
        wanted += [medical, f"{rare} {common}", source.name()]
    return [words[:end] for words in wanted for end in range(2, len(words) + 1) if words[end - 1] != " "]


async def _search(database: Database, views: StoreViews, typed: list[str]) -> list[Figure]:
    took: list[float] = []
    bare: list[float] = []
    await views.search("begin")
    for words in typed:
        start = time.perf_counter()
        await views.search(words)
        took.append((time.perf_counter() - start) * 1000)
        bare.append(await database.run(partial(_bare_query, sought=as_written(read_query(words)))))
    p95, floor = percentile(took, 0.95), percentile(bare, 0.95)
    figure = against_budget(f"search in {MESSAGES:,} messages, p95", p95, "ms", 30)
    return [replace(figure, peer="bare FTS5 query", peer_value=floor, ratio=p95 / floor)]


def _bare_query(connection: Connection, sought: str) -> float:
    """Return the ms of the index's own answer for the newest messages, with nothing read or shown."""
    start = time.perf_counter()
    connection.execute(_BARE, {"sought": sought}).all()
    return (time.perf_counter() - start) * 1000


async def _fill(database: Database, source: ClinicText) -> None:
    """Write rows as the store does; only the index is given more memory, so that it is made in minutes."""
    await database.run(lambda connection: connection.execute(_IN_MEMORY))
    await database.run(partial(_add_patients, source=source))
    for first in range(0, MESSAGES, _AT_A_TIME):
        await database.run(partial(_add_messages, source=source, first=first))
    while await database.run(partial(enter_slice, most=_AT_A_TIME)):
        pass
    await database.run(partial(_add_appointments, source=source))


def _add_patients(connection: Connection, source: ClinicText) -> None:
    pick = source.random
    rows = [
        (
            f"p{number}",
            source.name(),
            f"{pick.randint(1, 28):02}{pick.randint(1, 12):02}{pick.randint(0, 999999):06}",
            f"+45{pick.randint(20_000_000, 99_999_999)}",
            f"{pick.choice(source.words)}vej {number % 200}, 8000 Aarhus",
        )
        for number in range(PATIENTS)
    ]
    connection.exec_driver_sql(
        "INSERT INTO patient (id, name, cpr, phone, address, fetched_at) VALUES (?, ?, ?, ?, ?, 0)", rows
    )


def _add_messages(connection: Connection, source: ClinicText, first: int) -> None:
    rows = [
        (
            f"m{number}",
            f"t{number // 3}",
            f"p{number // 3 % PATIENTS}",
            "Svar på prøve",
            body,
            _at(number / MESSAGES),
        )
        for number, body in enumerate(source.bodies(min(_AT_A_TIME, MESSAGES - first)), first)
    ]
    connection.exec_driver_sql(
        "INSERT INTO message (id, thread_id, patient_id, direction, subject, body, sent_at, urgent, attachments)"
        " VALUES (?, ?, ?, 'from_patient', ?, ?, ?, 0, 0)",
        rows,
    )


def _add_appointments(connection: Connection, source: ClinicText) -> None:
    clinicians = [(f"c{number}", source.name()) for number in range(8)]
    connection.exec_driver_sql("INSERT INTO clinician (id, name, role) VALUES (?, ?, 'clinician')", clinicians)
    rows = [
        (f"a{number}", f"b{number}", f"p{number % PATIENTS}", f"c{number % 8}", _at(1.02 * number / APPOINTMENTS))
        for number in range(APPOINTMENTS)
    ]
    connection.exec_driver_sql(
        "INSERT INTO appointment (id, booking_id, patient_id, clinician_id, form, starts_at, ends_at, status,"
        " reached, fetched_at) VALUES (?1, ?2, ?3, ?4, 'video', ?5, ?5 + 600000000, 'booked', 'confirmed', 0)",
        rows,
    )


def _at(share: float) -> int:
    """Return the instant so far into the store's years, in whole microseconds since 1970."""
    return as_number(_NOW - _YEARS * (1 - share))
