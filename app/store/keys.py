"""Where the database's key lives: in the operating system's keyring, and made once."""

import json
import os
import secrets
from pathlib import Path

import keyring
from keyring.errors import KeyringError

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.keys import Keys
from app.store.files import Files

DATABASE_KEY = "database-key"


class OsKeys:
    """`Keys` in the keyring of the operating system, under one service name."""

    def __init__(self, service: str) -> None:
        self._service = service

    def read(self, name: str) -> str | None:
        try:
            return keyring.get_password(self._service, name)
        except KeyringError as error:
            raise KlinikError(ErrorKind.KEYRING_MISSING, type(error).__name__) from error

    def write(self, name: str, secret: str) -> None:
        try:
            keyring.set_password(self._service, name, secret)
        except KeyringError as error:
            raise KlinikError(ErrorKind.KEYRING_MISSING, type(error).__name__) from error
        # Some backends take a secret and forget it (keyring.backends.null); what it would open is then lost.
        if self.read(name) != secret:
            raise KlinikError(ErrorKind.KEYRING_MISSING, "the keyring does not keep what it is given")

    def delete(self, name: str) -> None:
        if self.read(name) is None:
            return
        try:
            keyring.delete_password(self._service, name)
        except KeyringError as error:
            raise KlinikError(ErrorKind.KEYRING_MISSING, type(error).__name__) from error


class FileKeys:
    """`Keys` in a plain JSON file: for the demo and for tests only, where there is nobody to protect."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str) -> str | None:
        return self._secrets().get(name)

    def write(self, name: str, secret: str) -> None:
        self._keep({**self._secrets(), name: secret})

    def delete(self, name: str) -> None:
        found = self._secrets()
        if found.pop(name, None) is not None:
            self._keep(found)

    def _keep(self, found: dict[str, str]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = self._path.with_name(self._path.name + ".part")
        with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump(found, file)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self._path)

    def _secrets(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        found = json.loads(self._path.read_bytes())
        return {str(name): str(secret) for name, secret in found.items()}


def database_key(keys: Keys, database_path: Path) -> str:
    """Return the database's key, 64 hexadecimal digits, making one when there is neither key nor database.

    A wipe that was cut short is gone through with before.
    Raises KlinikError: DATABASE_KEY_MISSING when there is a database and no key for it, and never makes one then,
    for that would close the way back; KEYRING_MISSING when there is no keyring.
    """
    files = Files(database_path)
    if files.wipe_begun.exists():
        keys.delete(DATABASE_KEY)
        files.remove_everything()
    key = keys.read(DATABASE_KEY)
    if key is not None:
        return key
    if files.main.exists() or files.mirror.exists():
        raise KlinikError(ErrorKind.DATABASE_KEY_MISSING)
    key = secrets.token_hex(32)
    keys.write(DATABASE_KEY, key)
    return key
