"""The calls are loaded when they are needed, or after a while, and are then as if they had always been there."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from app.domain.clinic_time import utc_now
from app.domain.ids import new_booking_id
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.late_exchange import LateExchange
from app.video.media_thread import MediaThread
from tests.video.fakes import HummingSound
from tests.video.test_exchange import _send, booking, ignore


class Asked:
    """The room service, which notes how often it was asked for ICE servers."""

    def __init__(self) -> None:
        self.times = 0
        self.once = asyncio.Event()

    async def __call__(self) -> tuple[JsonObject, ...]:
        self.times += 1
        self.once.set()
        return ()


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
async def late(media: MediaThread, asked: Asked) -> AsyncIterator[LateExchange]:
    made = LateExchange(media, HummingSound(), _send, asked, utc_now, load_after=3600)
    running = asyncio.create_task(made.run())
    yield made
    await made.end_all()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_call_that_is_opened_at_once_loads_them(late: LateExchange) -> None:
    late.deliver(RoomSignal(new_booking_id(), "joined", 1, {}))
    call = await late.open(booking(), ignore)
    assert call.view.stage.value == "preparing"
    await late.end_all()
    assert call.view.stage.value == "ended"


async def test_a_patient_who_waits_has_them_loaded_and_made_ready(late: LateExchange, asked: Asked) -> None:
    late.expect()
    async with asyncio.timeout(30):
        await asked.once.wait()
    late.expect()
    await late.open(booking(), ignore)
    assert asked.times == 1


async def test_they_are_loaded_by_themselves_after_a_while(media: MediaThread, asked: Asked) -> None:
    made = LateExchange(media, HummingSound(), _send, asked, utc_now, load_after=0)
    running = asyncio.create_task(made.run())
    async with asyncio.timeout(30):
        while made._exchange is None:
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert asked.times == 0


async def test_nothing_of_a_call_is_loaded_by_the_program_at_its_start() -> None:
    heavy = "av", "aiortc", "numpy", "joserfc"
    code = f"import sys, app.compose; sys.exit(any(name in sys.modules for name in {heavy}))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
