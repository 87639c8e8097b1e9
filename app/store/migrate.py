"""Brings a database file up to the schema this program knows, one numbered SQL file at a time."""

import os
import shutil
from collections.abc import Sequence
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


def migrate(driver: dbapi2.Connection, path: Path, steps: Sequence[Migration]) -> None:
    """Apply the steps a database lacks, each in its own transaction, after copying a file that already has some.

    The copy, `<name>.v<version>.backup` beside the file, is encrypted as the file is.
    Raises KlinikError(DATABASE_TOO_NEW) when a newer program has changed the file.
    """
    version = int(driver.execute("PRAGMA user_version").fetchone()[0])
    if version > len(steps):
        raise KlinikError(ErrorKind.DATABASE_TOO_NEW, f"version {version}, known {len(steps)}")
    if 0 < version < len(steps):
        _back_up(driver, path, version)
    for step in steps[version:]:
        try:
            driver.executescript(f"BEGIN IMMEDIATE;\n{step.sql}\nPRAGMA user_version = {step.version};\nCOMMIT;")
        except dbapi2.Error:
            driver.rollback()
            raise


def _back_up(driver: dbapi2.Connection, path: Path, version: int) -> None:
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = path.with_name(f"{path.name}.v{version}.backup")
    half = backup.with_name(backup.name + ".part")
    shutil.copyfile(path, half)
    half.chmod(0o600)
    with half.open("rb+") as file:
        os.fsync(file.fileno())
    half.replace(backup)
