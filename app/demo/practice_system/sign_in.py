"""Signing in by SMART Backend Services: a signed word against a token that soon ends (SMART App Launch 2.2)."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web
from joserfc.jwk import KeySet

from app.demo.practice_system.assertions import ALGORITHMS, Client, SignInRefusedError, check_assertion
from app.demo.practice_system.problems import JsonObject
from app.demo.practice_system.service import PREFIX
from app.domain.clinic_time import Clock

TOKEN_PATH = "/auth/token"  # noqa: S105 - an address
CONFIGURATION_PATH = f"{PREFIX}/.well-known/smart-configuration"
TOKEN_SECONDS = 300
"""The longest a token should last (Backend Services: SHOULD NOT exceed five minutes)."""

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = "application/x-www-form-urlencoded"


class SignIn:
    """The token endpoint, and what it has given out; nothing of it outlives the process."""

    def __init__(self, clients: Iterable[Client], clock: Clock, token_seconds: float = TOKEN_SECONDS) -> None:
        self._clients = {client.id: client for client in clients}
        self._clock = clock
        self._token_seconds = token_seconds
        self._tokens: dict[str, float] = {}
        self._used: dict[tuple[str, str], float] = {}

    def add_to(self, app: web.Application) -> None:
        """Put the token endpoint and the configuration that leads to it into an application."""
        app.router.add_get(CONFIGURATION_PATH, self._configuration)
        app.router.add_post(TOKEN_PATH, self._give)

    def knows(self, token: str) -> bool:
        """Tell whether a token was given out here and has not ended."""
        return self._tokens.get(token, 0.0) > self._now()

    def forget_tokens(self) -> None:
        """Let no token given out until now pass any longer."""
        self._tokens.clear()

    async def _configuration(self, request: web.Request) -> web.Response:
        scopes = {scope for client in self._clients.values() for scope in client.scopes}
        return web.json_response(
            {
                "token_endpoint": _token_url(request),
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "token_endpoint_auth_signing_alg_values_supported": [*ALGORITHMS],
                "grant_types_supported": ["client_credentials"],
                "scopes_supported": sorted(scopes),
                "capabilities": ["client-confidential-asymmetric", "permission-v2"],
            }
        )

    async def _give(self, request: web.Request) -> web.Response:
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        try:
            granted = self._granted(await _form(request), _token_url(request))
        except SignInRefusedError as error:
            status = 401 if error.code == "invalid_client" else 400
            said = {"error": error.code, "error_description": error.reason}
            return web.json_response(said, status=status, headers=headers)
        return web.json_response(granted, headers=headers)

    def _granted(self, given: dict[str, str], audience: str) -> JsonObject:
        if given.get("grant_type") != "client_credentials":
            raise SignInRefusedError("unsupported_grant_type", "grant_type is client_credentials")
        if given.get("client_assertion_type") != _ASSERTION_TYPE:
            raise SignInRefusedError("invalid_request", f"client_assertion_type is {_ASSERTION_TYPE}")
        now = self._now()
        word = check_assertion(given.get("client_assertion", ""), self._clients, audience, now)
        self._used = {used: until for used, until in self._used.items() if until > now}
        if (word.client.id, word.jti) in self._used:
            raise SignInRefusedError("invalid_client", "this jti has been used")
        self._used[word.client.id, word.jti] = word.expires
        wanted = given.get("scope", "").split()
        if not wanted or not word.client.scopes.issuperset(wanted):
            raise SignInRefusedError("invalid_scope", "scope is missing, or not one this client may ask for")
        token = secrets.token_urlsafe(32)
        self._tokens = {known: until for known, until in self._tokens.items() if until > now}
        self._tokens[token] = now + self._token_seconds
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(self._token_seconds),
            "scope": " ".join(wanted),
        }

    def _now(self) -> float:
        return self._clock().timestamp()


def read_clients(path: Path) -> tuple[Client, ...]:
    """Read the registered clients and their public keys; raises OSError, or ValueError when it is no such file."""
    listed = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Client(str(one["client_id"]), KeySet.import_key_set(one["jwks"]), frozenset(str(one["scope"]).split()))
        for one in listed["clients"]
    )


def _token_url(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}{TOKEN_PATH}"


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != _FORM:
        raise SignInRefusedError("invalid_request", f"Content-Type is {_FORM}")
    form = parse_qs(await request.text(), keep_blank_values=True)
    if any(len(values) > 1 for values in form.values()):
        raise SignInRefusedError("invalid_request", "a parameter occurs twice")
    return {name: values[0] for name, values in form.items()}
