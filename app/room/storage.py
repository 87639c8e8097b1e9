"""The rooms on disk, so that a restart keeps every link that was sent out. Nothing here is about a patient."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.rooms import RoomRequest
from app.room.codes import code_digest

T = TypeVar("T")

_KINDS = {
    sqlite3.SQLITE_FULL: ErrorKind.DISK_FULL,
    sqlite3.SQLITE_IOERR: ErrorKind.DISK_FULL,
    sqlite3.SQLITE_READONLY: ErrorKind.DATABASE_READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: ErrorKind.DATABASE_READ_ONLY,
}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS room (
    booking_id TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    opens_at TEXT NOT NULL,
    start TEXT NOT NULL,
    "end" TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    clinic_name TEXT NOT NULL,
    clinician_name TEXT NOT NULL,
    clinic_phone TEXT NOT NULL,
    language TEXT NOT NULL,
    stage TEXT NOT NULL,
    call INTEGER NOT NULL,
    delay_minutes INTEGER NOT NULL,
    closed INTEGER NOT NULL
) STRICT;
"""
_UPSERT = "INSERT OR REPLACE INTO room VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


@dataclass(frozen=True, slots=True)
class StoredRoom:
    """One row: the plan, the code, and as much of the stage as a restart must not lose."""

    plan: RoomRequest
    code: str
    stage: str
    call: int
    delay_minutes: int
    closed: bool


class RoomStorage:
    """An SQLite file with one worker thread; writes happen in the order they are asked for.

    Raises KlinikError: DISK_FULL, DATABASE_READ_ONLY or DATABASE_DAMAGED.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rooms")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> tuple[StoredRoom, ...]:
        """Open the file and return every room in it."""
        return await self._run(self._load)

    async def forget_before(self, closed_before: datetime) -> None:
        """Delete the rooms that were to close before this."""
        await self._run(lambda: self._delete(closed_before))

    async def save(self, room: StoredRoom) -> None:
        """Write one room; durable when this returns."""
        await self._run(lambda: self._write(room))

    async def close(self) -> None:
        """Finish the writes asked for and close the file."""
        await self._run(self._shut)
        self._worker.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, work)
        except sqlite3.Error as error:
            raise KlinikError(_KINDS.get(error.sqlite_errorcode, ErrorKind.DATABASE_DAMAGED), "rooms") from error

    def _load(self) -> tuple[StoredRoom, ...]:
        self._connection = connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(_SCHEMA)
        return tuple(_stored(row) for row in connection.execute("SELECT * FROM room"))

    def _write(self, room: StoredRoom) -> None:
        self._opened().execute(_UPSERT, _row(room))

    def _delete(self, closed_before: datetime) -> None:
        self._opened().execute("DELETE FROM room WHERE closes_at < ?", (_text(closed_before),))

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the storage is not open")
        return self._connection

    def _shut(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _text(instant: datetime) -> str:
    """One form for every instant, so that the texts sort as the times do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _row(room: StoredRoom) -> tuple[object, ...]:
    plan = room.plan
    times = (_text(plan.opens_at), _text(plan.start), _text(plan.end), _text(plan.closes_at))
    names = (plan.clinic_name, plan.clinician_name, plan.clinic_phone, plan.language)
    rest = (room.stage, room.call, room.delay_minutes, int(room.closed))
    return (plan.booking_id, room.code, code_digest(room.code), *times, *names, *rest)


def _stored(row: tuple[str, ...]) -> StoredRoom:
    booking_id, code, _, opens_at, start, end, closes_at, clinic, clinician, phone, language = row[:11]
    opens, begins, ends, closes = (datetime.fromisoformat(text) for text in (opens_at, start, end, closes_at))
    plan = RoomRequest(
        booking_id=BookingId(booking_id),
        opens_at=opens,
        start=begins,
        end=ends,
        closes_at=closes,
        clinic_name=clinic,
        clinician_name=clinician,
        clinic_phone=phone,
        language="en" if language == "en" else "da",
    )
    stage, call, delay_minutes, closed = row[11:]
    return StoredRoom(plan, code, stage, int(call), int(delay_minutes), bool(closed))
