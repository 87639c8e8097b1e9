"""The console's settings file: one list of everything that can be set, read once at start."""

import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ClinicianId
from app.domain.patient import Clinic, Clinician, Role
from app.domain.phone import parse_phone

MAX_SETTINGS_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """Where the practice system answers (FHIR R4 base address) and how often it is asked."""

    base_url: str
    poll_every: timedelta
    token_name: str
    """Name of the bearer token in the keyring; empty when the system asks for none."""


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The SMS gateway and the sender's name on the patient's telephone."""

    base_url: str
    sender: str
    token: str = field(repr=False)
    """The token itself (demo only), or empty: then it is `sms-token` in the keyring."""


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """The room service."""

    base_url: str
    clinic_key: str = field(repr=False)
    """The key itself (demo only), or empty: then it is `room-clinic-key` in the keyring."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the console is told from outside."""

    clinic: Clinic
    user: Clinician
    practice_system: PracticeSettings
    sms: SmsSettings
    room: RoomSettings
    directory: Path
    keys: Literal["os", "file"]
    keys_path: Path | None
    phone_page: str = ""
    """Address of the demo patient's telephone; empty outside the demo."""


def read_settings(path: Path) -> Settings:
    """Read a settings file (TOML, at most 64 KiB); raises KlinikError(SETTINGS_INVALID) naming the entry."""
    try:
        if path.stat().st_size > MAX_SETTINGS_BYTES:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, "the file is too large")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"cannot be read: {type(error).__name__}") from error
    except UnicodeDecodeError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "not UTF-8") from error
    return parse_settings(text)


def parse_settings(text: str) -> Settings:
    """Parse the text of a settings file; raises KlinikError(SETTINGS_INVALID) naming the entry."""
    try:
        root = _Table(tomllib.loads(text), "")
    except tomllib.TOMLDecodeError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"not TOML: {error}") from error
    keys = root.table("keys")
    practice, sms, room = root.table("practice_system"), root.table("sms"), root.table("room")
    key_file = keys.text("path", "")
    return Settings(
        clinic=_clinic(root.table("clinic")),
        user=_user(root.table("user")),
        practice_system=PracticeSettings(
            base_url=practice.address("base_url"),
            poll_every=timedelta(seconds=practice.seconds("poll_seconds", 5.0)),
            token_name=practice.text("token_name", ""),
        ),
        sms=SmsSettings(base_url=sms.address("base_url"), sender=sms.text("sender"), token=sms.text("token", "")),
        room=RoomSettings(base_url=room.address("base_url"), clinic_key=room.text("clinic_key", "")),
        directory=Path(root.table("store").text("directory")),
        keys=_backend(keys, key_file),
        keys_path=Path(key_file) if key_file else None,
        phone_page=root.table("demo", optional=True).text("phone_page", ""),
    )


def _clinic(table: "_Table") -> Clinic:
    try:
        return Clinic(name=table.text("name"), phone=parse_phone(table.text("phone")))
    except ValueError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "clinic.phone is not a telephone number") from error


def _user(table: "_Table") -> Clinician:
    try:
        role = Role(table.text("role"))
    except ValueError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "user.role is not a role") from error
    return Clinician(id=ClinicianId(table.text("id")), name=table.text("name"), role=role)


def _backend(table: "_Table", key_file: str) -> Literal["os", "file"]:
    match table.text("backend", "os"):
        case "os":
            return "os"
        case "file" if key_file:
            return "file"
        case _:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, "keys.backend is 'os', or 'file' with a path")


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of the file, whose entries are checked as they are taken out."""

    values: dict[str, object]
    name: str

    def table(self, name: str, *, optional: bool = False) -> "_Table":
        value = self.values.get(name, {} if optional else None)
        if not isinstance(value, dict):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"[{name}] is missing")
        return _Table(value, name)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self.name}.{name} is missing or not a text")
        return value

    def address(self, name: str) -> str:
        value = self.text(name).rstrip("/")
        parts = urlsplit(value)
        loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not parts.hostname or not (parts.scheme == "https" or loopback):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self.name}.{name} is not an https address")
        return value

    def seconds(self, name: str, default: float) -> float:
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 3600:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{self.name}.{name} is not within 0.1-3600 s")
        return float(value)
