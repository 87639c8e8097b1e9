"""A second connection that only reads, in a thread of its own, for what takes long: no click waits for it."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from app.store.cipher import joined, unlock_to_read
from app.store.files import Files

T = TypeVar("T")

_STOP_AGAIN_SECONDS = 0.02


class Aside:
    """Each reading is one transaction on a connection of its own; one at a time."""

    def __init__(self, files: Files, key: str) -> None:
        self._files = files
        self._key = key
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database-aside")
        self._driver: dbapi2.Connection | None = None

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`; call it in the thread. Raises dbapi2.Error, also when it was stopped."""
        self._driver = unlock_to_read(self._files.main, self._key)
        connection = joined(self._driver, "BEGIN")
        try:
            with connection.begin():
                return work(connection)
        finally:
            self._driver = None
            connection.close()
            connection.engine.dispose()

    def close(self) -> None:
        """Stop what is being read, which may be the whole file, and end the thread."""
        over = self.thread.submit(lambda: None)
        while not wait((over,), _STOP_AGAIN_SECONDS).done:
            with contextlib.suppress(dbapi2.Error):
                if (driver := self._driver) is not None:
                    driver.interrupt()
        self.thread.shutdown()
