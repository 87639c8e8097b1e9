"""Picks the way to sign in that the settings ask for, with its secret from the keyring."""

import aiohttp

from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.keys import Keys
from app.domain.settings import PracticeSettings
from app.sync.fhir.authentication import NoSignIn, SignIn, StaticBearer


def sign_in_for(settings: PracticeSettings, keys: Keys, session: aiohttp.ClientSession, clock: Clock) -> SignIn:
    """Return how to sign in; raises KlinikError: SETTINGS_INVALID without its secret, KEYRING_MISSING."""
    if settings.backend_services:
        # Loaded by those who sign in like this only: it takes a tenth of a second.
        from app.sync.fhir.backend_services import BackendServicesSignIn  # noqa: PLC0415
        from app.sync.fhir.signing_key import read_signing_key  # noqa: PLC0415

        key = read_signing_key(keys, settings.backend_services)
        return BackendServicesSignIn(settings.base_url, settings.backend_services, key, session, clock)
    if settings.token_name:
        token = keys.read(settings.token_name)
        if token is None:
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"the keyring holds no {settings.token_name}")
        return StaticBearer(token)
    return NoSignIn()
