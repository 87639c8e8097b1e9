"""A damaged file is made anew at the next start, however often that is cut short."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from app.domain.actions import ActionKind
from app.domain.booking import BookingState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.store import Transition
from app.store import mirror_file, repair
from app.store.cipher import configure, unlock_to_read
from app.store.database import open_database
from app.store.files import Files
from app.store.local_store import LocalStore
from tests.store.builders import KEY, NOW, SettableClock, a_booking, minutes, put
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


async def left_behind(path: Path, *taken_back: ActionKind, cancelled: bool = True) -> None:
    """Make a clinic in which a booking's actions were taken back after the mirror was last written."""
    database = open_database(path, KEY, SettableClock())
    store = LocalStore(database, SettableClock())
    booking = a_booking(changed_at=NOW)
    await put(store, booking, *MADE)
    for _ in range(20):
        await put(store, a_booking(), *MADE)
    database.close()
    shutil.copyfile(Files(path).mirror, path.with_name("older"))
    database = open_database(path, KEY, SettableClock())
    store = LocalStore(database, SettableClock())
    since = replace(booking, changed_at=NOW + minutes(1))
    over = replace(since, state=BookingState.CANCELLED) if cancelled else since
    gone = [each for each in await store.waiting_for(booking.id) if each.kind in taken_back]
    await store.transition(booking.id, lambda _: Transition(over), withdrawn=gone)
    database.close()
    shutil.copyfile(path.with_name("older"), Files(path).mirror)


MADE = (ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION)


def spoil_roots(path: Path, *names: str) -> None:
    """Spoil these tables and indexes, so that nothing in them can be read."""
    spoil(path, flip(*((root_page(path, name) - 1) * PAGE + 99 for name in names)))
    Files(path).repair_wanted.touch()


def waiting(path: Path) -> list[tuple[str, str]]:
    return [(row["booking_id"], row["kind"]) for row in ours(path)["pending_action"]]


@pytest.mark.parametrize("spoilt", ["pending_action", "booking"])
@pytest.mark.parametrize("cancelled", [True, False])
async def test_what_was_taken_back_after_the_mirror_was_written_stays_taken_back(
    tmp_path: Path, spoilt: str, cancelled: bool
) -> None:
    path = tmp_path / "clinic.db"
    await left_behind(path, *MADE[1:], cancelled=cancelled)
    over = {row["id"] for row in ours(path)["booking"] if row["state"] == BookingState.CANCELLED.value}
    before = waiting(path)
    assert (len(before), len(over)) == (61, int(cancelled))
    spoil_roots(path, spoilt)
    assert opened(path) is None
    # A room that nobody needs any more is not asked for, whether or not that was still to be done.
    kept = [each for each in before if spoilt == "booking" or each != (*over, ActionKind.ENSURE_ROOM.value)]
    assert sorted(waiting(path)) == sorted(kept)
    assert report(path)["lost_actions"] == 0


async def test_a_cancelled_booking_is_not_made_although_nothing_of_the_outbox_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    await left_behind(path, *MADE[1:])
    before = waiting(path)
    spoil_roots(path, "pending_action", *INDEXES)
    assert opened(path) is None
    [over] = [row["id"] for row in ours(path)["booking"] if row["state"] == BookingState.CANCELLED.value]
    assert [kind for booking_id, kind in waiting(path) if booking_id == over] == []
    assert sorted(waiting(path)) == sorted(each for each in before if each[0] != over)


INDEXES = (
    "pending_action_queue",
    "pending_action_booking",
    "pending_action_thread",
    "sqlite_autoindex_pending_action_1",
    "sqlite_autoindex_pending_action_2",
)
