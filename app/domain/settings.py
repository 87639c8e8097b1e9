"""The console's settings file: one list of everything that can be set, read once at start."""

import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ClinicianId
from app.domain.patient import Clinic, Clinician, Role
from app.domain.phone import parse_phone
from app.domain.settings_table import SettingsTable

MAX_SETTINGS_BYTES = 64 * 1024
KEEP_CLOSED_DAYS = 180
VideoSize = Literal["1280x720", "640x480"]
"""The largest picture the camera is asked for and the patient is sent; a slow line or PC gets less by itself."""
DEFAULT_SCOPE = " ".join(
    f"system/{resource_type}.{rights}"
    for resource_type, rights in (
        ("Practitioner", "rs"),
        ("Schedule", "rs"),
        ("Patient", "rs"),
        ("Slot", "rus"),
        ("Appointment", "crus"),
        ("Communication", "rs"),
        ("Task", "cruds"),
        ("Encounter", "crs"),
        ("ChargeItem", "crs"),
        ("DocumentReference", "crs"),
    )
)
"""What the console does and no more (SMART 2.2 scopes: create, read, update, delete, search)."""


@dataclass(frozen=True, slots=True)
class BackendServices:
    """Signing in by SMART Backend Services: the console signs for itself, no secret leaves the PC.

    `key_name` names the private key (ES384, PEM) in the keyring and `key_id` its `kid`. `token_url` may be empty:
    then the practice system is asked for it (`.well-known/smart-configuration`).
    Source: HL7 SMART App Launch 2.2, Backend Services.
    """

    client_id: str
    key_name: str
    key_id: str
    scope: str
    token_url: str = ""


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """Where the practice system answers (FHIR R4 base address), how often it is asked, and how to sign in there.

    At most one of `token_name`, the name of a bearer token in the keyring, and `backend_services` is set. `ca_file`
    names the certificates (PEM) of an authority of the clinic's own, trusted besides the PC's.
    """

    base_url: str
    poll_every: timedelta
    token_name: str
    backend_services: BackendServices | None = None
    ca_file: Path | None = None


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
    keep_closed_days: int
    """So many days after its last message a closed thread stays on this PC."""
    keys: Literal["os", "file"]
    keys_path: Path | None
    phone_page: str = ""
    """Address of the demo patient's telephone; empty outside the demo."""
    video_size: VideoSize = "1280x720"


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
        root = SettingsTable(tomllib.loads(text), "")
    except tomllib.TOMLDecodeError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"not TOML: {error}") from error
    keys = root.table("keys")
    sms, room, store = root.table("sms"), root.table("room"), root.table("store")
    key_file = keys.text("path", "")
    return Settings(
        clinic=_clinic(root.table("clinic")),
        user=_user(root.table("user")),
        practice_system=_practice(root.table("practice_system")),
        sms=SmsSettings(base_url=sms.address("base_url"), sender=sms.text("sender"), token=sms.text("token", "")),
        room=RoomSettings(base_url=room.address("base_url"), clinic_key=room.text("clinic_key", "")),
        directory=Path(store.text("directory")),
        keep_closed_days=store.whole("keep_closed_days", KEEP_CLOSED_DAYS, 1, 3650),
        keys=_backend(keys, key_file),
        keys_path=Path(key_file) if key_file else None,
        phone_page=root.table("demo", optional=True).text("phone_page", ""),
        video_size=_video_size(root.table("video", optional=True)),
    )


def _video_size(table: SettingsTable) -> VideoSize:
    match table.text("size", "1280x720"):
        case "1280x720":
            return "1280x720"
        case "640x480":
            return "640x480"
        case _:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, "video.size is '1280x720' or '640x480'")


def _practice(table: SettingsTable) -> PracticeSettings:
    token_name = table.text("token_name", "")
    services = _backend_services(table.table("backend_services")) if "backend_services" in table.values else None
    if token_name and services:
        detail = "practice_system takes a token_name or [practice_system.backend_services], not both"
        raise KlinikError(ErrorKind.SETTINGS_INVALID, detail)
    ca_file = Path(named) if (named := table.text("ca_file", "")) else None
    if ca_file is not None:
        try:
            ca_file.open("rb").close()
        except (OSError, ValueError) as error:
            detail = f"practice_system.ca_file cannot be read: {type(error).__name__}"
            raise KlinikError(ErrorKind.SETTINGS_INVALID, detail) from error
    return PracticeSettings(
        base_url=table.address("base_url"),
        poll_every=timedelta(seconds=table.seconds("poll_seconds", 5.0)),
        token_name=token_name,
        backend_services=services,
        ca_file=ca_file,
    )


def _backend_services(table: SettingsTable) -> BackendServices:
    return BackendServices(
        client_id=table.text("client_id"),
        key_name=table.text("key_name"),
        key_id=table.text("key_id"),
        scope=table.text("scope", DEFAULT_SCOPE),
        token_url=table.address("token_url") if table.text("token_url", "") else "",
    )


def _clinic(table: SettingsTable) -> Clinic:
    try:
        return Clinic(name=table.text("name"), phone=parse_phone(table.text("phone")))
    except ValueError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "clinic.phone is not a telephone number") from error


def _user(table: SettingsTable) -> Clinician:
    try:
        role = Role(table.text("role"))
    except ValueError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "user.role is not a role") from error
    return Clinician(id=ClinicianId(table.text("id")), name=table.text("name"), role=role)


def _backend(table: SettingsTable, key_file: str) -> Literal["os", "file"]:
    match table.text("backend", "os"):
        case "os":
            return "os"
        case "file" if key_file:
            return "file"
        case _:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, "keys.backend is 'os', or 'file' with a path")
