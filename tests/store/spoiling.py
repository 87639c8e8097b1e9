"""Spoiling database files, and what has to be the same afterwards."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind, KlinikError
from app.store.cipher import unlock_to_read
from app.store.database import open_database
from app.store.files import Files
from app.store.local_store import LocalStore
from app.store.own_rows import read_own
from tests.store.builders import KEY, SettableClock, a_booking, put
from tests.store.schema_files import fill

PAGE = 4096
OWN = ("assignment", "booking", "carried_key", "pending_action", "record_picture")
_MADE = 24

Ours = dict[str, list[Any]]


def ours(path: Path) -> Ours:
    """What only this PC knows, read without a glance at the rest, which may be damaged."""
    with closing(unlock_to_read(path, KEY)) as driver:
        rows = read_own(driver).rows
    return {table: sorted(rows[table].values(), key=str) for table in OWN if table in rows}


def report(path: Path) -> dict[str, Any]:
    with closing(unlock_to_read(path, KEY)) as driver:
        return read_own(driver).rows["upkeep"]["1"]


async def make_clinic(path: Path) -> None:
    database = open_database(path, KEY, SettableClock())
    store = LocalStore(database, SettableClock())
    await fill(store)
    for _ in range(_MADE):
        await put(store, a_booking(), ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT)
    database.close()


def copied(clinic: Path, folder: Path, *, mirror: bool = True) -> Path:
    path = folder / clinic.name
    shutil.copyfile(clinic, path)
    if mirror:
        shutil.copyfile(Files(clinic).mirror, Files(path).mirror)
    return path


def opened(path: Path, key: str = KEY) -> ErrorKind | None:
    """Open and close; returns what kind of failure there was."""
    try:
        open_database(path, key, SettableClock()).close()
    except KlinikError as failure:
        return failure.kind
    return None


def spoil(path: Path, change: Callable[[bytearray], None]) -> bytes:
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    return bytes(data)


def flip(*places: int) -> Callable[[bytearray], None]:
    """Turn a bit of each of these bytes."""

    def change(data: bytearray) -> None:
        for place in places:
            data[place] ^= 1

    return change


def cut(part: float) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        del data[int(len(data) * part) :]

    return change
