"""Signing in at real services: the embedded practice system's and that of a server written by others."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import aiohttp
import orjson
import pytest
from aiohttp.test_utils import TestServer
from joserfc.jwk import ECKey, KeySet

from app.demo.practice_system.assertions import Client as DemoClient
from app.demo.practice_system.server import practice_app
from app.demo.practice_system.sign_in import SignIn as DemoSignIn
from app.demo.practice_system.store import ResourceStore
from app.domain.actions import ActionKind, AppointmentBooked, Carried
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.domain.settings import DEFAULT_SCOPE, BackendServices
from app.sync.fhir.authentication import NoSignIn, SignIn
from app.sync.fhir.backend_services import BackendServicesSignIn
from app.sync.fhir.items import READ_ORDER
from app.sync.fhir.signing_key import public_key_set, read_signing_key
from tests.sync.bookings import action_for, booking_for, outcome
from tests.sync.conftest import sekmet_running
from tests.sync.practice import Copy, practice_at
from tests.sync.server import Server, seed_clinic

SETTINGS = BackendServices("konsol", "signing-key", "konsol-1", DEFAULT_SCOPE)
SEEDING = BackendServices("seeder", "seeding-key", "seeder-1", "system/*.cruds")


@dataclass
class MemoryKeys:
    secrets: dict[str, str]

    def read(self, name: str) -> str | None:
        return self.secrets.get(name)

    def write(self, name: str, secret: str) -> None:
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)


@pytest.fixture(scope="module")
def keys() -> MemoryKeys:
    """Keys made as a clinic makes them; only the public halves are given to the services."""
    made = MemoryKeys({})
    for settings in (SETTINGS, SEEDING):
        public_key_set(made, settings)
    return made


@pytest.mark.contract
class SignInContract:
    """Subclasses give the fixture `place`: the address of a server that knows both clients."""

    def sign_in(self, place: str, session: aiohttp.ClientSession, key: ECKey, who: BackendServices) -> SignIn:
        return BackendServicesSignIn(place, who, key, session, utc_now)

    @pytest.fixture
    async def server(self, place: str, session: aiohttp.ClientSession, keys: MemoryKeys) -> AsyncIterator[Server]:
        signed = await self.sign_in(place, session, read_signing_key(keys, SEEDING), SEEDING).headers()
        async with aiohttp.ClientSession(headers=signed) as seeding:
            yield Server(place, seeding)

    async def test_reading_and_writing_go_through(
        self, place: str, session: aiohttp.ClientSession, keys: MemoryKeys, server: Server
    ) -> None:
        clinic = await seed_clinic(server)
        sign_in = self.sign_in(place, session, read_signing_key(keys, SETTINGS), SETTINGS)
        practice, copy = practice_at(place, session, sign_in=sign_in, user=clinic.doctor), Copy()
        await copy.read(practice)
        assert copy.complete == set(READ_ORDER)
        assert set(clinic.slots) <= copy.ids("Slot")
        booking = booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED))
        booked = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(booked, AppointmentBooked)
        done = await practice.write(action_for(booking, ActionKind.WRITE_OUTCOME), booking)
        assert isinstance(done, Carried)
        assert (await server.read(f"Appointment/{booked.appointment_id}"))["status"] == "fulfilled"

    async def test_nobody_else_is_let_in(self, place: str, session: aiohttp.ClientSession) -> None:
        stranger = self.sign_in(place, session, ECKey.generate_key("P-384"), SETTINGS)
        for sign_in in (stranger, NoSignIn()):
            with pytest.raises(KlinikError) as failure:
                await Copy().read(practice_at(place, session, sign_in=sign_in))
            assert failure.value.kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED


class TestDemoPracticeSystem(SignInContract):
    @pytest.fixture
    async def place(self, keys: MemoryKeys) -> AsyncIterator[str]:
        def client(who: BackendServices) -> DemoClient:
            public = KeySet.import_key_set(orjson.loads(public_key_set(keys, who)))
            return DemoClient(who.client_id, public, frozenset(who.scope.split()))

        store = ResourceStore(":memory:", utc_now)
        try:
            sign_in = DemoSignIn([client(SETTINGS), client(SEEDING)], utc_now)
            async with TestServer(practice_app(store, sign_in=sign_in), host="127.0.0.1") as server:
                yield str(server.make_url("/fhir"))
        finally:
            store.close()


@pytest.fixture(scope="module")
def strict_sekmet(tmp_path_factory: pytest.TempPathFactory, keys: MemoryKeys) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clients = [
        {"client_id": who.client_id, "jwks": orjson.loads(public_key_set(keys, who)), "scopes": "system/*.*"}
        for who in (SETTINGS, SEEDING)
    ]
    settings = {
        "base_url": f"http://127.0.0.1:{port}/fhir",
        "host": "127.0.0.1",
        "port": port,
        "data_dir": "data",
        "simulator": {"enabled": False},
        "server_auth": {"types": ["smart"], "smart_clients": clients, "enforce_scopes": True},
    }
    with sekmet_running(tmp_path_factory.mktemp("sekmet-smart"), orjson.dumps(settings).decode()) as base:
        yield base


class TestSekmet(SignInContract):
    @pytest.fixture
    def place(self, strict_sekmet: str) -> str:
        return strict_sekmet
