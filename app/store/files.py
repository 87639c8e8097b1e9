"""The files a local copy consists of: the database, what is kept beside it, and what is left of earlier ones."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

KEPT_BACKUPS = 2
KEPT_DAMAGED = 2
_SIDE_FILES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Files:
    """The names of all files of the database at `main`."""

    main: Path

    @property
    def mirror(self) -> Path:
        """The second copy of what only this PC knows."""
        return self._beside("mirror")

    @property
    def repair_wanted(self) -> Path:
        """Is there when damage was met, and the next opening has to make the database anew."""
        return self._beside("repair")

    @property
    def wipe_begun(self) -> Path:
        """Is there while everything is being taken away, so that a wipe that was cut short is gone through with."""
        return self._beside("wipe")

    @property
    def half(self) -> Path:
        """A new database while it is being made."""
        return self._beside("part")

    @property
    def devices(self) -> Path:
        """Which camera, microphone and loudspeaker were chosen where."""
        return self._beside("devices")

    def backup(self, version: int, *, whole: bool) -> Path:
        """Name the copy made before a database of this schema version was changed."""
        return self._beside(f"v{version}.backup" if whole else f"v{version}.outbox.backup")

    def damaged(self, at: datetime) -> Path:
        """Name a damaged database set aside at an instant."""
        return self._beside(f"damaged-{at:%Y%m%dT%H%M%S%f}Z")

    def backups(self) -> list[Path]:
        """Return the copies made before migrations, oldest first."""
        return sorted(self.main.parent.glob(f"{self.main.name}.v*.backup"), key=lambda each: each.stat().st_mtime)

    def set_aside(self) -> list[Path]:
        """Return the damaged databases that are kept, oldest first."""
        found = self.main.parent.glob(f"{self.main.name}.damaged-*")
        return sorted(each for each in found if not each.name.endswith(_SIDE_FILES))

    def everything(self) -> list[Path]:
        """Return every file there is, the marks of repair and wipe last."""
        found = {*self.main.parent.glob(f"{self.main.name}.*"), *with_side_files(self.main)}
        marks = (self.repair_wanted, self.wipe_begun)
        return sorted((each for each in found if each.exists()), key=lambda each: (each in marks, each))

    def remove_older(self, before: datetime) -> None:
        """Remove backups and damaged databases last written before an instant: what is forgotten is in them too."""
        for each in (*self.backups(), *self.set_aside()):
            if each.stat().st_mtime < before.timestamp():
                remove(each)

    def remove_everything(self) -> None:
        """Remove every file; raises OSError at the first that cannot be, and can then be gone on with."""
        for each in self.everything():
            each.unlink(missing_ok=True)
        flush_folder(self.main.parent)

    def _beside(self, suffix: str) -> Path:
        return self.main.with_name(f"{self.main.name}.{suffix}")


def with_side_files(path: Path) -> list[Path]:
    """Return the names of a database and of the journals SQLite keeps beside it."""
    return [path, *(path.with_name(path.name + suffix) for suffix in _SIDE_FILES)]


def make_private(path: Path) -> None:
    """Make an empty file, and its folder, for this user only; one that is there is left alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # SQLite gives its journals the mode of the file itself.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def remove(path: Path) -> None:
    """Remove a database with its journals."""
    for each in with_side_files(path):
        each.unlink(missing_ok=True)


def move(source: Path, target: Path) -> None:
    """Give a database another name, with its journal; one that is not there is no error."""
    for old, new in zip(with_side_files(source), with_side_files(target), strict=True):
        if old.name.endswith("-shm"):
            old.unlink(missing_ok=True)
        elif old.exists():
            old.replace(new)


def flush(path: Path) -> None:
    """Return once a file and its entry in the folder are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Return once what was renamed or removed in a folder is on the disk."""
    if os.name == "nt":
        return  # Windows opens no folders, and NTFS journals renames by itself.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def size_of(files: Files) -> int:
    """Return the bytes of all files together."""
    total = 0
    for each in files.everything():
        try:
            total += each.stat().st_size
        except FileNotFoundError:
            continue
    return total
