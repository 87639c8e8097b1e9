"""Brings a database file up to the schema this program knows, one numbered SQL file at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number, which becomes `PRAGMA user_version`, and its SQL."""

    version: int
    sql: str


def packaged_migrations(folder: Path = Path(__file__).parent / "migrations") -> tuple[Migration, ...]:
    """Return the migrations shipped with the program, named `0001_what_it_does.sql`, in order from 1."""
    found = tuple(
        Migration(int(file.name.split("_")[0]), file.read_text("utf-8")) for file in sorted(folder.glob("*.sql"))
    )
    if not found or [step.version for step in found] != list(range(1, len(found) + 1)):
        raise ValueError("migrations are numbered 1, 2, 3 ...")
    return found


def schema_version(driver: dbapi2.Connection) -> int:
    """Return the number of the last step a database has had."""
    return int(driver.execute("PRAGMA user_version").fetchone()[0])


def migrate(driver: dbapi2.Connection, steps: Sequence[Migration], back_up: Callable[[int], None]) -> None:
    """Apply the steps a database lacks, each in its own transaction; one that has some is first backed up.

    `back_up` is told the version. Raises KlinikError(DATABASE_TOO_NEW) when a newer program has changed the file.
    """
    version = schema_version(driver)
    if version > len(steps):
        raise KlinikError(ErrorKind.DATABASE_TOO_NEW, f"version {version}, known {len(steps)}")
    if 0 < version < len(steps):
        back_up(version)
    for step in steps[version:]:
        run_step(driver, step)


def run_step(driver: dbapi2.Connection, step: Migration) -> None:
    """Apply one step in a transaction of its own."""
    try:
        driver.executescript(f"BEGIN IMMEDIATE;\n{step.sql}\nPRAGMA user_version = {step.version};\nCOMMIT;")
    except dbapi2.Error:
        driver.rollback()
        raise
