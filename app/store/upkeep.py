"""Looks after what lies on this PC, and lets a person do so: tidying, checking, handing out, taking away."""

import asyncio
import contextlib
import errno
import json
import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.domain.changes import Changes
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import PatientId
from app.domain.ports.keys import Keys
from app.store import retention, upkeep_state
from app.store.database import Database
from app.store.files import flush, flush_folder
from app.store.integrity import is_sound
from app.store.keys import DATABASE_KEY
from app.store.patient_export import patient_data

_log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
"""A file is gone through, and tidied, so often."""
_FIRST_LOOK = timedelta(minutes=2)
_LOOK_AGAIN = timedelta(hours=1)
_PAGES_AT_A_TIME = 200
_TIDIED = Changes.MESSAGES | Changes.CALENDAR | Changes.BOOKINGS | Changes.PATIENTS | Changes.WAITING | Changes.SYNC
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


class LocalDataKeeper:
    """The `LocalData` over one database; also raises what `Database.run` does.

    `keep_closed_days` is the clinic's rule; `announce` is told what a tidying changed.
    """

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Clock,
        keep_closed_days: int,
        announce: Callable[[Changes], None],
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._keep = timedelta(days=keep_closed_days)
        self._announce = announce

    async def run(self) -> None:
        """Check and tidy once a day until cancelled, first when the start is well over; no failure ends it."""
        await asyncio.sleep(_FIRST_LOOK.total_seconds())
        while True:
            try:
                await self.look_after()
            except Exception as error:
                kind = error.kind.value if isinstance(error, KlinikError) else type(error).__name__
                _log.warning("the local copy could not be looked after: %s", kind)
            await asyncio.sleep(_LOOK_AGAIN.total_seconds())

    async def look_after(self) -> None:
        """Check and tidy, each if it is a day ago."""
        checked_at, tidied_at = await self._database.run(upkeep_state.looked_after)
        now = self._clock()
        if checked_at is None or now - checked_at >= EVERY:
            await self.check()
        if tidied_at is None or now - tidied_at >= EVERY:
            await self.tidy()

    async def tidy(self) -> int:
        before = self._clock() - self._keep
        while await self._database.run(lambda connection: retention.forget_calendar(connection, before)):
            pass
        gone, more = 0, True
        while more:
            messages, more = await self._database.run(
                lambda connection: retention.forget_threads(connection, before)
            )
            gone += messages
        while await self._database.run(lambda connection: retention.give_room_back(connection, _PAGES_AT_A_TIME)):
            pass
        files, now = self._database.files, self._clock()
        await self._database.run(lambda _: files.remove_older(before))
        await self._database.run(lambda connection: upkeep_state.note_tidied(connection, now))
        self._announce(_TIDIED)
        return gone

    async def check(self) -> bool:
        try:
            sound = await self._database.aside(is_sound)
        except KlinikError as failure:
            if failure.kind is not ErrorKind.DATABASE_DAMAGED:
                raise
            sound = False
        if not sound:
            _log.warning("the local copy is damaged and will be made anew at the next start")
            self._database.want_repair()
        now = self._clock()
        await self._database.run(lambda connection: upkeep_state.note_checked(connection, now))
        self._announce(Changes.SYNC)
        return sound

    async def export_patient(self, patient_id: PatientId, path: Path) -> int:
        data = await self._database.aside(lambda connection: patient_data(connection, patient_id))
        if data is None:
            raise KlinikError(ErrorKind.EXPORT_FAILED, "nothing is kept of the patient")
        stamped = {"exported_at": self._clock().isoformat(), **data}
        return await asyncio.get_running_loop().run_in_executor(None, _write_privately, stamped, path)

    async def wipe(self, *, even_unsent: bool = False) -> None:
        waiting = await self._database.run(upkeep_state.unsent)
        if waiting and not even_unsent:
            raise KlinikError(ErrorKind.UNSENT_CHANGES, f"{waiting} waiting")
        await asyncio.get_running_loop().run_in_executor(None, self._wipe)

    def _wipe(self) -> None:
        """Take the key away first: without it nothing can be read of what a wipe that is cut short leaves."""
        files = self._database.files
        try:
            files.wipe_begun.touch(mode=0o600)
            flush_folder(files.main.parent)
            try:
                self._keys.delete(DATABASE_KEY)
            except KlinikError:
                files.wipe_begun.unlink()
                raise
            self._database.close()
            files.remove_everything()
        except OSError as error:
            raise KlinikError(ErrorKind.UNEXPECTED, errno.errorcode.get(error.errno or 0, "OSError")) from error


def _write_privately(data: dict[str, Any], path: Path) -> int:
    half = path.with_name(path.name + ".part")
    try:
        # A new file, never one that lies there already: that could be readable by others, or lead elsewhere.
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=1)
        flush(half)
        half.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        kind = ErrorKind.DISK_FULL if error.errno in _NO_SPACE else ErrorKind.EXPORT_FAILED
        raise KlinikError(kind, errno.errorcode.get(error.errno or 0, "OSError")) from error
    flush_folder(path.parent)
    return path.stat().st_size
