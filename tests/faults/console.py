"""A complete console without its screens, on a real encrypted file, that can be killed at any await."""

import asyncio
import contextlib
import contextvars
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast
from unittest.mock import patch

import aiohttp

from app.booking.message_templates import Templates
from app.domain.ids import BookingId, ClinicianId, PatientId, ThreadId
from app.domain.patient import Clinic, Clinician
from app.domain.phone import PhoneNumber
from app.store.database import Database, open_database
from app.store.keys import FileKeys
from app.store.upkeep import LocalDataKeeper
from app.sync.fhir.authentication import NoSignIn
from tests.faults.line import Line
from tests.faults.parts import Services, join
from tests.faults.virtual_time import BOOK, Book, InlineExecutor, InlineLanes
from tests.faults.wire import Wire

KEY = "7a" * 32
CLINIC = Clinic("Lægehuset", PhoneNumber("+4570102030"))
POLL_EVERY = timedelta(seconds=120)
_SERVICES = Services("https://practice/fhir", "https://rooms", "https://sms", NoSignIn(), "key", "token")


class Console:
    """One PC of the clinic; `name` is what the network knows it by, `user` who sits at it."""

    def __init__(
        self,
        name: str,
        user: Clinician,
        folder: Path,
        wire: Wire,
        clock: Callable[[], datetime],
        templates: Templates,
    ) -> None:
        self.name = name
        self.user = user
        self.up = False
        self.lives = 0
        self.spoilt = False
        self._folder = folder
        self._wire = wire
        self.clock = clock
        self._templates = templates
        self._tasks: Book = {}
        self._threads: list[InlineExecutor] = []

    @property
    def path(self) -> Path:
        return self._folder / f"{self.name}-{self.lives}" / "console.db"

    def start(self) -> None:
        """Open the file and begin to work, as `compose` does."""
        self._threads = []
        with (
            patch("app.store.database.TwoLanes", lambda _name: InlineLanes(self._executor())),
            patch("app.store.mirror.ThreadPoolExecutor", self._executor),
        ):
            self.database: Database = open_database(self.path, KEY, self.clock)
        self.line = Line(self.name, self._wire)
        session = cast(aiohttp.ClientSession, self.line)
        loop = asyncio.get_running_loop()
        parts = join(
            self.database, session, _SERVICES, self.user, CLINIC, self._templates, self.clock,
            poll_every=POLL_EVERY, ticks=loop.time,
        )  # fmt: skip
        self.store, self.desk, self.sync = parts.store, parts.desk, parts.sync
        self.threads, self.outbox, self.pictures = parts.threads, parts.outbox, parts.pictures
        self.up = True
        self._syncing = self.do(self.sync.run())

    def do(self, work: Any) -> "asyncio.Task[Any]":
        """Run a coroutine of this console; it dies with it, and so does all that it begins."""
        context = contextvars.copy_context()
        context.run(BOOK.set, self._tasks)
        return context.run(asyncio.get_running_loop().create_task, work)

    async def kill(self) -> None:
        """End as by a power cut: what is on disk stays, nothing more is done or said."""
        self.up = False
        self.line.dead = True
        for thread in self._threads:
            thread.dead = True
        before = self.path.parent
        self.lives += 1
        # The files as they are now, with a journal that no orderly end has emptied.
        shutil.copytree(before, self.path.parent)
        await self._end_tasks()
        for thread in self._threads:
            thread.dead = False
        self.database.close()
        shutil.rmtree(before)

    def spoil(self, chance: Random, bits: int) -> None:
        """Turn some bits of the closed file; what only this PC knows is in the mirror beside it."""
        self.spoilt = True
        spoilt = bytearray(self.path.read_bytes())
        for _ in range(bits):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        self.path.write_bytes(spoilt)

    async def look_after(self) -> None:
        """Go through a file that was spoilt, as is done once a day, and make it anew by starting again."""
        if self.spoilt:
            keys = FileKeys(self._folder / "keys.json")
            await LocalDataKeeper(self.database, keys, self.clock, 30, lambda _: None).check()
            await self.stop()
            self.start()

    async def stop(self) -> None:
        """End in good order, as `compose` does."""
        self.up = False
        self._syncing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._syncing
        await self._end_tasks()
        self.database.close()

    async def _end_tasks(self) -> None:
        while tasks := [task for task in self._tasks if not task.done()]:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait(tasks, timeout=1)
        self._tasks.clear()

    async def waiting(self) -> list[Any]:
        """Return what waits in the outbox."""
        return await self._rows(
            "SELECT id, kind, booking_id, thread_id, picture_id FROM pending_action ORDER BY sequence"
        )

    async def bookings(self) -> list[BookingId]:
        """Return the bookings this console keeps itself."""
        return [BookingId(row.id) for row in await self._rows("SELECT id FROM booking ORDER BY made_at, id")]

    async def shown(self) -> list[BookingId]:
        """Return the consultations ahead that the screens show, of any console."""
        over = "('ended', 'cancelled', 'slot_taken')"
        rows = await self._rows(f"SELECT id FROM consultation WHERE state NOT IN {over} ORDER BY made_at, id")
        return [BookingId(row.id) for row in rows]

    async def conflicts(self) -> list[BookingId]:
        """Return the bookings that wait for a person to settle something."""
        rows = await self._rows("SELECT id FROM booking WHERE conflict IS NOT NULL ORDER BY made_at, id")
        return [BookingId(row.id) for row in rows]

    async def inbox(self) -> list[tuple[ThreadId, PatientId]]:
        """Return the threads and whose they are."""
        rows = await self._rows("SELECT id, patient_id FROM thread ORDER BY id")
        return [(ThreadId(row.id), PatientId(row.patient_id)) for row in rows]

    async def clinician_of(self, booking_id: BookingId) -> ClinicianId | None:
        """Return whose a consultation is, None when it is not shown any more."""
        rows = await self._rows(f"SELECT clinician_id FROM consultation WHERE id = '{booking_id}'")
        return ClinicianId(rows[0].clinician_id) if rows else None

    async def seen(self, booking_id: BookingId) -> tuple[str, str]:
        """Return id and version of a booking's appointment in the local copy, empty where it is not there."""
        sql = "SELECT r.id, r.version FROM resource r JOIN appointment a ON r.type = 'Appointment' AND r.id = a.id"
        rows = await self._rows(f"{sql} WHERE a.booking_id = '{booking_id}'")
        return (rows[0].id, rows[0].version) if rows else ("", "")

    async def copy(self, types: tuple[str, ...]) -> dict[tuple[str, str], str]:
        """Return the version of every resource of these types in the local copy."""
        rows = await self._rows("SELECT type, id, version FROM resource WHERE NOT deleted")
        return {(row.type, row.id): row.version for row in rows if row.type in types}

    async def _rows(self, sql: str) -> list[Any]:
        return await self.database.run(lambda connection: list(connection.exec_driver_sql(sql).all()))

    def _executor(self, *_: object, **__: object) -> InlineExecutor:
        self._threads.append(InlineExecutor())
        return self._threads[-1]
