"""One demo at a time in a directory: whoever comes second joins the one that runs, and takes over when it ends."""

import json
import sqlite3
from pathlib import Path


class SoleStack:
    """The right to run the demo in a directory, and what whoever has it says of the running services.

    The lock is SQLite's on an empty file: the system lets go of it however the process ends, on every platform.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._said = directory / "running.json"
        self._lock = sqlite3.connect(directory / "stack-in-use", isolation_level=None, timeout=0)
        self._held = False

    def take(self) -> bool:
        """Take the right if nobody has it, and tell whether it is ours."""
        if not self._held:
            try:
                self._lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                return False
            self._held = True
            # Left behind by one that was killed.
            self._said.unlink(missing_ok=True)
        return True

    def tell(self, ready: dict[str, object]) -> None:
        """Say to those who come second that the services are ready, and where."""
        half = self._said.with_suffix(".part")
        half.write_text(json.dumps(ready), encoding="utf-8")
        half.replace(self._said)

    def told(self) -> dict[str, object] | None:
        """Return what the one that runs has said, None while it is not ready."""
        try:
            ready: dict[str, object] = json.loads(self._said.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return ready

    def close(self) -> None:
        """Let go, so that another may run the demo."""
        if self._held:
            self._said.unlink(missing_ok=True)
        self._lock.close()
