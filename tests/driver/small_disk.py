"""A disk of a few megabytes that a test may fill to the last byte."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted disk of its own."""

    path: Path

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Use up all the room there is left."""
        try:
            with self._ballast.open("ab", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def make_room(self) -> None:
        """Give back what `fill` took."""
        self._ballast.unlink()


@contextmanager
def small_disk(path: Path, megabytes: int = 32) -> Iterator[SmallDisk]:
    """Mount a disk in memory at `path`; skips the test where that is not allowed (it takes root on Linux)."""
    path.mkdir(parents=True, exist_ok=True)
    options = ("-t", "tmpfs", "-o", f"size={megabytes}m", "klinikkonsol-test")
    try:
        mounted = subprocess.run(["mount", *options, str(path)], check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", str(path)], check=True)
