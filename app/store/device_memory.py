"""Which devices were chosen where, in a small file beside the local copy; a wipe takes it away with the rest.

A file of its own, for it is about this PC and no patient, has to be read before the database is asked for anything
else, and is worth no migration: what is lost can be chosen again.
"""

import json
import logging
import os
from contextlib import suppress
from pathlib import Path

from app.domain.devices import Choice, Places, Remembered

_log = logging.getLogger(__name__)


class FileDeviceMemory:
    """Fulfils `app.domain.ports.media.DeviceMemory`; `path` is `app.store.files.Files.devices`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Places:
        try:
            return decoded(self._path.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            _log.warning("the chosen devices cannot be read: %s", type(error).__name__)
            return ()

    def write(self, places: Places) -> None:
        half = self._path.with_name(f"{self._path.name}.part")
        try:
            with os.fdopen(os.open(half, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                file.write(encoded(places))
            half.replace(self._path)
        except OSError as error:
            _log.warning("the chosen devices cannot be kept: %s", type(error).__name__)
            with suppress(OSError):
                half.unlink(missing_ok=True)


def encoded(places: Places) -> bytes:
    """Return the places as JSON, the newest first."""
    rows = [
        {
            "place": sorted(one.place),
            "camera": one.choice.camera,
            "microphone": one.choice.microphone,
            "speaker": one.choice.speaker,
        }
        for one in places
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode(errors="surrogatepass")


def decoded(data: bytes) -> Places:
    """Return the places of a file; what is not as `encoded` writes it is left out."""
    try:
        rows = json.loads(data)
    except ValueError:
        return ()
    return tuple(place for row in rows if (place := _place(row))) if isinstance(rows, list) else ()


def _place(row: object) -> Remembered | None:
    match row:
        case {"place": list(place), "camera": str(camera), "microphone": str(microphone), "speaker": str(speaker)}:
            names = frozenset(name for name in place if isinstance(name, str))
            return Remembered(names, Choice(camera, microphone, speaker))
        case _:
            return None
