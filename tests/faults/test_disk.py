"""A full disk, a file that may not be written, a damaged file: each told in one Danish sentence, nothing lost."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random

import pytest

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.store.database import open_database
from app.store.local_store import LocalStore
from app.ui.error_texts import error_text
from tests.driver.small_disk import small_disk
from tests.faults.play import play
from tests.faults.steps import parse
from tests.store.builders import KEY, SettableClock, a_booking, put

_DANISH = Path(__file__).parents[2] / "resources" / "translations" / "klinikkonsol_da.ts"
_KINDS = (ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT)


def danish(kind: ErrorKind) -> str:
    """What a person reads of a kind of error."""
    english = error_text(kind).title
    for message in ET.parse(_DANISH).iter("message"):
        if message.findtext("source") == english:
            return message.findtext("translation") or ""
    raise LookupError(english)


async def promised(path: Path) -> dict[BookingId, int]:
    """How many actions wait for each booking in a file, opened as the program does."""
    database = open_database(path, KEY)
    try:
        found = {booking.id: 0 for booking in await LocalStore(database, SettableClock()).live_bookings()}
        sql = "SELECT booking_id, count(*) FROM pending_action GROUP BY booking_id"
        rows = await database.run(lambda connection: connection.exec_driver_sql(sql).all())
        return found | {BookingId(booking_id): number for booking_id, number in rows}
    finally:
        database.close()


async def book_until_refused(store: LocalStore, most: int) -> tuple[list[BookingId], ErrorKind | None]:
    """Book; returns what was promised, and why there was no more."""
    done: list[BookingId] = []
    for _ in range(most):
        booking = a_booking()
        try:
            await put(store, booking, *_KINDS)
        except KlinikError as refused:
            return done, refused.kind
        done.append(booking.id)
    return done, None


async def test_a_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=8) as disk:
        path = disk.path / "data" / "console.db"
        database = open_database(path, KEY)
        store = LocalStore(database, SettableClock())
        before, _ = await book_until_refused(store, 20)
        disk.fill()
        meanwhile, kind = await book_until_refused(store, 2000)
        assert kind is ErrorKind.DISK_FULL
        assert danish(kind) == "Disken er fuld"
        disk.make_room()
        after, kind = await book_until_refused(store, 20)
        assert kind is None
        database.close()
        assert await promised(path) == dict.fromkeys([*before, *meanwhile, *after], len(_KINDS))


async def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "data" / "console.db"
    database = open_database(path, KEY)
    before, _ = await book_until_refused(LocalStore(database, SettableClock()), 20)
    database.close()
    files = list(path.parent.iterdir())
    for file in files:
        file.chmod(0o400)
    path.parent.chmod(0o500)
    # Root may write everywhere, so the file is opened by a process without root's capabilities.
    unprivileged = ["setpriv", "--bounding-set", "-all"] if os.geteuid() == 0 else []
    opening = [*unprivileged, sys.executable, "-m", "tests.store.opener", str(path)]
    try:
        said = subprocess.run(opening, capture_output=True, text=True, check=True).stdout.strip()
    finally:
        path.parent.chmod(0o700)
        for file in files:
            file.chmod(0o600)
    assert said == ErrorKind.DATABASE_READ_ONLY.value
    assert danish(ErrorKind.DATABASE_READ_ONLY) == "Der kan ikke skrives i de lokale data"
    assert await promised(path) == dict.fromkeys(before, len(_KINDS))


@pytest.mark.parametrize("bits", [1, 30, 3000])
@pytest.mark.parametrize("seed", range(4))
async def test_turned_bits_anywhere(tmp_path: Path, bits: int, seed: int) -> None:
    path, chance = tmp_path / "data" / "console.db", Random(seed)
    database = open_database(path, KEY)
    before, _ = await book_until_refused(LocalStore(database, SettableClock()), 60)
    database.close()
    spoilt = bytearray(path.read_bytes())
    for _ in range(bits):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    path.write_bytes(spoilt)
    assert await promised(path) == dict.fromkeys(before, len(_KINDS))


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_console_whose_file_is_spoilt_reads_all_again_and_sends_what_waits(kind: int) -> None:
    waiting = "A book 0 0; A wait 5 0; A cut 0 0; A book 1 0; A move 0 2; A take 0 0; A now 2 0; A wait 4 0"
    assert play(parse(f"{kind} 2 0 1; {waiting}; A spoil 7 2; A wait 3 0; A spoil 7 2; A mend 0 0")) == []
