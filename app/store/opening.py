"""Opens a database file: made when there is none, brought up to the schema, made anew when it is damaged.

Only what a start needs is read - the schema, the outbox, the bookings - so that a large clinic waits no longer; the
whole file is gone through in the background.
"""

import logging
import shutil
from collections.abc import Sequence
from datetime import datetime

from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError
from app.store import mirror_file
from app.store.backup import back_up
from app.store.cipher import configure, no_page_fits, unlock
from app.store.database_errors import is_damage, is_not_a_database
from app.store.files import Files, make_private, remove
from app.store.migrate import Migration, migrate
from app.store.mirror import watch
from app.store.own_rows import OWN_TABLES, generation_in, lifted, put_own, read_table
from app.store.repair import repair

_log = logging.getLogger(__name__)

_CHECKED_AT_START = (
    "PRAGMA integrity_check(pending_action)",
    "PRAGMA integrity_check(assignment)",
    "PRAGMA quick_check(booking)",
    "PRAGMA quick_check(record_picture)",
    "PRAGMA quick_check(carried_key)",
    "PRAGMA quick_check(upkeep)",
)

_REWRITTEN_AT_MOST = 256 << 20
"""A larger file would hold up the start for more than some seconds; its room is used again, and not given back."""


class _InconsistentError(KlinikError):
    """The pages can be read, but what is in them does not fit together."""

    def __init__(self, detail: str) -> None:
        super().__init__(ErrorKind.DATABASE_DAMAGED, detail)


def open_driver(files: Files, key: str, steps: Sequence[Migration], now: datetime) -> dbapi2.Connection:
    """Return a connection that is set up and whose commits are watched for the mirror.

    Raises KlinikError(DATABASE_KEY_WRONG | DATABASE_TOO_NEW | DATABASE_REPAIR_FAILED), dbapi2.Error and OSError.
    """
    remove(files.half)
    mirrored = mirror_file.read_state(files.mirror, key)
    if files.repair_wanted.exists() or (mirrored is not None and _is_gone(files)):
        repair(files, key, steps, now)
    try:
        driver = _opened(files, key, steps)
    except (dbapi2.DatabaseError, _InconsistentError) as error:
        if not isinstance(error, _InconsistentError) and not is_damage(error):
            raise
        if mirrored is None and is_not_a_database(error) and no_page_fits(files.main, key):
            raise KlinikError(ErrorKind.DATABASE_KEY_WRONG) from error
        repair(files, key, steps, now)
        driver = _opened(files, key, steps)
    try:
        _catch_up(driver, files, key, steps)
        watch(driver)
    except BaseException:
        driver.close()
        raise
    return driver


def _is_gone(files: Files) -> bool:
    return not files.main.exists() or files.main.stat().st_size == 0


def _opened(files: Files, key: str, steps: Sequence[Migration]) -> dbapi2.Connection:
    make_private(files.main)
    driver = unlock(files.main, key)
    try:
        configure(driver)
        migrate(driver, steps, lambda version: back_up(driver, files, key, version))
        _look_through(driver)
        _let_it_shrink(driver, files)
    except BaseException:
        driver.close()
        raise
    return driver


def _look_through(driver: dbapi2.Connection) -> None:
    for check in _CHECKED_AT_START:
        if driver.execute(check).fetchone()[0] != "ok":
            raise _InconsistentError(check)
    if driver.execute("PRAGMA foreign_key_check(pending_action)").fetchone():
        raise _InconsistentError("an action without what it is about")


def _let_it_shrink(driver: dbapi2.Connection, files: Files) -> None:
    """Rewrite a file of the first program, once, so that it can give room back a little at a time."""
    if int(driver.execute("PRAGMA auto_vacuum").fetchone()[0]):
        return
    size = files.main.stat().st_size
    if size <= _REWRITTEN_AT_MOST and shutil.disk_usage(files.main.parent).free > 3 * size:
        try:
            driver.execute("VACUUM")
        except dbapi2.OperationalError as error:
            _log.warning("the local copy was not rewritten: %s", type(error).__name__)


def _catch_up(driver: dbapi2.Connection, files: Files, key: str, steps: Sequence[Migration]) -> None:
    """Take over what only the mirror has: the end of the database's log was lost, or it is an older file."""
    mirrored = mirror_file.read_state(files.mirror, key)
    here = generation_in({"upkeep": read_table(driver, "upkeep")}) or 0
    if mirrored is None or mirrored.generation <= here or mirrored.version > len(steps):
        return
    newer = mirror_file.read_mirror(files.mirror, key)
    if newer is None:
        return
    rows = lifted(newer, steps).rows
    with driver:
        driver.execute("BEGIN IMMEDIATE")
        put_own(driver, {**{table: {} for table in OWN_TABLES if table != "upkeep"}, **rows})
        driver.execute("UPDATE upkeep SET generation = ?", (mirrored.generation,))
