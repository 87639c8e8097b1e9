"""The fault door: each way a real service fails, on demand."""

import aiohttp
import aiohttp.web
import pytest
from aiohttp.test_utils import make_mocked_request

from app.demo.faults import FaultDoor
from tests.demo.fhir import Fhir, patient


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


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"mode": "odd"},
        {"mode": []},
        {"mode": "slow", "seconds": -1},
        {"mode": "down", "count": 0},
        {"mode": "down", "count": "x"},
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
