"""Makes a damaged database anew: what only this PC knows is rescued, the rest is read again.

The order of steps is what makes it safe to be cut short anywhere: first the rescued rows are in the mirror, then
the damaged file is set aside, then the new one takes its name. Whatever is missing then, the next opening starts
over from the mirror.
"""

import logging
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError
from app.store import mirror_file
from app.store.cipher import configure, no_page_fits, unlock
from app.store.database_errors import is_circumstance
from app.store.files import KEPT_DAMAGED, Files, flush, flush_folder, make_private, move, remove
from app.store.instant import as_number
from app.store.migrate import Migration, run_step
from app.store.own_rows import Own, lifted, merged, put_own, read_own
from app.store.salvage import salvage

_log = logging.getLogger(__name__)


def repair(files: Files, key: str, steps: Sequence[Migration], now: datetime) -> None:
    """Replace a database by a new one with all of ours that could be read; the old one stays beside it.

    Raises KlinikError(DATABASE_KEY_WRONG) when nothing can be read with this key, DATABASE_TOO_NEW,
    DATABASE_REPAIR_FAILED; dbapi2.Error and OSError for a disk that is full or may not be written. The files are
    then as they were.
    """
    mirrored = mirror_file.read_mirror(files.mirror, key)
    if mirrored is None and files.main.exists() and no_page_fits(files.main, key):
        raise KlinikError(ErrorKind.DATABASE_KEY_WRONG)
    try:
        rescued = _rescued(files, key, mirrored, steps)
        _log.warning("the local copy is damaged and made anew; %d waiting actions are lost", len(rescued.lost))
        rescued = _made(files, key, rescued, steps, now)
        with closing(mirror_file.open_mirror(files.mirror, key)) as mirror:
            mirror_file.rewrite(mirror, rescued)
        flush(files.mirror)
    except BaseException as error:
        remove(files.half)
        if isinstance(error, dbapi2.Error) and not is_circumstance(error):
            raise KlinikError(ErrorKind.DATABASE_REPAIR_FAILED, type(error).__name__) from error
        raise
    _switch(files, now)


def _rescued(files: Files, key: str, mirrored: Own | None, steps: Sequence[Migration]) -> Own:
    found = salvage(files.main, key)
    for each in (found, mirrored):
        if each is not None and each.version > len(steps):
            raise KlinikError(ErrorKind.DATABASE_TOO_NEW, f"version {each.version}, known {len(steps)}")
    own = merged(found and lifted(found, steps), mirrored and lifted(mirrored, steps))
    # What waited in a file of which nothing can be read, nobody knows; that something did has to be assumed.
    unknown = frozenset({0}) if files.main.exists() else frozenset[int]()
    return own or Own(len(steps), None, {}, whole=False, lost=unknown)


def _made(files: Files, key: str, own: Own, steps: Sequence[Migration], now: datetime) -> Own:
    remove(files.half)
    make_private(files.half)
    with closing(unlock(files.half, key)) as driver:
        configure(driver)
        for step in steps:
            run_step(driver, step)
        with driver:
            driver.execute("BEGIN IMMEDIATE")
            lost = own.lost | put_own(driver, own.rows)
            driver.execute("INSERT OR IGNORE INTO upkeep (one) VALUES (1)")
            driver.execute(
                "UPDATE upkeep SET generation = ?, repaired_at = ?, lost_actions = ?, checked_at = NULL",
                ((own.generation or 0) + 1, as_number(now), len(lost)),
            )
        made = read_own(driver)
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    flush(files.half)
    return made


def _switch(files: Files, now: datetime) -> None:
    move(files.main, files.damaged(now))
    move(files.half, files.main)
    for old in files.set_aside()[:-KEPT_DAMAGED]:
        remove(old)
    flush_folder(files.main.parent)
    files.repair_wanted.unlink(missing_ok=True)
