"""A plain FHIR client and small resources for the tests of the practice system."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: int) -> None:
        self.now += timedelta(**span)


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def diagnostics(self) -> str:
        assert self.body["resourceType"] == "OperationOutcome"
        return str(self.body["issue"][0]["diagnostics"])

    @property
    def resources(self) -> list[dict[str, Any]]:
        return [entry["resource"] for entry in self.body["entry"] if "resource" in entry]

    @property
    def ids(self) -> list[str]:
        return [resource["id"] for resource in self.resources]

    def link(self, relation: str) -> str | None:
        return next((link["url"] for link in self.body["link"] if link["relation"] == relation), None)


class Fhir:
    """Speaks FHIR to the server under test."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.base = str(client.make_url("/fhir"))

    async def call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        address = path if path.startswith("http") else f"{self.base}/{path}".rstrip("/")
        response: ClientResponse = await self.client.session.request(
            method,
            address,
            data=None if body is None else io.BytesIO(json.dumps(body).encode()),
            headers={"Content-Type": "application/fhir+json", **(headers or {})},
        )
        async with response:
            text = await response.text()
            assert not text or response.content_type == "application/fhir+json"
            return Answer(response.status, response.headers, await response.json() if text else {})

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, headers=headers)

    async def create(self, resource: dict[str, Any], headers: dict[str, str] | None = None) -> Answer:
        return await self.call("POST", resource["resourceType"], resource, headers)

    async def made(self, resource: dict[str, Any]) -> dict[str, Any]:
        answer = await self.create(resource)
        assert answer.status == 201, answer.body
        return answer.body

    async def update(self, resource: dict[str, Any], if_match: str | None = None) -> Answer:
        headers = {"If-Match": if_match} if if_match else {}
        return await self.call("PUT", f"{resource['resourceType']}/{resource['id']}", resource, headers)


def patient(family: str = "Testesen", **more: object) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"family": family, "given": ["Åse", "Test"]}], **more}


def slot(schedule: str, start: datetime = NOW, **more: object) -> dict[str, Any]:
    return {
        "resourceType": "Slot",
        "schedule": {"reference": schedule},
        "status": "free",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=10)).isoformat(),
        **more,
    }


def appointment(patient_reference: str, slot_reference: str | None = None, **more: object) -> dict[str, Any]:
    resource = {
        "resourceType": "Appointment",
        "status": "booked",
        "start": NOW.isoformat(),
        "end": (NOW + timedelta(minutes=10)).isoformat(),
        "participant": [{"actor": {"reference": patient_reference}, "status": "accepted"}],
        **more,
    }
    return resource | ({"slot": [{"reference": slot_reference}]} if slot_reference else {})


def with_uuid(resource: dict[str, Any], value: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the resource with a client's identifier and the header of its conditional create."""
    identifier = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{value}"}
    header = {"If-None-Exist": f"identifier=urn:ietf:rfc:3986|urn:uuid:{value}"}
    return resource | {"identifier": [identifier]}, header


async def calendar(fhir: Fhir) -> tuple[str, str]:
    """Make a patient and a clinician's free slot; return their references."""
    clinician = await fhir.made({"resourceType": "Practitioner", "name": [{"family": "Friis"}]})
    schedule = await fhir.made(
        {"resourceType": "Schedule", "actor": [{"reference": f"Practitioner/{clinician['id']}"}]}
    )
    free = await fhir.made(slot(f"Schedule/{schedule['id']}"))
    person = await fhir.made(patient())
    return f"Patient/{person['id']}", f"Slot/{free['id']}"
