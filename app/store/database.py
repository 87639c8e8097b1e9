"""The encrypted database file, its one connection and the one thread that uses it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from app.domain.clinic_time import Clock, utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.store.aside import Aside
from app.store.cipher import configure, joined, require_key, unlock
from app.store.database_errors import is_damage, translated
from app.store.files import Files, make_private
from app.store.migrate import packaged_migrations
from app.store.mirror import Mirror, anything_touched, take_touched, watch
from app.store.opening import open_driver
from app.store.two_lanes import TwoLanes

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Opened:
    """One connection, as SQLCipher and as SQLAlchemy know it."""

    driver: dbapi2.Connection
    connection: Connection


class Database:
    """One SQLCipher connection in one worker thread; open it with `open_database`.

    After each commit that touched what only this PC knows, that is copied to the mirror file, after the caller has
    been told.
    """

    def __init__(self, files: Files, key: str, opened: _Opened, lanes: TwoLanes) -> None:
        self.files = files
        self._key = key
        self._opened: _Opened | None = opened
        self._lanes = lanes
        self._aside = Aside(files, key)
        self._mirror = Mirror(files, key)
        self._mirror.follow()
        self._copying = False
        self._closing = False

    async def run(
        self, work: Callable[[Connection], T], *, on_commit: Callable[[T], None] | None = None, later: bool = False
    ) -> T:
        """Run `work` in the database thread inside one transaction, durable when this returns.

        With `later` all work without it goes before, also such as is asked for meanwhile.
        An exception in `work` rolls everything back. A caller that is cancelled meanwhile stops waiting, but the
        work is done whole. `on_commit` is called in the running loop, with the result, before the caller goes on.
        Raises KlinikError(DATABASE_DAMAGED | DATABASE_READ_ONLY | DISK_FULL | UNEXPECTED).
        """
        lane = self._lanes.later if later else self._lanes.first
        future = asyncio.get_running_loop().run_in_executor(lane, self._transact, work)
        if on_commit is not None:
            announce = on_commit

            def committed(done: asyncio.Future[T]) -> None:
                if done.exception() is None:
                    announce(done.result())

            future.add_done_callback(committed)
        return await asyncio.shield(future)

    async def aside(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which may take long, on a second connection that only reads, beside what `run` does.

        Raises what `run` does.
        """
        return await asyncio.get_running_loop().run_in_executor(self._aside.thread, self._read_aside, work)

    async def mirrored(self) -> None:
        """Return once all that was committed so far is in the mirror too."""
        await asyncio.get_running_loop().run_in_executor(self._lanes.later, lambda: None)
        await asyncio.wrap_future(self._mirror.written())

    def close(self) -> None:
        """Finish the work under way, close the files and end the threads; again is no error."""
        if self._closing:
            return
        self._closing = True
        self._aside.close()
        self._lanes.later.submit(self._shut).result()
        self._lanes.shutdown()

    def _transact(self, work: Callable[[Connection], T]) -> T:
        if (opened := self._opened) is None:
            raise KlinikError(ErrorKind.DATABASE_DAMAGED, "the file cannot be read on")
        try:
            with translated(self.files.main), opened.connection.begin():
                result = work(opened.connection)
        except KlinikError as error:
            if error.kind is ErrorKind.DATABASE_DAMAGED:
                self._met_damage()
            raise
        if not self._copying and not self._closing and anything_touched(opened.driver):
            self._copying = True
            self._lanes.later.submit(self._copy_touched)
        return result

    def _read_aside(self, work: Callable[[Connection], T]) -> T:
        try:
            with translated(self.files.main):
                return self._aside.read(work)
        except KlinikError as error:
            if error.kind is ErrorKind.DATABASE_DAMAGED:
                self.want_repair()
            raise

    def want_repair(self) -> None:
        """Have the next opening make the file anew."""
        try:
            make_private(self.files.repair_wanted)
        except OSError as error:
            _log.warning("the need of a repair was not noted: %s", type(error).__name__)

    def _copy_touched(self) -> None:
        self._copying = False
        if self._opened is None:
            return
        try:
            self._mirror.take(take_touched(self._opened.driver))
        except dbapi2.Error as error:
            _log.warning("what was changed cannot be read again: %s", type(error).__name__)
            if is_damage(error):
                self._met_damage()

    def _met_damage(self) -> None:
        """Have the file made anew by the next opening, and until then go on with all of it that can be read."""
        self.want_repair()
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.connection.close()
        # After one page that cannot be read SQLCipher refuses all others on the same connection.
        driver = unlock(self.files.main, self._key)
        try:
            configure(driver)
            watch(driver)
        except dbapi2.Error as error:
            driver.close()
            _log.warning("the damaged file cannot be read on: %s", type(error).__name__)
            return
        self._opened = _Opened(driver, joined(driver))
        self._mirror.follow()

    def _shut(self) -> None:
        if self._opened is not None and anything_touched(self._opened.driver):
            self._copy_touched()
        self._mirror.close()
        if self._opened is not None:
            self._opened.connection.close()
            self._opened.connection.engine.dispose()


def open_database(path: Path, key: str, clock: Clock = utc_now) -> Database:
    """Open the database, making the file when there is none, and bring its schema up to date.

    A damaged one is made anew: nothing is lost of what only this PC knows as far as it, or its mirror, can be read.
    `key` is 32 bytes as 64 hexadecimal digits; `clock` stamps a repair.
    Raises KlinikError(DATABASE_KEY_WRONG | DATABASE_READ_ONLY | DATABASE_TOO_NEW | DATABASE_REPAIR_FAILED |
    DISK_FULL | UNEXPECTED); a file that cannot be opened is left as it was.
    """
    require_key(key)
    files = Files(path)
    lanes = TwoLanes("database")
    try:
        opened = lanes.first.submit(_open, files, key, clock).result()
    except BaseException:
        lanes.shutdown()
        raise
    return Database(files, key, opened, lanes)


def _open(files: Files, key: str, clock: Clock) -> _Opened:
    with translated(files.main):
        driver = open_driver(files, key, packaged_migrations(), clock())
        return _Opened(driver, joined(driver))
