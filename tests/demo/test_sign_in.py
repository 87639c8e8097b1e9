"""SMART Backend Services: a signed assertion against a token that soon ends."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from app.demo.practice_system.assertions import Client
from app.demo.practice_system.server import practice_app
from app.demo.practice_system.sign_in import SignIn, read_clients
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import Fhir, HandClock

KEY = ECKey.generate_key("P-384", {"kid": "nøgle-1"}, private=True)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
OTHER = ECKey.generate_key("P-384", {"kid": "anden"}, private=True)
SCOPE = "system/*.cruds"


def _clients(directory: Path) -> tuple[Client, ...]:
    listed = {
        "clients": [
            {
                "client_id": "konsol",
                "scope": SCOPE,
                "jwks": {"keys": [KEY.as_dict(private=False), RSA.as_dict(private=False)]},
            },
            {"client_id": "anden", "scope": "system/Patient.r", "jwks": {"keys": [OTHER.as_dict(private=False)]}},
        ]
    }
    (directory / "clients.json").write_text(json.dumps(listed), encoding="utf-8")
    return read_clients(directory / "clients.json")


@pytest_asyncio.fixture
async def signed(store: ResourceStore, clock: HandClock, tmp_path: Path) -> AsyncIterator[Fhir]:
    sign_in = SignIn(_clients(tmp_path), clock)
    async with TestClient(TestServer(practice_app(store, "hemmelig", sign_in=sign_in))) as client:
        yield Fhir(client)


class _Asker:
    """Asks for tokens as a console does, with what a test wants to be otherwise."""

    def __init__(self, fhir: Fhir, clock: HandClock) -> None:
        self._fhir, self._clock = fhir, clock
        self._number = 0

    def assertion(self, key: ECKey | RSAKey = KEY, header: dict[str, str] | None = None, **claims: object) -> str:
        self._number += 1
        whole: dict[str, Any] = {
            "iss": "konsol",
            "sub": "konsol",
            "aud": str(self._fhir.client.make_url("/auth/token")),
            "exp": int(self._clock.now.timestamp()) + 240,
            "jti": f"engangs-{self._number}",
        }
        named = {"alg": "ES384" if isinstance(key, ECKey) else "RS384", "kid": str(key.kid), **(header or {})}
        sent = {name: value for name, value in {**whole, **claims}.items() if value is not None}
        return jwt.encode(named, sent, key, algorithms=[named["alg"]])

    async def ask(self, assertion: str, **form: str) -> tuple[int, dict[str, Any]]:
        whole = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
            **form,
        }
        async with self._fhir.client.post("/auth/token", data=whole) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.json()


@pytest.fixture
def asker(signed: Fhir, clock: HandClock) -> _Asker:
    return _Asker(signed, clock)


async def test_the_configuration_leads_to_the_token_endpoint(signed: Fhir) -> None:
    async with signed.client.get("/fhir/.well-known/smart-configuration") as answer:
        configuration = await answer.json()
    assert configuration["token_endpoint"] == str(signed.client.make_url("/auth/token"))
    assert configuration["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert "ES384" in configuration["token_endpoint_auth_signing_alg_values_supported"]
    (rest,) = (await signed.get("metadata")).body["rest"]
    assert rest["security"]["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"


@pytest.mark.parametrize("key", [KEY, RSA])
async def test_a_token_opens_until_it_ends(
    signed: Fhir, asker: _Asker, clock: HandClock, key: ECKey | RSAKey
) -> None:
    refused = await signed.get("Patient")
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    status, granted = await asker.ask(asker.assertion(key))
    assert status == 200
    assert granted["token_type"] == "bearer"
    assert granted["scope"] == SCOPE
    assert re.fullmatch(r"[\w\-]{40,}", granted["access_token"])
    header = {"Authorization": f"Bearer {granted['access_token']}"}
    assert (await signed.get("Patient", **header)).status == 200
    clock.forward(seconds=granted["expires_in"])
    ended = await signed.get("Patient", **header)
    assert ended.status == 401
    assert ended.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    status, _ = await asker.ask(asker.assertion(key))
    assert status == 200


async def test_the_clinics_own_token_still_opens(signed: Fhir) -> None:
    assert (await signed.get("Patient", Authorization="Bearer hemmelig")).status == 200
    assert (await signed.get("Patient", Authorization="Bearer forkert")).status == 401
    assert (await signed.get("Patient", Authorization="Basic hemmelig")).status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "http://et.andet.sted/auth/token"},
        {"aud": None},
        {"iss": "anden"},
        {"iss": None},
        {"sub": "anden"},
        {"sub": None},
        {"exp": None},
        {"exp": "snart"},
        {"exp": True},
        {"exp": 0},
        {"exp": 4_000_000_000},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 201},
    ],
)
async def test_a_claim_that_does_not_hold(asker: _Asker, claims: dict[str, Any]) -> None:
    status, said = await asker.ask(asker.assertion(**claims))
    assert (status, said["error"]) == (401, "invalid_client")


async def test_a_list_of_audiences_may_hold_ours(signed: Fhir, asker: _Asker) -> None:
    ours = str(signed.client.make_url("/auth/token"))
    assert (await asker.ask(asker.assertion(aud=["http://et.andet.sted", ours])))[0] == 200


async def test_an_assertion_is_used_once(asker: _Asker, clock: HandClock) -> None:
    assertion = asker.assertion()
    assert (await asker.ask(assertion))[0] == 200
    assert (await asker.ask(assertion))[0] == 401
    clock.forward(seconds=280)
    status, said = await asker.ask(assertion)
    assert (status, said["error"]) == (401, "invalid_client")
    assert (await asker.ask(asker.assertion(jti="engangs-1")))[0] == 200


async def test_a_key_that_is_not_the_clients(asker: _Asker) -> None:
    stranger = ECKey.generate_key("P-384", {"kid": KEY.kid or ""}, private=True)
    whole = asker.assertion()
    head, payload, signature = whole.split(".")
    for assertion in (
        asker.assertion(stranger),
        asker.assertion(OTHER),
        asker.assertion(header={"kid": "ukendt"}),
        f"{head}.{payload}.",
        f"{head}.{payload}.{signature[::-1]}",
        f"{head}.{payload[:-4]}AAAA.{signature}",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJrb25zb2wifQ.",
        "",
        "æ.ø.å",
        "x" * 5000,
    ):
        status, said = await asker.ask(assertion)
        assert (status, said["error"]) == (401, "invalid_client"), assertion


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"scope": "system/*.cruds launch"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
async def test_a_request_of_another_kind(asker: _Asker, form: dict[str, str], error: str) -> None:
    status, said = await asker.ask(asker.assertion(), **form)
    assert (status, said["error"]) == (400, error)


async def test_a_request_that_is_no_form(signed: Fhir) -> None:
    async with signed.client.post("/auth/token", json={}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_request")
    twice = "grant_type=client_credentials&grant_type=client_credentials"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with signed.client.post("/auth/token", data=twice, headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_request")


async def test_tokens_can_be_forgotten(store: ResourceStore, clock: HandClock, tmp_path: Path) -> None:
    sign_in = SignIn(_clients(tmp_path), clock)
    async with TestClient(TestServer(practice_app(store, sign_in=sign_in))) as client:
        fhir = Fhir(client)
        asker = _Asker(fhir, clock)
        _, granted = await asker.ask(asker.assertion())
        header = {"Authorization": f"Bearer {granted['access_token']}"}
        assert (await fhir.get("Patient", **header)).status == 200
        sign_in.forget_tokens()
        assert (await fhir.get("Patient", **header)).status == 401
