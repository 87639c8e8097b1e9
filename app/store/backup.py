"""Copies a database before its schema changes, as encrypted as it is itself."""

import errno
import shutil
from contextlib import closing

from sqlcipher3 import dbapi2

from app.store import mirror_file
from app.store.files import KEPT_BACKUPS, Files, flush, flush_folder, remove
from app.store.own_rows import read_own

_ROOM_LEFT = 16 << 20
"""So many bytes stay free for the migration itself."""
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def back_up(driver: dbapi2.Connection, files: Files, key: str, version: int) -> None:
    """Copy the whole file, or where there is no room for that what only this PC knows; keep the two newest.

    Raises dbapi2.Error or OSError when there is not even room for the latter.
    """
    # What is still in the log only is in the file after this; the connection is the only one.
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    if not _copied_whole(files, version):
        _copy_own(driver, files, key, version)
    for old in files.backups()[:-KEPT_BACKUPS]:
        remove(old)
    flush_folder(files.main.parent)


def _copied_whole(files: Files, version: int) -> bool:
    if shutil.disk_usage(files.main.parent).free < files.main.stat().st_size + _ROOM_LEFT:
        return False
    backup = files.backup(version, whole=True)
    half = backup.with_name(backup.name + ".part")
    try:
        shutil.copyfile(files.main, half)
        half.chmod(0o600)
        flush(half)
        half.replace(backup)
    except OSError as error:
        half.unlink(missing_ok=True)
        if error.errno in _NO_SPACE:
            return False
        raise
    return True


def _copy_own(driver: dbapi2.Connection, files: Files, key: str, version: int) -> None:
    backup = files.backup(version, whole=False)
    remove(backup)
    with closing(mirror_file.open_mirror(backup, key)) as copy:
        mirror_file.rewrite(copy, read_own(driver))
    flush(backup)
