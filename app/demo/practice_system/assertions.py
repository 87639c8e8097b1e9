"""Checking the signed word by which a program says who it is (RFC 7523, SMART App Launch 2.2 Backend Services)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

ALGORITHMS = ("ES384", "RS384")
MAX_LIFETIME = 300
SKEW = 30
"""Seconds that two clocks may be apart."""


class SignInRefusedError(Exception):
    """An OAuth error answer: `code` is from RFC 6749, 5.2; `reason` tells the client's developer what to mend."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may sign in: its public keys and what it may ask for."""

    id: str
    keys: KeySet
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A client's word, checked; `jti` may be used once until `expires` (Unix seconds)."""

    client: Client
    jti: str
    expires: float


def check_assertion(text: str, clients: Mapping[str, Client], audience: str, now: float) -> Assertion:
    """Return what a signed assertion says; `audience` is the token endpoint's address, `now` in Unix seconds.

    Raises SignInRefusedError(invalid_client).
    """
    try:
        word = jws.extract_compact(text.encode())
        client = clients.get(_issuer(word.payload))
        key = _key(client, word.headers()) if client else None
        claims = jwt.decode(text, key, algorithms=[*ALGORITHMS]).claims if key else {}
    except (JoseError, ValueError) as error:
        raise _refused("the assertion is not signed with the key it names") from error
    if client is None or key is None:
        raise _refused("the client is not registered with the key the assertion names (iss, kid, alg)")
    if claims.get("sub") != client.id:
        raise _refused("iss and sub are both the client_id")
    audiences = claims.get("aud")
    if audience not in (audiences if isinstance(audiences, list) else [audiences]):
        raise _refused("aud is the address of the token endpoint")
    expires, jti = claims.get("exp"), claims.get("jti")
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise _refused("exp is missing")
    if not now - SKEW < expires <= now + MAX_LIFETIME + SKEW:
        raise _refused(f"exp is past, or more than {MAX_LIFETIME} s ahead")
    if not isinstance(jti, str) or not 1 <= len(jti) <= 200:
        raise _refused("jti is missing")
    return Assertion(client, jti, expires + SKEW)


def _issuer(payload: bytes) -> str:
    """Return who the assertion is said to be from, which only its signature proves; "" when it does not say."""
    claims = json.loads(payload)
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    return issuer if isinstance(issuer, str) else ""


def _key(client: Client, header: Mapping[str, object]) -> ECKey | RSAKey | None:
    algorithm, kid = header.get("alg"), header.get("kid")
    for key in client.keys:
        if key.kid is None or key.kid != kid:
            continue
        if algorithm == "ES384" and isinstance(key, ECKey):
            return key
        if algorithm == "RS384" and isinstance(key, RSAKey):
            return key
    return None


def _refused(reason: str) -> SignInRefusedError:
    return SignInRefusedError("invalid_client", reason)
