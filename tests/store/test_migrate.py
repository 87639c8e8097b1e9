import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.domain.errors import ErrorKind, KlinikError
from app.store.database import open_database
from app.store.migrate import Migration, packaged_migrations
from app.store.schema import metadata
from tests.store.builders import KEY

FIRST = Migration(1, "CREATE TABLE note (body TEXT NOT NULL); INSERT INTO note VALUES ('kept');")
SECOND = Migration(2, "ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;")
BROKEN = Migration(
    2, "ALTER TABLE note ADD COLUMN seen INTEGER NOT NULL DEFAULT 0; INSERT INTO nowhere VALUES (1);"
)


def read(path: Path, sql: str, *steps: Migration) -> list[tuple[object, ...]]:
    database = open_database(path, KEY, steps)

    def work(connection: Connection) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]

    try:
        return asyncio.run(database.run(work))
    finally:
        database.close()


def test_steps_an_older_file_lacks_are_applied_and_its_data_kept(path: Path) -> None:
    assert read(path, "SELECT * FROM note", FIRST) == [("kept",)]
    assert read(path, "SELECT * FROM note", FIRST, SECOND) == [("kept", 0)]
    assert read(path, "PRAGMA user_version", FIRST, SECOND) == [(2,)]


def test_an_older_file_is_copied_first_and_a_new_or_current_one_is_not(path: Path) -> None:
    backup = path.with_name("clinic.db.v1.backup")
    read(path, "SELECT 1", FIRST)
    read(path, "SELECT 1", FIRST)
    assert not backup.exists()
    read(path, "SELECT 1", FIRST, SECOND)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert read(backup, "SELECT * FROM note", FIRST) == [("kept",)]
    assert not list(path.parent.glob("*.part"))


def test_a_step_that_fails_changes_nothing(path: Path) -> None:
    read(path, "SELECT 1", FIRST)
    with pytest.raises(Exception, match="nowhere"):
        read(path, "SELECT 1", FIRST, BROKEN)
    assert read(path, "SELECT * FROM note", FIRST) == [("kept",)]


def test_a_file_of_a_newer_program_is_left_alone(path: Path) -> None:
    read(path, "SELECT 1", FIRST, SECOND)
    with pytest.raises(KlinikError) as failure:
        read(path, "SELECT 1", FIRST)
    assert failure.value.kind is ErrorKind.DATABASE_TOO_NEW
    assert read(path, "PRAGMA user_version", FIRST, SECOND) == [(2,)]


def test_an_interrupted_first_start_is_finished_by_the_next(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert read(path, "SELECT * FROM note", FIRST) == [("kept",)]


def test_migrations_are_numbered_without_gaps(tmp_path: Path) -> None:
    (tmp_path / "0002_later.sql").write_text("SELECT 1;")
    with pytest.raises(ValueError, match="numbered"):
        packaged_migrations(tmp_path)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_queries_name_the_columns_that_the_migrations_make(path: Path, table: str) -> None:
    columns = read(path, f"SELECT name FROM pragma_table_info('{table}')", *packaged_migrations())
    assert {name for (name,) in columns} == {column.name for column in metadata.tables[table].c}
