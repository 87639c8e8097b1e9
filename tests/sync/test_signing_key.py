"""The console's signing key: made once, its private half nowhere but in the keyring."""

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.domain.errors import ErrorKind, KlinikError
from app.domain.settings import BackendServices
from app.sync.fhir.signing_key import public_key_set, read_signing_key
from tests.sync.test_contract_sign_in import MemoryKeys

SETTINGS = BackendServices("konsol", "signing-key", "konsol-1", "system/Slot.rs")


def test_a_key_is_made_once_and_its_public_half_told_again() -> None:
    keys = MemoryKeys({})
    told = public_key_set(keys, SETTINGS)
    kept = dict(keys.secrets)
    assert public_key_set(keys, SETTINGS) == told
    assert keys.secrets == kept
    (public,) = orjson.loads(told)["keys"]
    assert public.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (public["kty"], public["crv"], public["kid"]) == ("EC", "P-384", "konsol-1")


def test_what_the_private_half_signs_the_public_half_checks() -> None:
    keys = MemoryKeys({})
    public = KeySet.import_key_set(orjson.loads(public_key_set(keys, SETTINGS)))
    header = {"alg": "ES384", "kid": "konsol-1"}
    word = jwt.encode(header, {"iss": "konsol"}, read_signing_key(keys, SETTINGS), algorithms=["ES384"])
    assert jwt.decode(word, public, algorithms=["ES384"]).claims == {"iss": "konsol"}


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "hemmelig nøgle",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        ECKey.generate_key("P-256").as_pem(private=True).decode(),
        ECKey.generate_key("P-384").as_pem(private=False).decode(),
        RSAKey.generate_key(2048).as_pem(private=True).decode(),
    ],
)
def test_a_key_of_no_use_is_told_and_not_replaced(pem: str) -> None:
    keys = MemoryKeys({"signing-key": pem})
    for use in (read_signing_key, public_key_set):
        with pytest.raises(KlinikError) as failure:
            use(keys, SETTINGS)
        assert failure.value.kind is ErrorKind.SETTINGS_INVALID
        assert "signing-key" in failure.value.detail
        assert not pem or pem not in str(failure.value)
    assert keys.secrets == {"signing-key": pem}
