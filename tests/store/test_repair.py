"""A damaged file is made anew at the next start, however often that is cut short."""

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind, KlinikError
from app.store import mirror_file, repair
from app.store.cipher import configure, unlock_to_read
from app.store.database import open_database
from app.store.files import Files
from app.store.local_store import LocalStore
from tests.store.builders import KEY, SettableClock, a_booking, minutes, put
from tests.store.schema_files import SCHEMAS, rows_in
from tests.store.spoiling import PAGE, copied, flip, opened, ours, report, spoil


async def test_damage_met_while_running_stops_no_click_and_is_mended_at_the_next_start(
    clinic: Path, tmp_path: Path
) -> None:
    path = copied(clinic, tmp_path)
    spoil(path, flip((root_page(path, "message") - 1) * PAGE + 99))
    database = open_database(path, KEY)
    store = LocalStore(database, SettableClock())
    with pytest.raises(KlinikError) as failure:
        await database.run(lambda c: c.exec_driver_sql("SELECT sum(length(body)) FROM message").all())
    assert failure.value.kind is ErrorKind.DATABASE_DAMAGED
    booking = a_booking()
    await put(store, booking, ActionKind.ENSURE_ROOM)
    assert await store.booking(booking.id) == booking
    database.close()
    before = ours(path)
    assert opened(path) is None
    assert len(Files(path).set_aside()) == 1
    assert ours(path) == before
    assert report(path)["repaired_at"] is not None
    assert rows_in(path)["read_point"] == []
    assert not Files(path).repair_wanted.exists()


def root_page(path: Path, table: str) -> int:
    with closing(unlock_to_read(path, KEY)) as driver:
        [[page]] = driver.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchall()
    return int(page)


def test_a_damaged_file_of_an_older_program_is_migrated_with_what_was_rescued(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    shutil.copyfile(SCHEMAS / "v1.db", path)
    Files(path).repair_wanted.touch()
    assert opened(path) is None
    before, after = ours(SCHEMAS / "v1.db"), ours(path)
    for table, rows in before.items():
        assert [row["id"] for row in after[table] if "id" in row] == [row["id"] for row in rows if "id" in row]
    assert all(row["queue"] for row in after["pending_action"])


def test_two_damaged_files_are_kept(clinic: Path, tmp_path: Path) -> None:
    path = copied(clinic, tmp_path)
    clock = SettableClock()
    for _ in range(4):
        Files(path).repair_wanted.touch()
        clock.move(minutes(1))
        open_database(path, KEY, clock).close()
    assert len(Files(path).set_aside()) == 2
    assert ours(path) == ours(clinic)


@pytest.mark.parametrize("step", ["_made", "open_mirror", "move", "flush_folder"])
@pytest.mark.parametrize("call", [1, 2])
def test_a_repair_cut_short_anywhere_is_gone_through_with_by_the_next_start(
    clinic: Path, tmp_path: Path, step: str, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(clinic, tmp_path)
    spoil(path, flip(200))
    calls = 0
    module = mirror_file if step == "open_mirror" else repair
    real = getattr(module, step)

    def cut_short(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(module, step, cut_short)
        if call == 1 or step == "move":
            with pytest.raises(KeyboardInterrupt):
                opened(path)
        else:
            opened(path)
    assert opened(path) is None
    assert ours(path) == ours(clinic)


def test_a_full_disk_leaves_the_damaged_file_as_it_was(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(clinic, tmp_path)
    spoilt = spoil(path, flip(200))

    def configured(driver: dbapi2.Connection) -> None:
        configure(driver)
        driver.execute("PRAGMA max_page_count = 8")

    with monkeypatch.context() as patched:
        patched.setattr(repair, "configure", configured)
        assert opened(path) is ErrorKind.DISK_FULL
    assert path.read_bytes() == spoilt
    assert not Files(path).half.exists()
    assert opened(path) is None
    assert ours(path) == ours(clinic)
