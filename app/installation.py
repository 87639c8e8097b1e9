"""What an installer asks of the program instead of starting it: does all work here, and a key to sign in with."""

import sys
from pathlib import Path

from app.booking.fee_table import load_fee_codes
from app.booking.message_templates import load_templates
from app.booking.record_systems import load_record_systems
from app.demo.seed_files import read_seed_files
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.keys import Keys
from app.domain.settings import Settings
from app.room.self_check import check_patient_page
from app.store.self_check import check_database, check_keyring
from app.sync.fhir.signing_key import public_key_set
from app.ui.self_check import Check, run_self_check
from app.video.self_check import check_echo, check_offer, check_picture, check_sound


def check_installation(resources: Path, application: str) -> int:
    """Run every part's own check and write how it went; returns 1 when any failed, else 0."""
    return run_self_check(_self_checks(resources), resources, [application])


def print_public_key(settings: Settings, keys: Keys) -> None:
    """Make the console's signing key and write its public half (JWKS); raises KlinikError(SETTINGS_INVALID)."""
    if settings.practice_system.backend_services is None:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "[practice_system.backend_services] is missing")
    sys.stdout.write(f"{public_key_set(keys, settings.practice_system.backend_services)}\n")


def _self_checks(resources: Path) -> dict[str, Check]:
    """The checks of every part but the screens."""
    return {
        "picture": check_picture,
        "sound": check_sound,
        "echo": check_echo,
        "encryption": check_offer,
        "database": check_database,
        "keyring": check_keyring,
        "patient page": check_patient_page,
        "message templates": lambda: f"{len(load_templates(resources / 'message_templates'))} read",
        "fee codes": lambda: f"{len(load_fee_codes(resources / 'fee_codes.toml'))} read",
        "record systems": lambda: f"{len(load_record_systems(resources / 'record_systems.toml'))} read",
        "demo clinic": lambda: f"{len(read_seed_files().patients)} people read",
    }
