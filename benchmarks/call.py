"""Our end of 1280x720 calls against Chromium's end of like calls in one run: first frame, processor, memory."""

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from app.domain.clinic_time import utc_now
from app.domain.ids import BookingId, new_booking_id
from app.domain.ports.rooms import RoomRequest
from app.domain.settings import read_settings
from app.video.rooms.own import OwnRooms
from benchmarks.chromium_doctor import ChromiumDoctor, chromium_doctor
from benchmarks.report import Figure, against_budget, against_peer
from tests.driver.clips import CLINIC_NUMBERS, camera_clip
from tests.driver.console import CAMERA_FILE, Console, running_console
from tests.driver.cost import cost_of
from tests.driver.display import virtual_display
from tests.driver.main_job import Timeline, book_from_message, patient_seen_moving, save_outcome
from tests.driver.patient import Patient, patient_browser
from tests.driver.sound_card import sound_card
from tests.driver.stack import Stack, running_stack

CALLS = 5
SIZE = (1280, 720)
WARM_UP = 25.0
MEASURED = 20.0
"""Seconds of a call before and while its cost is taken; both ends have come to the full size by then."""


@dataclass(frozen=True, slots=True)
class End:
    """One doctor's end: seconds from join to the first frame of each call, percent of a core, MB."""

    first_frames: tuple[float, ...]
    cpu: float
    memory: float


async def measure() -> list[Figure]:
    """Hold the same number of calls with each end: first all of Chromium's, then all of ours."""
    with tempfile.TemporaryDirectory() as scratch:
        async with running_stack(Path(scratch) / "demo", "--fresh") as stack:
            peer = await _with_chromium(stack, Path(scratch) / "peer")
            ours = await _with_console(stack, Path(scratch) / "ours")
    return [
        against_peer(
            "join to first doctor frame, median", statistics.median(ours.first_frames), "s",
            "Chromium", statistics.median(peer.first_frames), 1.1,
        ),
        against_peer("CPU of a 1280x720 call", ours.cpu, "%", "Chromium", peer.cpu, 0.7),
        against_peer("memory in a 1280x720 call, PSS", ours.memory, "MB", "Chromium", peer.memory, 1.0),
        against_budget("memory of the console, PSS", ours.memory, "MB", 300),
    ]  # fmt: skip


async def _with_console(stack: Stack, scratch: Path) -> End:
    first_frames: list[float] = []
    async with AsyncExitStack() as opened:
        environment = await opened.enter_async_context(virtual_display())
        card = await opened.enter_async_context(sound_card(scratch / "sound"))
        camera = scratch / "camera"
        camera.write_text(str(camera_clip(scratch / "clinic.y4m", *SIZE, CLINIC_NUMBERS)), encoding="utf-8")
        console = await opened.enter_async_context(
            running_console(stack.settings, environment | card.environment | {CAMERA_FILE: str(camera)}, scratch)
        )
        cost = (0.0, 0.0)
        for turn in range(CALLS):
            async with patient_browser(scratch, size=SIZE) as patient:
                timeline = Timeline(scratch / "pictures", silent=True)
                await book_from_message(console, stack, patient, timeline, button="bookNow")
                first_frames.append(await _join(patient, console))
                await patient_seen_moving(console)
                if turn == CALLS - 1:
                    cost = await _cost(console.process.pid)
                await save_outcome(console, stack, patient, timeline, encounters=turn + 1)
    return End(tuple(first_frames), *cost)


async def _join(patient: Patient, console: Console | None) -> float:
    """Press join; returns the seconds until the doctor's first frame was painted. The console admits at once."""
    await patient.sees_themselves()
    admitting = asyncio.create_task(console.ask("click_when_there", name="admit")) if console else None
    await patient.page.locator("#join").click()
    if admitting:
        await admitting
    for _ in range(600):
        times = await patient.times()
        if "firstFrame" in times:
            return float(times["firstFrame"] - times["joined"]) / 1000
        await asyncio.sleep(0.02)
    raise TimeoutError("no frame of the doctor was ever painted")


async def _cost(pid: int) -> tuple[float, float]:
    await asyncio.sleep(WARM_UP)
    before = cost_of(pid)
    await asyncio.sleep(MEASURED)
    after = cost_of(pid)
    return after.percent_since(before), after.memory


async def _with_chromium(stack: Stack, scratch: Path) -> End:
    first_frames: list[float] = []
    settings = read_settings(stack.settings)
    async with AsyncExitStack() as opened:
        session = await opened.enter_async_context(aiohttp.ClientSession())
        rooms = OwnRooms(settings.room.base_url, settings.room.clinic_key, session)
        doctor = await opened.enter_async_context(chromium_doctor(scratch, *SIZE))
        cost = (0.0, 0.0)
        for turn in range(CALLS):
            async with patient_browser(scratch, size=SIZE) as patient, _room(rooms, doctor) as url:
                await patient.open(url)
                first_frames.append(await _join(patient, None))
                await doctor.until_receiving()
                if turn == CALLS - 1:
                    cost = await _cost(doctor.pid)
    return End(tuple(first_frames), *cost)


@asynccontextmanager
async def _room(rooms: OwnRooms, doctor: ChromiumDoctor) -> AsyncIterator[str]:
    """Make a room whose patient the doctor's browser lets in; yields its address."""
    booking: BookingId = new_booking_id()
    now = utc_now()
    room = await rooms.ensure_room(
        RoomRequest(
            booking, now - timedelta(minutes=15), now, now + timedelta(minutes=10), now + timedelta(minutes=25),
            "Lægehuset", "Chromium", "70 10 20 30",
        )
    )  # fmt: skip
    async with rooms.open_line() as line:
        admitting = asyncio.create_task(doctor.admit_when_waiting(line, booking))
        try:
            yield room.url
        finally:
            admitting.cancel()
            await asyncio.gather(admitting, return_exceptions=True)
            await line.send(booking, "ended", 0, {})
