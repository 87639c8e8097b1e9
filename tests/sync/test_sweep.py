"""Finding deletions on a server that keeps no history."""

from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from app.domain.errors import KlinikError
from app.domain.ports.practice_system import ChangeBatch
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.fhir.sweep import SWEEP_EVERY
from app.sync.horizon import OVERLAP
from tests.sync.practice import Copy, Ticks, edited_metadata, no_history, practice_at
from tests.sync.server import Clinic, Proxy, Server, slot_json

LATER = OVERLAP + timedelta(seconds=5)


async def test_without_history_the_ids_are_swept_now_and_then(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    await edited_metadata(proxy, server, no_history)
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    await server.delete(f"Slot/{clinic.slots[0]}")
    await copy.read(practice)
    assert all(batch.present is None for batch in copy.batches), "just read whole"
    ticks.pass_by(SWEEP_EVERY)
    await copy.read(practice)
    swept = {batch.type: batch.present for batch in copy.batches if batch.present is not None}
    assert swept["Slot"] == set(clinic.slots[1:])
    assert swept["Patient"] == {clinic.patient}
    await copy.read(practice)
    assert all(batch.present is None for batch in copy.batches), "not at every poll"
    await copy.read(practice_at(proxy.base, session, ticks=ticks))
    assert any(batch.present is not None for batch in copy.batches), "deleted while we slept"


async def test_a_long_sweep_goes_on_over_several_polls(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.fhir.sweep._PAGE", 2)
    monkeypatch.setattr("app.sync.fhir.sweep._PAGES_AT_ONCE", 1)
    await edited_metadata(proxy, server, no_history)
    made = {(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(6)}
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    ticks.pass_by(SWEEP_EVERY)
    polls, present = 0, frozenset[str]()
    late = ""
    while not present and polls < 30:
        if polls == 2:
            late = (await server.create(slot_json(clinic.schedule, 30)))["id"]
        await copy.read(practice)
        polls += 1
        present = next((b.present for b in copy.batches if b.type == "Slot" and b.present), present)
    assert 3 <= polls < 30
    assert present == {*made, *clinic.slots, late}


async def test_a_sweep_out_of_order_is_not_believed(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    await edited_metadata(proxy, server, no_history)
    metadata = proxy.interfere

    async def newest_first(request: web.Request, number: int) -> web.StreamResponse | None:
        if "_elements" not in request.query or not request.path.endswith("Slot"):
            return await metadata(request, number)
        found = await server.find("Slot", _sort="-_lastUpdated")
        found[0]["meta"]["lastUpdated"] = "2030-01-01T00:00:00Z"
        return web.json_response({"resourceType": "Bundle", "entry": [{"resource": each} for each in found]})

    proxy.interfere = newest_first
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    ticks.pass_by(SWEEP_EVERY)
    await copy.read(practice)
    assert "Patient" in {batch.type for batch in copy.batches if batch.present is not None}
    assert "Slot" not in {batch.type for batch in copy.batches if batch.present is not None}


async def test_a_sweep_that_was_cut_off_begins_again(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    await edited_metadata(proxy, server, no_history)
    metadata = proxy.interfere

    async def away(request: web.Request, number: int) -> web.StreamResponse | None:
        swept = "_elements" in request.query and request.path.endswith("Slot")
        return web.Response(status=503) if swept else await metadata(request, number)

    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    ticks.pass_by(SWEEP_EVERY)
    proxy.interfere = away
    with pytest.raises(KlinikError):
        await copy.read(practice)
    proxy.interfere = metadata
    await copy.read(practice)
    assert frozenset(clinic.slots) in [batch.present for batch in copy.batches]


async def listing(proxy: Proxy, *listed: str) -> list[str]:
    """Have every sweep of slots find these only; returns where the addresses of slots asked for go."""
    metadata, asked = proxy.interfere, list[str]()

    async def answer(request: web.Request, number: int) -> web.StreamResponse | None:
        if request.path.endswith("/Slot") and "_elements" in request.query:
            found = [{"resource": {"resourceType": "Slot", "id": each}} for each in listed]
            return web.json_response({"resourceType": "Bundle", "entry": found})
        if "/Slot/" in request.path:
            asked.append(request.path.rpartition("/")[2])
        return await metadata(request, number)

    proxy.interfere = answer
    return asked


async def read_by(copy: Copy, practice: FhirPracticeSystem, ticks: Ticks) -> list[ChangeBatch]:
    """Read when a sweep is due; returns what takes slots away."""
    ticks.pass_by(SWEEP_EVERY)
    await copy.read(practice)
    return [batch for batch in copy.batches if batch.type == "Slot" and batch.present is not None]


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_is_not_listed_but_there_is_kept(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, *, restarted: bool
) -> None:
    await edited_metadata(proxy, server, no_history)
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    await server.delete(f"Slot/{clinic.slots[1]}")
    if restarted:
        practice = practice_at(proxy.base, session, ticks=ticks)
    asked = await listing(proxy, *clinic.slots[2:])
    for _ in range(3):
        await read_by(copy, practice, ticks)
    assert copy.ids("Slot") == set(clinic.slots) - {clinic.slots[1]}
    assert asked.count(clinic.slots[0]) == 1, "known from then on"


async def test_an_empty_list_is_never_believed(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    await edited_metadata(proxy, server, no_history)
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    for each in clinic.slots:
        await server.delete(f"Slot/{each}")
    assert await listing(proxy) == []
    assert await read_by(copy, practice, ticks) == []
    assert copy.ids("Slot") == set(clinic.slots)


async def test_a_server_that_does_not_say_keeps_everything(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
) -> None:
    await edited_metadata(proxy, server, no_history)
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    await listing(proxy, clinic.slots[0])
    lists = proxy.interfere

    async def forbidden(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=403) if "/Slot/" in request.path else await lists(request, number)

    proxy.interfere = forbidden
    assert await read_by(copy, practice, ticks) == []
    assert copy.ids("Slot") == set(clinic.slots)


async def test_many_deletions_are_proven_a_few_with_each_poll(
    proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sync.fhir.sweep._ASKED_AT_ONCE", 2)
    await edited_metadata(proxy, server, no_history)
    made = [(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(5)]
    ticks, copy = Ticks(), Copy()
    practice = practice_at(proxy.base, session, ticks=ticks)
    await copy.read(practice)
    for each in made:
        await server.delete(f"Slot/{each}")
    ticks.pass_by(SWEEP_EVERY)
    left = []
    for _ in range(3):
        await copy.read(practice)
        left.append(len(copy.ids("Slot") & set(made)))
    assert left == [3, 1, 0]
    assert copy.ids("Slot") == set(clinic.slots)
