"""What a resource leaves to another one to say is asked for together, once, and not for ever."""

from typing import Any

import aiohttp
import pytest

from app.domain.ids import ThreadId
from app.domain.message import Message
from app.domain.slot import Slot
from app.sync.fhir.practice_system import FhirPracticeSystem
from tests.sync.practice import Copy, edited_metadata, practice_at
from tests.sync.server import Clinic, Proxy, Server, message_json, slot_json


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession) -> FhirPracticeSystem:
    return practice_at(proxy.base, session)


async def chain(server: Server, clinic: Clinic, length: int) -> list[str]:
    """So many messages, each an answer to the one before."""
    sent: list[str] = []
    for _ in range(length):
        before = {"inResponseTo": [{"reference": f"Communication/{sent[-1]}"}]} if sent else {}
        sent.append((await server.create(message_json(clinic.patient, **before)))["id"])
    return sent


def threads(copy: Copy) -> set[ThreadId]:
    return {each.item.thread_id for each in copy.found.values() if isinstance(each.item, Message)}


def asked_for_messages(proxy: Proxy) -> list[str]:
    asked = [request.removeprefix("GET /epj/Communication") for request in proxy.requests]
    return [request for request in asked if request.startswith(("/", "?_id")) and "_history" not in request]


def without(parameter: str) -> Any:
    def edit(resource: dict[str, Any]) -> None:
        resource["searchParam"] = [each for each in resource["searchParam"] if each["name"] != parameter]

    return edit


@pytest.mark.parametrize(("parameter", "requests"), [("", 4), ("_id", 6)])
async def test_the_messages_that_a_page_answers_are_asked_for_together(
    practice: FhirPracticeSystem,
    proxy: Proxy,
    server: Server,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    parameter: str,
    requests: int,
) -> None:
    monkeypatch.setattr("app.sync.fhir.newest.MESSAGES", 2)
    chains = [await chain(server, clinic, 4) for _ in range(2)]
    ends = [
        await server.create(
            message_json(
                clinic.patient,
                sent="2026-11-22T08:00:00Z",
                inResponseTo=[{"reference": f"Communication/{sent[-1]}"}],
            )
        )
        for sent in chains
    ]
    await edited_metadata(proxy, server, without(parameter))
    copy = Copy()
    changes = practice.read_changes({})
    async for batch in changes:
        copy.store(batch)
        if batch.type == "Communication":
            break
    await changes.aclose()
    assert copy.ids("Communication") == {end["id"] for end in ends}
    assert threads(copy) == {ThreadId(sent[0]) for sent in chains}
    assert len(asked_for_messages(proxy)) == requests + (2 if parameter else 0)


async def test_a_chain_that_leads_nowhere_or_in_a_circle_ends(
    practice: FhirPracticeSystem, server: Server, clinic: Clinic
) -> None:
    first, second = await chain(server, clinic, 2)
    answers = {"inResponseTo": [{"reference": f"Communication/{second}"}]}
    await server.edit(f"Communication/{first}", **answers)
    copy = Copy()
    await copy.read(practice)
    assert copy.ids("Communication") == {first, second}
    assert threads(copy) <= {first, second}


async def test_what_was_learned_of_threads_does_not_grow_for_ever(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.fhir.lookups._THREADS_KEPT", 3)
    sent = await chain(server, clinic, 6)
    copy = Copy()
    await copy.read(practice)
    late = await server.create(
        message_json(clinic.patient, inResponseTo=[{"reference": f"Communication/{sent[1]}"}])
    )
    found = (await copy.read(practice))["Communication", late["id"]].item
    assert isinstance(found, Message)
    assert found.thread_id == sent[0]


@pytest.mark.parametrize(("parameter", "requests"), [("", 1), ("_id", 3)])
async def test_the_calendars_of_a_pages_slots_are_asked_for_together(
    practice: FhirPracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, parameter: str, requests: int
) -> None:
    actor = {"actor": [{"reference": f"Practitioner/{clinic.practitioner}"}]}
    for _ in range(2):
        schedule = await server.create({"resourceType": "Schedule", **actor})
        await server.create(slot_json(schedule["id"], 1))
    await edited_metadata(proxy, server, without(parameter))
    changes = practice.read_changes({})
    batch = await anext(changes)
    await changes.aclose()
    assert batch.type == "Slot"
    assert all(isinstance(each.item, Slot) for each in batch.resources)
    assert len([request for request in proxy.requests if "/Schedule" in request]) == requests
