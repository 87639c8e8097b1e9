"""Over TLS: which certificates are taken, what is said of the others, and that nothing goes anywhere else."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.settings import BackendServices, PracticeSettings
from app.sync.fhir.authentication import NoSignIn, StaticBearer
from app.sync.fhir.backend_services import BackendServicesSignIn
from app.sync.fhir.client import FhirClient
from app.sync.fhir.http import MAX_REQUEST
from app.sync.fhir.session import practice_session
from app.sync.fhir.sign_in import sign_in_for
from app.sync.fhir.signing_key import public_key_set
from tests.sync.authorities import Authority
from tests.sync.test_contract_sign_in import MemoryKeys


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "klinikkens-egen")


@asynccontextmanager
async def practice_behind(context: ssl.SSLContext | None) -> AsyncIterator[str]:
    async def slot(request: web.Request) -> web.Response:
        return web.json_response({"resourceType": "Slot", "id": "s1"})

    app = web.Application()
    app.router.add_get("/fhir/Slot/s1", slot)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(ssl=context)
    try:
        yield f"https://127.0.0.1:{server.port}/fhir"
    finally:
        await server.close()


async def kind_met(base: str, trusted: Path | None) -> ErrorKind | None:
    async with practice_session(trusted) as session:
        try:
            assert (await FhirClient(base, session, NoSignIn()).get("Slot/s1")).good
        except KlinikError as error:
            return error.kind
    return None


async def test_the_clinics_own_authority_is_trusted_when_it_is_named(authority: Authority) -> None:
    async with practice_behind(authority.context("127.0.0.1")) as base:
        assert await kind_met(base, authority.file) is None
        assert await kind_met(base, None) is ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED


@pytest.mark.parametrize(
    ("host", "from_day", "to_day", "kind"),
    [
        ("127.0.0.1", -9, -1, ErrorKind.PRACTICE_CERTIFICATE_EXPIRED),
        ("127.0.0.1", 1, 9, ErrorKind.PRACTICE_CERTIFICATE_EXPIRED),
        ("127.0.0.2", -1, 9, ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME),
        ("epj.example", -1, 9, ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME),
    ],
)
async def test_what_is_wrong_with_a_certificate_has_a_kind(
    authority: Authority, host: str, from_day: int, to_day: int, kind: ErrorKind
) -> None:
    async with practice_behind(authority.context(host, from_day=from_day, to_day=to_day)) as base:
        assert await kind_met(base, authority.file) is kind


async def test_another_authority_of_the_same_name_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "klinikkens-egen")
    async with practice_behind(other.context("127.0.0.1")) as base:
        assert await kind_met(base, authority.file) is ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED


async def test_a_server_that_speaks_no_tls_is_not_reached(authority: Authority) -> None:
    async with practice_behind(None) as base:
        assert await kind_met(base, authority.file) is ErrorKind.PRACTICE_UNREACHABLE


async def test_the_sign_in_service_is_held_to_the_same(authority: Authority) -> None:
    settings = BackendServices("konsol", "key", "konsol-1", "system/Slot.rs")
    keys = MemoryKeys({})
    public_key_set(keys, settings)
    async with practice_behind(authority.context("127.0.0.1")) as base, practice_session(None) as session:
        practice = PracticeSettings(base, timedelta(seconds=5), "", settings)
        with pytest.raises(KlinikError) as failure:
            await sign_in_for(practice, keys, session, utc_now).headers()
    assert failure.value.kind is ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_certificates_is_told_at_once(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(KlinikError) as failure:
        practice_session(file)
    assert failure.value.kind is ErrorKind.SETTINGS_INVALID
    assert "ca_file" in failure.value.detail


@pytest.mark.parametrize(
    "base",
    [
        "http://epj.example/fhir",
        "http://127.0.0.1.evil.example",
        "ftp://127.0.0.1",
        "https:///fhir",
        "",
        "http://[",
    ],
)
async def test_only_a_safe_address_is_accepted(base: str) -> None:
    async with practice_session(None) as session:
        with pytest.raises(KlinikError) as failure:
            FhirClient(base, session, NoSignIn())
    assert failure.value.kind is ErrorKind.SETTINGS_INVALID


async def test_a_redirect_is_not_followed_and_takes_no_token_along() -> None:
    led_to: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        led_to.append(request.path)
        return web.json_response({"resourceType": "Slot"})

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": f"http://{request.host}/elsewhere"})

    app = web.Application()
    app.router.add_get("/fhir/Slot/s1", redirect)
    app.router.add_get("/elsewhere", elsewhere)
    async with TestServer(app, host="127.0.0.1") as server, practice_session(None) as session:
        client = FhirClient(str(server.make_url("/fhir")), session, StaticBearer("hemmelig"))
        with pytest.raises(KlinikError) as failure:
            await client.get("Slot/s1")
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH
    assert led_to == []


async def test_a_request_over_a_megabyte_is_not_sent() -> None:
    arrived: list[int] = []

    async def slot(request: web.Request) -> web.Response:
        arrived.append(len(await request.read()))
        return web.json_response({"resourceType": "Slot", "id": "s1"}, status=201)

    app = web.Application(client_max_size=10**8)
    app.router.add_post("/fhir/Slot", slot)
    async with TestServer(app, host="127.0.0.1") as server, practice_session(None) as session:
        client = FhirClient(str(server.make_url("/fhir")), session, NoSignIn())
        fits = {"resourceType": "Slot", "comment": "a" * (MAX_REQUEST - 50)}
        assert (await client.create(dict(fits), "identifier=x")).good
        with pytest.raises(KlinikError) as failure:
            await client.create({**fits, "comment": "a" * MAX_REQUEST}, "identifier=x")
    assert failure.value.kind is ErrorKind.PRACTICE_TOO_LARGE
    assert len(arrived) == 1
    assert arrived[0] <= MAX_REQUEST


async def test_the_settings_choose_the_way_to_sign_in() -> None:
    services = BackendServices("konsol", "key", "konsol-1", "system/Slot.rs")
    keys = MemoryKeys({"token": "hemmelig"})
    public_key_set(keys, services)
    base = PracticeSettings("https://epj.example/fhir", timedelta(seconds=5), "")
    async with practice_session(None) as session:

        def chosen(settings: PracticeSettings) -> object:
            return sign_in_for(settings, keys, session, utc_now)

        assert isinstance(chosen(base), NoSignIn)
        named = PracticeSettings(base.base_url, base.poll_every, "token")
        assert isinstance(chosen(named), StaticBearer)
        assert isinstance(
            chosen(PracticeSettings(base.base_url, base.poll_every, "", services)), BackendServicesSignIn
        )
        for missing in (
            PracticeSettings(base.base_url, base.poll_every, "other"),
            PracticeSettings(base.base_url, base.poll_every, "", BackendServices("konsol", "other", "k", "s")),
        ):
            with pytest.raises(KlinikError) as failure:
                chosen(missing)
            assert failure.value.kind is ErrorKind.SETTINGS_INVALID
            assert "other" in failure.value.detail
