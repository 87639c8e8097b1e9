"""The one place where SQLite's and the file system's failures become kinds a person can be told about."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError

# Primary result codes, https://www.sqlite.org/rescode.html
_BUSY, _READONLY, _INTERRUPT, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 8, 9, 10, 11, 13, 14, 26

_KINDS = {
    _BUSY: ErrorKind.UNEXPECTED,
    _READONLY: ErrorKind.DATABASE_READ_ONLY,
    _INTERRUPT: ErrorKind.UNEXPECTED,
    _CORRUPT: ErrorKind.DATABASE_DAMAGED,
    _FULL: ErrorKind.DISK_FULL,
    _NOTADB: ErrorKind.DATABASE_DAMAGED,
}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_LEAST_FREE = 1 << 20


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn failures of the world around the database at `path` into KlinikError; faults of ours pass through."""
    try:
        yield
    except (dbapi2.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        kind = _kind(_code(cause), path)
        if kind is None:
            raise
        raise KlinikError(kind, getattr(cause, "sqlite_errorname", type(cause).__name__)) from error
    except OSError as error:
        raise KlinikError(_os_kind(error), errno.errorcode.get(error.errno or 0, "OSError")) from error


def is_not_a_database(error: BaseException) -> bool:
    """Tell whether the first page could not be read: the key does not fit it, or it is damaged."""
    return _code(error) == _NOTADB


def is_damage(error: BaseException) -> bool:
    """Tell whether a part of the file cannot be read, or not with this key."""
    return _code(error) in (_CORRUPT, _NOTADB)


def is_circumstance(error: BaseException) -> bool:
    """Tell whether it is the disk that is to blame, or who else uses it, and not what is in the file."""
    return _code(error) in (_BUSY, _READONLY, _IOERR, _FULL, _CANTOPEN)


def _code(error: BaseException | None) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _kind(code: int, path: Path) -> ErrorKind | None:
    if code in (_IOERR, _CANTOPEN):
        # SQLite reports a full disk as itself only where it writes pages, not where it makes files beside them.
        if shutil.disk_usage(path.parent).free < _LEAST_FREE:
            return ErrorKind.DISK_FULL
        return ErrorKind.UNEXPECTED if os.access(path.parent, os.W_OK) else ErrorKind.DATABASE_READ_ONLY
    return _KINDS.get(code)


def _os_kind(error: OSError) -> ErrorKind:
    if error.errno in _NO_SPACE:
        return ErrorKind.DISK_FULL
    return ErrorKind.DATABASE_READ_ONLY if error.errno in _FORBIDDEN else ErrorKind.UNEXPECTED
