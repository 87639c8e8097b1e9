"""Nothing of a patient lies readable on the disk: database, journal, mirror, backups, logs, crash output."""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import MessageId, PatientId, ThreadId
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.private import Private
from app.domain.slot import SlotKind
from app.store.backup import back_up
from app.store.cipher import unlock
from app.store.files import Files
from app.store.keys import FileKeys
from app.store.upkeep import LocalDataKeeper
from app.ui.application import ErrorDesk
from tests.faults import canary
from tests.faults.console import KEY, Console
from tests.faults.steps import parse
from tests.faults.virtual_time import run
from tests.faults.world import World, clinic

_PATIENT, _THREAD = PatientId("anna"), ThreadId("canary-thread")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything temporary goes, SQLite's included."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return tmp_path


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_nothing_of_a_patient_can_be_read_on_the_disk(scratch: Path, kind: int) -> None:
    with _everything_logged(scratch / "log.txt"):
        run(_live_through_it(scratch, kind))
    assert (scratch / "log.txt").stat().st_size > 1000
    assert list((scratch / "kept").rglob("*-wal"))
    assert list((scratch / "kept").rglob("*.damaged-*"))
    assert list((scratch / "kept").rglob("*.backup"))
    assert canary.leaks(scratch) == []


def test_the_search_itself_finds_every_spelling(tmp_path: Path) -> None:
    for number, spelling in enumerate(sorted(canary.spellings(canary.TEXT))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "file").write_bytes(b"\x00before" + spelling + b"after")
        assert canary.leaks(folder) == ["the text stands in file"]


async def _live_through_it(scratch: Path, kind: int) -> None:
    async with clinic(parse(f"{kind} 2 0 1")) as world:
        _write_canary(world)
        await asyncio.sleep(200)
        one, other = world.consoles
        await _work(world, one)
        world.wire.storm = 0.4
        await _work(world, other)
        await asyncio.sleep(60)
        one.sync.retry()
        await one.kill()
        shutil.copytree(one.path.parent, scratch / "kept" / "killed")
        one.spoil(world.chance, 64)
        one.start()
        await _keeper(scratch, one).check()
        await one.stop()
        one.start()
        world.wire.calm()
        await asyncio.sleep(300)
        await _fail_in_every_way(scratch, one)
        await other.stop()
        driver = unlock(other.path, KEY)
        back_up(driver, Files(other.path), KEY, 1)
        driver.close()
        other.start()
        await asyncio.sleep(10)
        shutil.copytree(world.folder, scratch / "kept" / "end")


def _write_canary(world: World) -> None:
    given, _, family = canary.NAME.rpartition(" ")
    patient = {
        "name": [{"use": "official", "given": [given], "family": family}],
        "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": canary.CPR}],
        "telecom": [{"system": "phone", "value": canary.PHONE, "use": "mobile"}],
        "address": [{"line": [canary.STREET], "postalCode": "8000", "city": "Aarhus C"}],
        "birthDate": "1948-12-25",
    }
    world.practice.write("colleague", "Patient", _PATIENT, patient)
    who = {"reference": f"Patient/{_PATIENT}"}
    message: dict[str, Any] = {
        "status": "completed",
        "subject": who,
        "sender": who,
        "sent": world.now().isoformat(),
    }
    message |= {"topic": {"text": canary.SUBJECT}, "payload": [{"contentString": canary.TEXT}]}
    world.practice.write("colleague", "Communication", _THREAD, message)


async def _work(world: World, console: Console) -> None:
    """Book, move, take the thread, cancel one and end the other with a note."""
    patient = await console.store.patient(_PATIENT)
    assert patient is not None
    assert patient.name.reveal() == canary.NAME
    user, desk = console.user.id, console.desk
    bookings = []
    for _ in range(2):
        slot = (await console.store.free_slots(user, console.clock(), 8, tuple(SlotKind)))[0]
        bookings.append(await desk.book_video(_PATIENT, user, user, slot, MessageId(_THREAD)))
    await console.threads.take(_THREAD, _PATIENT, over=world.consoles[0].user.id)
    await asyncio.sleep(20)
    later = (await console.store.free_slots(user, console.clock(), 8, tuple(SlotKind)))[0]
    await desk.move(bookings[0].id, later)
    await asyncio.sleep(20)
    await desk.cancel(bookings[0].id)
    now = console.clock()
    outcome = Outcome(OutcomeKind.COMPLETED, now, now + timedelta(minutes=5), "0125", "Video", Private(canary.NOTE))
    await desk.finish(bookings[1].id, outcome)


def _keeper(scratch: Path, console: Console) -> LocalDataKeeper:
    keys = FileKeys(scratch / "keys.json")
    return LocalDataKeeper(console.database, keys, console.clock, 30, lambda changes: None)


async def _fail_in_every_way(scratch: Path, console: Console) -> None:
    """An export that cannot be written, work in the database that fails, and an error nobody expected."""
    with pytest.raises(KlinikError) as refused:
        await _keeper(scratch, console).export_patient(
            _PATIENT, scratch / "no such folder" / f"export-{console.name}.json"
        )
    assert refused.value.kind is ErrorKind.EXPORT_FAILED
    errors = ErrorDesk()

    def fail(connection: Connection) -> None:
        connection.exec_driver_sql("UPDATE patient SET name = ?", (canary.NAME,))
        connection.exec_driver_sql("INSERT INTO patient (id, name) VALUES (?, ?)", (_PATIENT, canary.NAME))

    try:
        await console.database.run(fail)
    except Exception as error:
        logging.getLogger("app").exception("as logged by whoever meets it")
        errors.take(error)
    try:
        datetime.fromisoformat(f"{canary.NAME} {canary.CPR} {canary.TEXT}")
    except ValueError as error:
        errors.from_qt(type(error), error, error.__traceback__)
        errors.from_loop(asyncio.get_running_loop(), {"message": "task failed", "exception": error})


@contextmanager
def _everything_logged(path: Path) -> Iterator[None]:
    """Write every record of every library to a file, whole, with its exception."""
    root = logging.getLogger()
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s %(args)s %(pathname)s"))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()
