"""A real file of each schema there ever was is opened by today's program, and everything is found again."""

import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId
from app.store.cipher import unlock_to_read
from app.store.database import open_database
from app.store.local_store import LocalStore
from app.store.migrate import packaged_migrations, run_step, schema_version
from app.store.presences import Presences
from app.store.views import StoreViews
from tests.store.builders import KEY, NOW, SettableClock, a_booking, put
from tests.store.schema_files import SCHEMAS, bookings, newest_file, rows_in

FILES = sorted(SCHEMAS.glob("v*.db"))
MOVED = {"watermark": "read_point"}
"""Tables by the names they have had since."""
DROPPED = {("resource", "base")}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, path: Path) -> Path:
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(request.param, path)
    return path


def test_there_is_a_file_of_each_schema() -> None:
    """Run `python -m tests.store.schema_files` when a migration is added."""
    assert [path.stem for path in FILES] == [f"v{step.version}" for step in packaged_migrations()]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_migration_is_not_changed_once_there_is_its_file(file: Path) -> None:
    """The newest may be, until it is released: then its file is made again."""
    driver = dbapi2.connect(":memory:", isolation_level=None)
    with closing(driver), closing(unlock_to_read(file, KEY)) as filed:
        for step in packaged_migrations()[: schema_version(filed)]:
            run_step(driver, step)
        assert schema_of(filed) == schema_of(driver)


def schema_of(driver: dbapi2.Connection) -> set[tuple[str, str]]:
    return set(driver.execute("SELECT name, sql FROM sqlite_schema").fetchall())


def test_every_table_of_the_newest_file_has_rows() -> None:
    empty = [table for table, rows in rows_in(newest_file()).items() if not rows]
    assert [table for table in empty if not table.endswith("_backlog")] == []


def test_every_row_is_found_again(old: Path) -> None:
    before = rows_in(old)
    open_database(old, KEY).close()
    after = rows_in(old)
    assert any(before.values())
    for table, rows in before.items():
        now = after[MOVED.get(table, table)]
        missing = [row for row in rows if not any(_same(table, row, new) for new in now)]
        assert missing == [], f"{len(missing)} rows of {table}"


def _same(table: str, row: dict[str, Any], new: dict[str, Any]) -> bool:
    kept = {name: value for name, value in row.items() if (table, name) not in DROPPED}
    return kept.items() <= new.items()


async def test_the_first_schema_reads_as_it_should(path: Path, clock: SettableClock) -> None:
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(SCHEMAS / "v1.db", path)
    database = open_database(path, KEY)
    store = LocalStore(database, clock)
    waiting = await store.due_actions(NOW.replace(year=2027))
    requested, ended = (BookingId(f"00000000-0000-4000-8000-00000000000{number}") for number in (1, 2))
    assert [(each.kind, each.booking_id, each.queue) for each in waiting] == [
        (ActionKind.WATCH_DELIVERY, BookingId("00000000-0000-4000-8000-000000000000"),
         "sms_status:00000000-0000-4000-8000-000000000000"),
        (ActionKind.WRITE_APPOINTMENT, requested, "practice:anna"),
        (ActionKind.WRITE_OUTCOME, ended, "practice:bo"),
        (ActionKind.CLOSE_ROOM, ended, f"room:{ended}"),
    ]  # fmt: skip
    assert all(each.begun for each in waiting)
    assert [(each.attempts, each.last_failure) for each in waiting[1:2]] == [(1, ErrorKind.PRACTICE_UNREACHABLE)]
    points = await store.read_points()
    assert {name: point.complete for name, point in points.items()} == {"Patient": False, "Communication": False}
    later = a_booking()
    await put(store, later, ActionKind.ENSURE_ROOM)
    [new] = await store.waiting_for(later.id)
    database.close()
    numbers = [row["sequence"] for row in rows_in(SCHEMAS / "v1.db")["pending_action"]]
    assert new.sequence > max(numbers) + 1, "numbered after one that was carried out before"


async def test_the_newest_schema_reads_as_it_was_written(
    old: Path, clock: SettableClock, request: pytest.FixtureRequest
) -> None:
    version = int(re.sub(r"\D", "", request.node.callspec.id))
    database = open_database(old, KEY)
    store = LocalStore(database, clock)
    live = {each.id: each for each in await store.live_bookings()}
    views = StoreViews(database, Presences(lambda: None), clock)
    rows = await views.inbox()
    database.close()
    assert len(rows) == 2
    if version > 1:
        assert live == {each.id: each for each in bookings() if each.live}
