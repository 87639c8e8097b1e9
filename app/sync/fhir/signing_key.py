"""The console's signing key: made on this PC, its private half kept in the keyring, its public half handed out."""

from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.keys import Keys
from app.domain.settings import BackendServices

ALGORITHM = "ES384"
_CURVE = "P-384"


def read_signing_key(keys: Keys, settings: BackendServices) -> ECKey:
    """Return the private key the settings name; raises KlinikError(SETTINGS_INVALID) when there is none of use."""
    pem = keys.read(settings.key_name)
    if pem is None:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"the keyring holds no {settings.key_name}")
    try:
        key = ECKey.import_key(pem)
    except (ValueError, TypeError, JoseError) as error:
        # Not chained: the cause's text could quote the key.
        raise KlinikError(
            ErrorKind.SETTINGS_INVALID, f"{settings.key_name} is no private key: {type(error).__name__}"
        ) from None
    if not key.is_private or key.curve_name != _CURVE:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"{settings.key_name} is no private key on {_CURVE}")
    return key


def public_key_set(keys: Keys, settings: BackendServices) -> str:
    """Return the JWKS (JSON) to hand to the practice system; the key is made first if there is none yet.

    A key that is there is never replaced: to change it, name another `key_name` and `key_id` in the settings.
    """
    if keys.read(settings.key_name) is None:
        keys.write(settings.key_name, ECKey.generate_key(_CURVE).as_pem(private=True).decode())
    public: dict[str, Any] = dict(read_signing_key(keys, settings).as_dict(private=False))
    known = {"kid": settings.key_id, "use": "sig", "alg": ALGORITHM}
    return orjson.dumps({"keys": [{**public, **known}]}, option=orjson.OPT_INDENT_2).decode()
