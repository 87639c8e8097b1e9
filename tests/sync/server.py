"""A FHIR server seen from behind: what tests put there and look up, and a proxy that spoils what passes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from app.domain.ids import ClinicianId
from app.domain.patient import Clinician, Role

JSON = "application/fhir+json"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CANARY_NAME = "Kanarie-Testesen"
CANARY_CPR = "2512489996"
CANARY_PHONE = "20123456"
CANARY_TEXT = "Hemmelig besked om mit knæ"


@dataclass
class Server:
    """Straight to the server, without any of the code under test."""

    base: str
    session: aiohttp.ClientSession

    async def create(self, resource: dict[str, Any]) -> dict[str, Any]:
        async with self.session.post(
            f"{self.base}/{resource['resourceType']}", json=resource, headers={"Content-Type": JSON}
        ) as response:
            body: dict[str, Any] = await response.json(content_type=None)
            assert response.status == 201, body
            return body

    async def read(self, reference: str) -> dict[str, Any]:
        async with self.session.get(f"{self.base}/{reference}") as response:
            assert response.status == 200
            body: dict[str, Any] = await response.json(content_type=None)
            return body

    async def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        async with self.session.put(address, json=resource, headers={"Content-Type": JSON}) as response:
            body: dict[str, Any] = await response.json(content_type=None)
            assert response.status == 200, body
            return body

    async def edit(self, reference: str, **elements: Any) -> dict[str, Any]:
        """Change elements as a program would that knows nothing of consoles; None takes an element away."""
        changed = {**await self.read(reference), **elements}
        return await self.put({name: value for name, value in changed.items() if value is not None})

    async def delete(self, reference: str) -> None:
        async with self.session.delete(f"{self.base}/{reference}") as response:
            assert response.status in (200, 204)

    async def find(self, resource_type: str, **query: str) -> list[dict[str, Any]]:
        async with self.session.get(f"{self.base}/{resource_type}", params={**query, "_count": "1000"}) as response:
            bundle = await response.json(content_type=None)
        return [entry["resource"] for entry in bundle.get("entry", [])]


@dataclass
class Clinic:
    """One clinician with a calendar, a secretary, one patient, and three free slots."""

    patient: str
    practitioner: str
    secretary: str
    schedule: str
    slots: tuple[str, ...]

    @property
    def doctor(self) -> Clinician:
        return Clinician(ClinicianId(self.practitioner), "Læge Åse Testlæge", Role.CLINICIAN)

    @property
    def colleague(self) -> Clinician:
        return Clinician(ClinicianId(self.secretary), "Bo Testsekretær", Role.SECRETARY)


async def seed_clinic(server: Server) -> Clinic:
    practitioner = await server.create(
        {
            "resourceType": "Practitioner",
            "identifier": [{"system": "https://autregweb.sst.dk", "value": "0ABC1"}],
            "name": [{"use": "official", "prefix": ["Læge"], "given": ["Åse"], "family": "Testlæge"}],
        }
    )
    secretary = await server.create(
        {"resourceType": "Practitioner", "name": [{"use": "official", "given": ["Bo"], "family": "Testsekretær"}]}
    )
    schedule = await server.create(
        {"resourceType": "Schedule", "actor": [{"reference": f"Practitioner/{practitioner['id']}"}]}
    )
    patient = await server.create(
        {
            "resourceType": "Patient",
            "identifier": [{"use": "official", "system": "urn:oid:1.2.208.176.1.2", "value": CANARY_CPR}],
            "name": [{"use": "official", "given": ["Nancy", "Test"], "family": CANARY_NAME}],
            "telecom": [{"system": "phone", "value": CANARY_PHONE, "use": "mobile"}],
            "birthDate": "1948-12-25",
        }
    )
    slots = [await server.create(slot_json(schedule["id"], number)) for number in range(3)]
    return Clinic(
        patient["id"], practitioner["id"], secretary["id"], schedule["id"], tuple(slot["id"] for slot in slots)
    )


def slot_json(schedule: str, number: int, **more: Any) -> dict[str, Any]:
    start = START + timedelta(minutes=15 * number)
    return {
        "resourceType": "Slot",
        "schedule": {"reference": f"Schedule/{schedule}"},
        "serviceType": [
            {"coding": [{"system": "http://ehealth.sundhed.dk/cs/appointment-servicetype", "code": "video"}]}
        ],
        "status": "free",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=15)).isoformat(),
        "comment": "kl. 7.80",
        **more,
    }


def message_json(patient: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "sender": {"reference": f"Patient/{patient}"},
        "sent": "2026-11-20T08:00:00+01:00",
        "topic": {"text": "Knæ"},
        "payload": [{"contentString": CANARY_TEXT}],
        **more,
    }


Interfere = Callable[[web.Request, int], Awaitable[web.StreamResponse | None]]
"""Gets each request and its number, before it is passed on; an answer of its own ends it there."""


async def no_interference(request: web.Request, number: int) -> None:
    return None


class Proxy:
    """Stands between the code under test and a server, at another address than the server thinks it has.

    From request `lose_from` on, requests are carried out and their answers lost: the HTTP library repeats a read or
    a PUT once by itself, so losing one alone would not show. `ahead` is how much later it says it is,
    `date` what it says of the time altogether.
    """

    def __init__(self, target: str, session: aiohttp.ClientSession) -> None:
        self.target = target
        self._session = session
        self.interfere: Interfere = no_interference
        self.lose_from: int | None = None
        self.ahead = timedelta()
        self.date: str | None = None
        self.requests: list[str] = []
        self.base = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        number = len(self.requests)
        self.requests.append(f"{request.method} {request.rel_url}")
        if (answer := await self.interfere(request, number)) is not None:
            return answer
        headers = {name: value for name, value in request.headers.items() if name not in ("Host", "Content-Length")}
        address = self.target + request.raw_path.removeprefix("/epj")
        async with self._session.request(
            request.method,
            URL(address, encoded=True),
            headers=headers,
            data=await request.read(),
        ) as response:
            body = await response.read()
            kept = {name: response.headers[name] for name in ("ETag", "Location") if name in response.headers}
            shown = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)
            kept["Date"] = shown if self.date is None else self.date
            content_type = response.headers.get("Content-Type", JSON).partition(";")[0]
        if self.lose_from is not None and number >= self.lose_from:
            return hang_up(request)
        return web.Response(status=response.status, body=body, headers=kept, content_type=content_type)

    def clear(self) -> None:
        self.interfere, self.lose_from = no_interference, None
        self.requests.clear()


def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def proxy_to(target: str, session: aiohttp.ClientSession) -> AsyncIterator[Proxy]:
    proxy = Proxy(target, session)
    app = web.Application(client_max_size=10**8)
    app.router.add_route("*", "/epj/{path:.*}", proxy.handle)
    app.router.add_route("*", "/epj", proxy.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        proxy.base = str(server.make_url("/epj"))
        yield proxy
