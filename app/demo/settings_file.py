"""Writing the settings file by which a console finds the demo."""

import json
from dataclasses import dataclass

from app.demo.consoles import KEY_NAME, SCOPE, DemoConsole, SigningKey
from app.demo.seed_files import DemoOrganization


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the demo's services answer."""

    practice: str
    sms: str
    phone: str
    room: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the console shows the services to be let in."""

    sms_token: str
    clinic_key: str


def write_settings(
    console: DemoConsole, key: SigningKey, addresses: Addresses, secrets: Secrets, clinic: DemoOrganization
) -> None:
    """Write a console's settings file, readable by its owner alone."""
    console.directory.mkdir(exist_ok=True)
    user = console.user
    tables: dict[str, dict[str, str | float]] = {
        "clinic": {"name": clinic.name, "phone": clinic.phone},
        "user": {"id": user.id, "name": user.name, "role": console.role.value},
        "practice_system": {"base_url": addresses.practice, "poll_seconds": 2},
        "practice_system.backend_services": {
            "client_id": console.client_id,
            "key_name": KEY_NAME,
            "key_id": key.id,
            "scope": SCOPE,
        },
        "sms": {"base_url": addresses.sms, "sender": "Åkanden", "token": secrets.sms_token},
        "room": {"base_url": addresses.room, "clinic_key": secrets.clinic_key},
        "store": {"directory": str(console.directory)},
        "keys": {"backend": "file", "path": str(console.keys)},
        "demo": {"phone_page": addresses.phone},
    }
    lines = [
        "# Made anew at each start of the demo; changes here are lost.",
        '# The secrets below may stand in this file because keys.backend is "file", for demo and tests only:',
        "# they open nothing but this demo's own services. A real clinic's are kept in the system's keyring.",
    ]
    for name, entries in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in entries.items())]
    console.settings.touch(mode=0o600)
    console.settings.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: str | float) -> str:
    """Write a value; a TOML basic string takes the escapes of a JSON one."""
    return json.dumps(value, ensure_ascii=False)
