"""The demo clinic's consoles: one for each who works there, with a local copy, a key and settings of its own."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import ECKey

from app.demo.seed_files import DemoPractitioner
from app.domain.patient import Role

KEY_NAME = "practice-key"
"""The name of the private key among the console's keys."""
SCOPE = "system/*.cruds"


@dataclass(frozen=True, slots=True)
class DemoConsole:
    """Whose console it is, and where its files lie; `keys` is in the form `keys.backend = "file"` reads."""

    user: DemoPractitioner
    directory: Path
    settings: Path

    @property
    def role(self) -> Role:
        """Those without a calendar are the secretaries."""
        return Role.CLINICIAN if self.user.slot_minutes else Role.SECRETARY

    @property
    def keys(self) -> Path:
        """The console's secrets."""
        return self.directory / "keys.json"

    @property
    def client_id(self) -> str:
        """The name under which the practice system knows it."""
        return f"klinikkonsol-{self.user.id}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A console's key, by the name its assertions carry; `public` is its JWK."""

    id: str
    public: dict[str, object]


def demo_consoles(directory: Path, people: tuple[DemoPractitioner, ...]) -> tuple[DemoConsole, ...]:
    """Return everybody's console, the clinic's first doctor's first."""
    first, *others = people
    return (
        DemoConsole(first, directory / "console", directory / "settings.toml"),
        *(
            DemoConsole(person, directory / f"console-{person.id}", directory / f"settings-{person.id}.toml")
            for person in others
        ),
    )


def signing_key(console: DemoConsole) -> SigningKey:
    """Return a console's key (ES384), made at its first start and kept in its own file."""
    secrets = _read(console.keys)
    if KEY_NAME in secrets:
        key = ECKey.import_key(secrets[KEY_NAME])
    else:
        key = ECKey.generate_key("P-384", private=True)
        _write(console.keys, {**secrets, KEY_NAME: key.as_pem(private=True).decode()})
    name = key.thumbprint()
    public: dict[str, object] = {**key.as_dict(private=False), "kid": name, "use": "sig", "alg": "ES384"}
    return SigningKey(name, public)


def register(path: Path, keys: dict[DemoConsole, SigningKey]) -> None:
    """Write the list of clients, with their public keys, from which the practice system knows them."""
    clients = [
        {"client_id": console.client_id, "scope": SCOPE, "jwks": {"keys": [key.public]}}
        for console, key in keys.items()
    ]
    path.write_text(json.dumps({"clients": clients}, indent=1), encoding="utf-8")


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return {str(name): str(secret) for name, secret in json.loads(path.read_bytes()).items()}


def _write(path: Path, secrets: dict[str, str]) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    half = path.with_name(path.name + ".part")
    with os.fdopen(os.open(half, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(secrets, file)
    half.replace(path)
