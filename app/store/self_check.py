"""Whether the local copy can be kept here: its encryption works, and the ways to a keyring are there."""

import secrets
import tempfile
from importlib.metadata import entry_points
from pathlib import Path

from app.store.database import open_database
from app.store.migrate import packaged_migrations

_PLAIN_HEADER = b"SQLite format 3"


def check_database() -> str:
    """Make a database and look at its file; returns what was made."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "check.db"
        open_database(path, secrets.token_hex(32)).close()
        content = path.read_bytes()
    if not content or content.startswith(_PLAIN_HEADER) or b"CREATE TABLE" in content:
        raise ValueError("the file is not encrypted")
    return f"{len(content)} bytes of ciphertext at schema {len(packaged_migrations())}"


def check_keyring() -> str:
    """Load every way to a keyring that is installed; whether one answers depends on who is logged in."""
    names = [point.name for point in entry_points(group="keyring.backends") if point.load()]
    if not names:
        raise ValueError("no way to any keyring is installed")
    return ", ".join(sorted(names))
