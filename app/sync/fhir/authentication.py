"""Signing in to the practice system: what a request shows to be let in."""

import re
from collections.abc import Mapping
from typing import Protocol

from app.domain.errors import ErrorKind, KlinikError

Headers = Mapping[str, str]

TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")


class SignIn(Protocol):
    """What a request shows to be let in."""

    async def headers(self) -> Headers:
        """Return the headers to send; raises KlinikError (PRACTICE_*) when none can be had now."""
        ...

    def rejected(self, headers: Headers) -> bool:
        """Take in that these headers were not accepted; tells whether asking for new ones is worth it."""
        ...


class NoSignIn:
    """For a practice system that asks nobody who they are."""

    async def headers(self) -> Headers:
        return {}

    def rejected(self, headers: Headers) -> bool:
        return False


class StaticBearer:
    """A token that somebody put in the keyring; raises KlinikError(SETTINGS_INVALID) when it cannot be one."""

    def __init__(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, "the practice system's token is none")
        self._token = token

    async def headers(self) -> Headers:
        return bearer(self._token)

    def rejected(self, headers: Headers) -> bool:
        return False


def bearer(token: str) -> Headers:
    """Return the header that shows a token."""
    return {"Authorization": f"Bearer {token}"}
