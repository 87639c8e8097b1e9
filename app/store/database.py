"""The encrypted database file, its one connection and the one thread that uses it."""

import asyncio
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError
from app.store.database_errors import is_not_a_database, translated
from app.store.migrate import Migration, migrate, packaged_migrations

T = TypeVar("T")

_BUSY_MILLISECONDS = 5000
_CACHE_KIB = 16 * 1024


class Database:
    """One SQLCipher connection in one worker thread; open it with `open_database`."""

    def __init__(self, path: Path, connection: Connection, thread: ThreadPoolExecutor) -> None:
        self._path = path
        self._connection = connection
        self._thread = thread

    async def run(self, work: Callable[[Connection], T], *, on_commit: Callable[[T], None] | None = None) -> T:
        """Run `work` in the database thread inside one transaction, durable when this returns.

        An exception in `work` rolls everything back. A caller that is cancelled meanwhile stops waiting, but the
        work is done whole. `on_commit` is called in the running loop, with the result, before the caller goes on.
        Raises KlinikError(DATABASE_DAMAGED | DATABASE_READ_ONLY | DISK_FULL | UNEXPECTED).
        """
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)
        if on_commit is not None:
            announce = on_commit

            def committed(done: asyncio.Future[T]) -> None:
                if done.exception() is None:
                    announce(done.result())

            future.add_done_callback(committed)
        return await asyncio.shield(future)

    def close(self) -> None:
        """Finish the work under way, close the file and end the thread."""
        self._thread.submit(self._shut).result()
        self._thread.shutdown()

    def _transact(self, work: Callable[[Connection], T]) -> T:
        with translated(self._path), self._connection.begin():
            return work(self._connection)

    def _shut(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


def open_database(path: Path, key: str, migrations: Sequence[Migration] | None = None) -> Database:
    """Open the database, making the file when there is none, and bring its schema up to date.

    `key` is 32 bytes as 64 hexadecimal digits.
    Raises KlinikError(DATABASE_KEY_WRONG | DATABASE_DAMAGED | DATABASE_READ_ONLY | DATABASE_TOO_NEW | DISK_FULL |
    UNEXPECTED); a file that cannot be opened is left as it was.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise KlinikError(ErrorKind.DATABASE_KEY_WRONG, "not 64 hexadecimal digits")
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
    try:
        steps = packaged_migrations() if migrations is None else migrations
        connection = thread.submit(_open, path, key, steps).result()
    except BaseException:
        thread.shutdown()
        raise
    return Database(path, connection, thread)


def _open(path: Path, key: str, migrations: Sequence[Migration]) -> Connection:
    with translated(path):
        _make_private_file(path)
        driver = _unlock(path, key)
        try:
            _configure(driver)
            migrate(driver, path, migrations)
        except BaseException as error:
            wrong_key = is_not_a_database(error) and _no_page_fits(driver, path)
            driver.close()
            if wrong_key:
                raise KlinikError(ErrorKind.DATABASE_KEY_WRONG) from error
            raise
    # hide_parameters: they are patients' data, and would end up in tracebacks.
    engine = create_engine(
        "sqlite://", module=dbapi2, creator=lambda: driver, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine.connect()


def _make_private_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # SQLite gives its journals the mode of the file itself.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _unlock(path: Path, key: str) -> dbapi2.Connection:
    driver = dbapi2.connect(path, isolation_level=None)
    driver.execute("PRAGMA cipher_log_level = NONE")
    driver.execute("PRAGMA cipher_memory_security = OFF")
    driver.execute(f"PRAGMA key = \"x'{key}'\"")
    return driver


def _configure(driver: dbapi2.Connection) -> None:
    driver.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    driver.execute("PRAGMA foreign_keys = ON")
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = FULL")
    # A file that may not be written is told of now, not at the first click.
    driver.execute("BEGIN IMMEDIATE")
    driver.execute("ROLLBACK")


def _no_page_fits(driver: dbapi2.Connection, path: Path) -> bool:
    """Tell a wrong key, which no page's checksum fits, from damage, which leaves most pages whole."""
    page_size = int(driver.execute("PRAGMA cipher_page_size").fetchone()[0])
    pages, rest = divmod(path.stat().st_size, page_size)
    return rest == 0 and len(driver.execute("PRAGMA cipher_integrity_check").fetchall()) == pages
