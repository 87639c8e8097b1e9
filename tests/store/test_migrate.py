import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError
from app.store import mirror_file
from app.store.backup import back_up
from app.store.cipher import configure, unlock, unlock_to_read
from app.store.database import open_database
from app.store.files import Files, make_private
from app.store.migrate import Migration, migrate, packaged_migrations
from app.store.schema import metadata
from tests.store.builders import KEY
from tests.store.schema_files import SCHEMAS, rows_in

FIRST = Migration(1, "CREATE TABLE note (body TEXT NOT NULL); INSERT INTO note VALUES ('kept');")
SECOND = Migration(2, "ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;")
BROKEN = Migration(
    2, "ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; INSERT INTO nowhere VALUES (1);"
)


@pytest.fixture
def driver(path: Path) -> Iterator[dbapi2.Connection]:
    make_private(path)
    driver = unlock(path, KEY)
    configure(driver)
    yield driver
    driver.close()


def steps(driver: dbapi2.Connection, *steps: Migration) -> list[int]:
    """Migrate, and return of which versions a backup was asked for."""
    backups: list[int] = []
    migrate(driver, steps, backups.append)
    return backups


def test_steps_an_older_file_lacks_are_applied_and_its_data_kept(driver: dbapi2.Connection) -> None:
    assert steps(driver, FIRST) == []
    assert driver.execute("SELECT * FROM note").fetchall() == [("kept",)]
    assert steps(driver, FIRST, SECOND) == [1]
    assert driver.execute("SELECT * FROM note").fetchall() == [("kept", 0)]
    assert driver.execute("PRAGMA user_version").fetchall() == [(2,)]
    assert steps(driver, FIRST, SECOND) == []


def test_a_step_that_fails_changes_nothing(driver: dbapi2.Connection) -> None:
    steps(driver, FIRST)
    with pytest.raises(dbapi2.Error, match="nowhere"):
        steps(driver, FIRST, BROKEN)
    assert driver.execute("SELECT * FROM note").fetchall() == [("kept",)]
    assert driver.execute("PRAGMA user_version").fetchall() == [(1,)]


def test_a_file_of_a_newer_program_is_left_alone(driver: dbapi2.Connection) -> None:
    steps(driver, FIRST, SECOND)
    with pytest.raises(KlinikError) as failure:
        steps(driver, FIRST)
    assert failure.value.kind is ErrorKind.DATABASE_TOO_NEW
    assert driver.execute("PRAGMA user_version").fetchall() == [(2,)]


def test_an_interrupted_first_start_is_finished_by_the_next(path: Path) -> None:
    make_private(path)
    open_database(path, KEY).close()
    assert rows_in(path)["upkeep"] != []


def test_migrations_are_numbered_without_gaps(tmp_path: Path) -> None:
    (tmp_path / "0002_later.sql").write_text("SELECT 1;")
    with pytest.raises(ValueError, match="numbered"):
        packaged_migrations(tmp_path)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_queries_name_the_columns_that_the_migrations_make(driver: dbapi2.Connection, table: str) -> None:
    steps(driver, *packaged_migrations())
    columns = driver.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()
    assert {name for (name,) in columns} == {column.name for column in metadata.tables[table].c}


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def older(path: Path) -> Path:
    """A database of the first schema, with its last commits in the log only."""
    path.parent.mkdir(mode=0o700)
    shutil.copyfile(SCHEMAS / "v1.db", path)
    return path


def test_a_migrated_file_has_a_whole_copy_of_what_it_was(older: Path) -> None:
    before = rows_in(older)
    open_database(older, KEY).close()
    backup = Files(older).backup(1, whole=True)
    assert Files(older).backups() == [backup]
    assert backup.stat().st_mode & 0o777 == 0o600
    assert rows_in(backup) == before
    assert not list(older.parent.glob("*.part*"))
    open_database(older, KEY).close()
    assert Files(older).backups() == [backup]


def test_the_copy_has_what_was_only_in_the_log(driver: dbapi2.Connection, path: Path) -> None:
    migrate(driver, packaged_migrations(), lambda _: None)
    driver.execute("INSERT INTO finding VALUES ('server', 'found')")
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    back_up(driver, Files(path), KEY, 2)
    assert rows_in(Files(path).backup(2, whole=True))["finding"] == [{"server": "server", "finding": "found"}]


def test_the_two_newest_copies_are_kept(driver: dbapi2.Connection, path: Path) -> None:
    migrate(driver, packaged_migrations(), lambda _: None)
    for version in (1, 2, 3, 4):
        back_up(driver, Files(path), KEY, version)
    assert [each.name for each in Files(path).backups()] == [f"clinic.db.v{number}.backup" for number in (3, 4)]


@pytest.mark.parametrize("how", ["foreseen", "met"])
def test_without_room_for_the_whole_file_what_only_this_pc_knows_is_copied(
    older: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "no space")

    if how == "foreseen":
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 30, (1 << 30) - 1000, 1000))
    else:
        monkeypatch.setattr(shutil, "copyfile", full)
    before = rows_in(older)
    open_database(older, KEY).close()
    backup = Files(older).backup(1, whole=False)
    assert Files(older).backups() == [backup]
    assert backup.stat().st_mode & 0o777 == 0o600
    own = mirror_file.read_mirror(backup, KEY)
    assert own is not None
    assert own.version == 1
    for table in ("booking", "pending_action", "carried_key"):
        assert sorted(own.rows[table].values(), key=str) == sorted(before[table], key=str)


def test_a_migration_that_fails_leaves_the_older_file_and_its_copy(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_in(older)
    broken: Sequence[Migration] = (*packaged_migrations(), Migration(len(packaged_migrations()) + 1, "SELECT x;"))
    monkeypatch.setattr("app.store.database.packaged_migrations", lambda: broken)
    with pytest.raises(dbapi2.Error, match="no such column"):
        open_database(older, KEY)
    assert rows_in(Files(older).backup(1, whole=True)) == before
    after = rows_in(older)
    assert after["booking"] != []
    assert [row["id"] for row in after["pending_action"]] == [row["id"] for row in before["pending_action"]]


def test_a_file_of_the_first_program_learns_to_give_room_back(older: Path) -> None:
    def vacuum_mode() -> int:
        with closing(unlock_to_read(older, KEY)) as driver:
            return int(driver.execute("PRAGMA auto_vacuum").fetchone()[0])

    none, incremental = 0, 2
    assert vacuum_mode() == none
    open_database(older, KEY).close()
    assert vacuum_mode() == incremental
