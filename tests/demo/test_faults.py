"""The fault door: each way a real service fails, on demand."""

import aiohttp
import aiohttp.web
import pytest
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from app.demo.faults import FAULT_DOOR, Fault, FaultDoor
from app.demo.practice_system.server import practice_app
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import Fhir, patient, with_uuid


async def _set(fhir: Fhir, **fault: object) -> int:
    async with fhir.client.post("/demo/faults", json=fault) as response:
        return response.status


async def test_down_closes_without_an_answer_for_so_many_requests(fhir: Fhir) -> None:
    assert await _set(fhir, mode="down", count=2) == 200
    # GET is sent again by the client itself when a kept connection closes; POST is not.
    for _ in range(2):
        with pytest.raises(aiohttp.ClientConnectionError):
            await fhir.create(patient())
    assert (await fhir.get("Patient")).body["total"] == 0


async def test_a_lost_answer_is_carried_out(fhir: Fhir) -> None:
    await _set(fhir, mode="lose_answer", count=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await fhir.create(patient())
    assert (await fhir.get("Patient")).body["total"] == 1


async def test_error_and_rubbish(fhir: Fhir) -> None:
    await _set(fhir, mode="error")
    async with fhir.client.get("/fhir/Patient") as response:
        assert response.status == 500
    await _set(fhir, mode="rubbish", count=1)
    async with fhir.client.get("/fhir/Patient") as response:
        assert response.status == 200
        with pytest.raises(ValueError, match=r".+"):
            await response.json()
    assert (await fhir.get("Patient")).status == 200


async def test_slow_answers_late(fhir: Fhir) -> None:
    await _set(fhir, mode="slow", seconds=0.01, count=1)
    assert (await fhir.get("Patient")).status == 200
    await _set(fhir, mode="slow", seconds=600)
    with pytest.raises(TimeoutError):
        async with fhir.client.get("/fhir/Patient", timeout=aiohttp.ClientTimeout(total=0.05)):
            pass
    assert await _set(fhir, mode="none") == 200
    assert (await fhir.get("Patient")).status == 200


async def test_a_request_delivered_twice_is_carried_out_twice(fhir: Fhir) -> None:
    resource, header = with_uuid(patient(), "6a0c8f0e-0000-4000-8000-000000000001")
    await _set(fhir, mode="duplicate", count=2)
    assert (await fhir.create(resource, header)).status == 200
    assert (await fhir.create(patient())).status == 201
    assert (await fhir.get("Patient")).body["total"] == 3
    made = await fhir.made(patient())
    await _set(fhir, mode="duplicate", count=1)
    assert (await fhir.update(made | {"active": True}, 'W/"1"')).status == 412
    assert (await fhir.get(f"Patient/{made['id']}")).body["active"] is True


async def test_a_late_answer_is_to_a_request_carried_out_at_once(fhir: Fhir) -> None:
    await _set(fhir, mode="late", seconds=600, count=1)
    with pytest.raises(TimeoutError):
        async with fhir.client.post(
            "/fhir/Patient",
            json=patient(),
            headers={"Content-Type": "application/fhir+json"},
            timeout=aiohttp.ClientTimeout(total=0.1),
        ):
            pass
    assert (await fhir.get("Patient")).body["total"] == 1


@pytest.mark.parametrize(("mode", "status"), [("conflict", 409), ("stale", 412), ("unauthorised", 401)])
async def test_refusals_change_nothing_and_pass(fhir: Fhir, mode: str, status: int) -> None:
    await _set(fhir, mode=mode, count=1)
    refused = await fhir.create(patient())
    assert refused.status == status
    assert refused.diagnostics
    assert ("WWW-Authenticate" in refused.headers) is (status == 401)
    assert (await fhir.get("Patient")).body["total"] == 0
    assert (await fhir.create(patient())).status == 201


async def test_a_fault_meets_only_the_requests_it_is_meant_for(fhir: Fhir) -> None:
    made = await fhir.made(patient())
    await _set(fhir, mode="stale", count=1, methods=["PUT"], path="/fhir/Patient")
    assert (await fhir.get("Patient")).status == 200
    assert (await fhir.create(patient())).status == 201
    assert (await fhir.update(made)).status == 412
    assert (await fhir.update(made)).status == 200


async def test_a_fault_can_be_set_within_the_process(store: ResourceStore) -> None:
    app = practice_app(store)
    async with TestClient(TestServer(app)) as client:
        app[FAULT_DOOR].set(Fault("stale", count=1))
        assert (await Fhir(client).get("Patient")).status == 412
        assert (await Fhir(client).get("Patient")).status == 200
    with pytest.raises(ValueError, match="mode is one of"):
        app[FAULT_DOOR].set(Fault("refuse"))


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"mode": "odd"},
        {"mode": []},
        {"mode": "slow", "seconds": -1},
        {"mode": "down", "count": 0},
        {"mode": "down", "count": "x"},
        {"mode": "down", "methods": "PUT"},
        {"mode": "down", "path": 7},
        {"mode": "refuse"},
    ],
)
async def test_a_wrong_fault_is_refused(fhir: Fhir, fault: dict[str, object]) -> None:
    assert await _set(fhir, **fault) == 400
    async with fhir.client.post("/demo/faults", data=b"{}", headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 415


async def test_the_door_opens_from_this_machine_only() -> None:
    door = FaultDoor(())
    app = aiohttp.web.Application()
    door.add_to(app)
    request = make_mocked_request("POST", "/demo/faults", headers={"Content-Type": "application/json"})
    request = request.clone(remote="192.0.2.7")
    (route,) = [route for route in app.router.routes() if route.method == "POST"]
    response = await route.handler(request)
    assert isinstance(response, aiohttp.web.Response)
    assert response.status == 403
