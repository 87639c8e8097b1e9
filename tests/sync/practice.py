"""The adapter as the program builds it, and a local copy that only remembers what it was told to."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from app.domain.clinic_time import Clock, utc_now
from app.domain.ids import ClinicianId
from app.domain.patient import Clinician, Role
from app.domain.ports.practice_system import ChangeBatch, Fetched, PracticeSystem, ReadPoint
from app.sync.fhir.authentication import NoSignIn, SignIn
from app.sync.fhir.items import READ_ORDER
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.reading import SweptBatch
from tests.sync.server import Proxy, Server

USER = Clinician(ClinicianId("dr-1"), "Læge Åse Testlæge", Role.CLINICIAN)


class Found:
    """What was found out about servers."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    async def probed(self, server: str) -> str | None:
        return self.known.get(server)

    async def note_probed(self, server: str, finding: str) -> None:
        self.known[server] = finding


class Ticks:
    """Seconds moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span.total_seconds()


def practice_at(
    base: str,
    session: aiohttp.ClientSession,
    clock: Clock = utc_now,
    sign_in: SignIn | None = None,
    findings: Found | None = None,
    user: Clinician = USER,
    **more: Any,
) -> FhirPracticeSystem:
    return FhirPracticeSystem(base, session, clock, sign_in or NoSignIn(), user, findings or Found(), **more)


class Copy:
    """How far each type has been read, and the newest of each resource, as the store keeps them."""

    def __init__(self, *complete: str, at: datetime | None = None) -> None:
        self.points = {name: ReadPoint(at, complete=True) for name in complete}
        self.found: dict[tuple[str, str], Fetched] = {}
        self.batches: list[ChangeBatch] = []

    async def read(self, practice: PracticeSystem) -> dict[tuple[str, str], Fetched]:
        """Read once; returns the newest of what came."""
        new: dict[tuple[str, str], Fetched] = {}
        self.batches = []
        async for each in practice.read_changes(dict(self.points)):
            batch = await self.proven(each)
            self.store(batch)
            new.update({(found.type, found.id): found for found in batch.resources})
        return new

    async def read_some(self, practice: FhirPracticeSystem, batches: int) -> None:
        """Read until so many batches of a first reading have been stored, and stop in the middle."""
        changes = practice.read_changes(dict(self.points))
        async with aclosing(changes):
            async for batch in changes:
                batches -= batch.type not in self.complete
                self.store(await self.proven(batch))
                if not batches:
                    return

    async def proven(self, batch: ChangeBatch) -> ChangeBatch:
        """Return the batch to store, as the reading loop does."""
        held = frozenset(self.ids(batch.type))
        return await batch.against(held) if isinstance(batch, SweptBatch) else batch

    def store(self, batch: ChangeBatch) -> None:
        self.batches.append(batch)
        for each in batch.resources:
            known = self.found.get((each.type, each.id))
            if known is None or each.last_updated >= known.last_updated:
                self.found[each.type, each.id] = each
        if batch.present is not None:
            kept = {key for key in self.found if key[0] != batch.type or key[1] in batch.present}
            self.found = {key: each for key, each in self.found.items() if key in kept}
        point = self.points.get(batch.type, ReadPoint(None, complete=False))
        marks = [mark for mark in (point.at, batch.watermark) if mark]
        self.points[batch.type] = ReadPoint(max(marks, default=None), point.complete or batch.complete)

    @property
    def complete(self) -> set[str]:
        return {name for name, point in self.points.items() if point.complete}

    def ids(self, resource_type: str) -> set[str]:
        return {key[1] for key, each in self.found.items() if key[0] == resource_type and not each.deleted}


def whole_copy(at: datetime = datetime(2020, 1, 1, tzinfo=UTC)) -> Copy:
    """A copy that has read everything there was until long ago."""
    return Copy(*READ_ORDER, at=at)


async def batches_of(changes: AsyncIterator[ChangeBatch], into: list[ChangeBatch]) -> None:
    async for batch in changes:
        into.append(batch)


async def edited_metadata(proxy: Proxy, server: Server, edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Have each resource type of the server's statement changed on its way; returns the statement."""
    statement = await server.read("metadata")
    for resource in statement["rest"][0]["resource"]:
        edit(resource)

    async def answer(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.json_response(statement) if request.path.endswith("metadata") else None

    proxy.interfere = answer
    return statement


def no_history(resource: dict[str, Any]) -> None:
    resource["interaction"] = [{"code": "search-type"}]


def searches(proxy: Proxy, resource_type: str) -> list[str]:
    return [each for each in proxy.requests if each.startswith(f"GET /epj/{resource_type}?")]
