"""One console at a time on one local copy: two would carry out the same outbox without hearing of each other."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.domain.errors import ErrorKind, KlinikError


@contextmanager
def sole_use(directory: Path) -> Iterator[None]:
    """Hold a folder for this process; raises KlinikError(ALREADY_RUNNING) while another one does.

    The lock is SQLite's on an empty file: the system lets go of it however the process ends, on every platform.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        holder = sqlite3.connect(directory / "in-use", isolation_level=None, timeout=0)
    except (OSError, sqlite3.Error):
        # A folder that cannot be written in is told of by the database itself, with the right reason.
        yield
        return
    with closing(holder):
        try:
            holder.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise KlinikError(ErrorKind.ALREADY_RUNNING, "the folder is in use") from error
        yield
