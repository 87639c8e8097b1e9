"""Finding deletions on a server that keeps no history."""

from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from app.domain.errors import KlinikError
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
