"""Signing in: a token when it is needed, one at a time, renewed in time, and no secret anywhere else."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from joserfc.jwk import ECKey

from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.settings import BackendServices
from app.sync.fhir.authentication import NoSignIn, StaticBearer
from app.sync.fhir.backend_services import BackendServicesSignIn
from app.sync.fhir.client import FhirClient
from tests.sync.practice import Ticks
from tests.sync.token_service import CLIENT, KEY_ID, SCOPE, TokenService

KEY = ECKey.generate_key("P-384")
SETTINGS = BackendServices(CLIENT, "key", KEY_ID, SCOPE)


@pytest.fixture
def service() -> TokenService:
    return TokenService(KEY)


@pytest.fixture
async def place(service: TokenService) -> AsyncIterator[str]:
    async with TestServer(service.app(), host="127.0.0.1") as server:
        yield str(server.make_url("/fhir"))


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def sign_in(place: str, session: aiohttp.ClientSession, ticks: Ticks) -> BackendServicesSignIn:
    return BackendServicesSignIn(place, SETTINGS, KEY, session, utc_now, ticks=ticks)


@pytest.fixture
def client(place: str, session: aiohttp.ClientSession, sign_in: BackendServicesSignIn) -> FhirClient:
    return FhirClient(place, session, sign_in)


async def refused(waiting: object) -> KlinikError:
    with pytest.raises(KlinikError) as failure:
        await waiting  # type: ignore[misc]
    return failure.value


async def test_one_token_serves_until_shortly_before_it_ends(
    client: FhirClient, service: TokenService, ticks: Ticks
) -> None:
    for _ in range(3):
        assert (await client.get("Slot/s1")).good
    assert service.asked == ["configuration", "token", "fhir", "fhir", "fhir"]
    ticks.pass_by(timedelta(seconds=269))
    await client.get("Slot/s1")
    assert len(service.given) == 1
    ticks.pass_by(timedelta(seconds=2))
    await client.get("Slot/s1")
    assert len(service.given) == 2
    assert service.asked.count("configuration") == 1


async def test_many_requests_at_once_lead_to_one_sign_in(client: FhirClient, service: TokenService) -> None:
    await asyncio.gather(*(client.get("Slot/s1") for _ in range(8)))
    assert service.asked.count("token") == 1
    service.valid.clear()
    await asyncio.gather(*(client.get("Slot/s1") for _ in range(8)))
    assert service.asked.count("token") == 2, "the token that all were refused with is renewed once"


async def test_a_token_that_is_refused_is_renewed_once(client: FhirClient, service: TokenService) -> None:
    await client.get("Slot/s1")
    service.valid.clear()
    assert (await client.get("Slot/s1")).good
    assert service.asked == ["configuration", "token", "fhir", "fhir", "token", "fhir"]
    service.key = ECKey.generate_key("P-384")
    service.valid.clear()
    assert (await refused(client.get("Slot/s1"))).kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED


async def test_a_server_that_refuses_every_token_is_not_asked_for_ever(
    client: FhirClient, service: TokenService
) -> None:
    service.answer = (200, {"access_token": "never-valid", "token_type": "bearer"})
    assert (await refused(client.get("Slot/s1"))).kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED
    assert service.asked == ["configuration", "token", "fhir", "token", "fhir"]


@pytest.mark.parametrize("lasts", [None, "soon", 0, -5, "inf", "nan", [], 120])
async def test_a_token_without_a_believable_end_is_taken_to_be_short(
    client: FhirClient, service: TokenService, ticks: Ticks, lasts: object
) -> None:
    service.lasts = lasts
    await client.get("Slot/s1")
    ticks.pass_by(timedelta(seconds=301))
    await client.get("Slot/s1")
    assert len(service.given) == 2


async def test_a_token_that_holds_is_used_while_none_can_be_had(
    client: FhirClient, service: TokenService, ticks: Ticks
) -> None:
    await client.get("Slot/s1")
    service.answer = (503, {})
    ticks.pass_by(timedelta(seconds=280))
    assert (await client.get("Slot/s1")).good
    ticks.pass_by(timedelta(seconds=30))
    assert (await refused(client.get("Slot/s1"))).kind is ErrorKind.PRACTICE_ERROR


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_pc_whose_clock_is_wrong_signs_by_the_servers(
    client: FhirClient, service: TokenService, ticks: Ticks, hours: int
) -> None:
    service.clock = lambda: utc_now() + timedelta(hours=hours)
    assert (await client.get("Slot/s1")).good
    assert service.asked == ["configuration", "token", "token", "fhir"]
    ticks.pass_by(timedelta(hours=1))
    assert (await client.get("Slot/s1")).good
    assert service.asked[4:] == ["token", "fhir"], "it is remembered"


async def test_a_refusal_stands_for_a_moment_and_is_not_asked_for_by_each_that_waits(
    client: FhirClient, service: TokenService, ticks: Ticks
) -> None:
    service.answer = (400, {"error": "invalid_scope", "error_description": "Kanarie-Testesen"})
    failures = await asyncio.gather(*(refused(client.get("Slot/s1")) for _ in range(5)))
    assert {failure.kind for failure in failures} == {ErrorKind.PRACTICE_SIGN_IN_REFUSED}
    assert {failure.detail for failure in failures} == {"POST token: 400 invalid_scope"}
    assert service.asked.count("token") == 1
    service.answer = None
    ticks.pass_by(timedelta(seconds=6))
    assert (await client.get("Slot/s1")).good


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, {"error": "invalid_client"}), ErrorKind.PRACTICE_SIGN_IN_REFUSED),
        ((403, "no"), ErrorKind.PRACTICE_SIGN_IN_REFUSED),
        ((302, {}), ErrorKind.PRACTICE_SIGN_IN_REFUSED),
        ((429, {}), ErrorKind.PRACTICE_SLOW),
        ((500, {}), ErrorKind.PRACTICE_ERROR),
        ((200, []), ErrorKind.PRACTICE_RUBBISH),
        ((200, {"token_type": "bearer"}), ErrorKind.PRACTICE_RUBBISH),
        ((200, {"access_token": "a", "token_type": "mac"}), ErrorKind.PRACTICE_RUBBISH),
        ((200, {"access_token": "a\r\nX: y", "token_type": "bearer"}), ErrorKind.PRACTICE_RUBBISH),
        ((200, {"access_token": 7, "token_type": "bearer"}), ErrorKind.PRACTICE_RUBBISH),
    ],
)
async def test_what_the_sign_in_service_says_has_a_kind(
    client: FhirClient, service: TokenService, answer: tuple[int, object], kind: ErrorKind
) -> None:
    service.answer = answer
    assert (await refused(client.get("Slot/s1"))).kind is kind


@pytest.mark.parametrize(
    "endpoint", ["http://id.example/token", "ftp://127.0.0.1/token", "", "https:///token", "//x", "http://[", 7]
)
async def test_no_assertion_goes_to_an_address_that_is_not_safe(
    client: FhirClient, service: TokenService, endpoint: object
) -> None:
    service.configuration = {"token_endpoint": endpoint}
    assert (await refused(client.get("Slot/s1"))).kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED
    assert service.asked == ["configuration"]


async def test_a_practice_system_without_sign_in_says_so(
    place: str, session: aiohttp.ClientSession, service: TokenService
) -> None:
    sign_in = BackendServicesSignIn(f"{place}/other", SETTINGS, KEY, session, utc_now)
    assert (await refused(sign_in.headers())).kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED


async def test_a_token_address_in_the_settings_is_taken(
    place: str, session: aiohttp.ClientSession, service: TokenService
) -> None:
    service.token_url = place.replace("/fhir", "/auth/token")
    settings = replace(SETTINGS, token_url=service.token_url)
    headers = await BackendServicesSignIn(place, settings, KEY, session, utc_now).headers()
    assert headers == {"Authorization": "Bearer token-0"}
    assert service.asked == ["token"]


async def test_a_sign_in_service_that_is_away_is_no_refusal(session: aiohttp.ClientSession, place: str) -> None:
    settings = replace(SETTINGS, token_url="http://127.0.0.1:1/token")
    sign_in = BackendServicesSignIn(place, settings, KEY, session, utc_now)
    assert (await refused(sign_in.headers())).kind is ErrorKind.PRACTICE_UNREACHABLE


async def test_no_secret_is_logged_or_shown(
    client: FhirClient,
    service: TokenService,
    sign_in: BackendServicesSignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await client.get("Slot/s1")
    service.answer = (401, {"error": "token-0"})
    service.valid.clear()
    failure = await refused(client.get("Slot/s1"))
    private = KEY.as_pem(private=True).decode()
    told = caplog.text + repr(sign_in) + str(failure) + repr(failure.__cause__) + repr(StaticBearer("hemmelig"))
    for secret in ("token-0", "eyJ", "hemmelig", *private.splitlines()[1:-1]):
        assert secret not in told


async def test_a_fixed_token_is_shown_and_not_asked_for_again() -> None:
    sign_in = StaticBearer("hemmelig")
    assert await sign_in.headers() == {"Authorization": "Bearer hemmelig"}
    assert not sign_in.rejected(await sign_in.headers())
    assert await NoSignIn().headers() == {}
    assert not NoSignIn().rejected({})


@pytest.mark.parametrize("token", ["", "two words", "ny\nlinje", "æ"])
def test_what_cannot_be_a_token_is_told_at_once(token: str) -> None:
    with pytest.raises(KlinikError) as failure:
        StaticBearer(token)
    assert failure.value.kind is ErrorKind.SETTINGS_INVALID
    assert not token or token not in str(failure.value)
