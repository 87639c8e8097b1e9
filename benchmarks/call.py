"""Our end of 1280x720 calls against Chromium's end of like calls in one run: first frame, processor, memory."""

import asyncio
import statistics
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from app.domain.settings import read_settings
from app.video.rooms.own import OwnRooms
from benchmarks.call_traffic import COUNTING, Traffic, count, passed
from benchmarks.chromium_doctor import chromium_doctor
from benchmarks.chromium_room import chromium_room
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
    """One doctor's end: seconds from join to the first frame of each call, and what the last call cost."""

    first_frames: tuple[float, ...]
    cost: "_Cost"


@dataclass(frozen=True, slots=True)
class _Cost:
    """Percent of a core, MB, and the pictures that were had for it."""

    cpu: float
    memory: float
    traffic: Traffic


async def measure() -> list[Figure]:
    """Hold the same number of calls with each end: first all of Chromium's, then all of ours."""
    with tempfile.TemporaryDirectory() as scratch:
        async with running_stack(Path(scratch) / "demo", "--fresh") as stack:
            peer = await _with_chromium(stack, Path(scratch) / "peer")
            ours = await _with_console(stack, Path(scratch) / "ours")
    for name, end in (("Chromium", peer), ("console", ours)):
        print(end.cost.traffic.line(name, SIZE), flush=True)
    return [
        against_peer(
            "join to first doctor frame, median", statistics.median(ours.first_frames), "s",
            "Chromium", statistics.median(peer.first_frames), 1.1,
        ),
        against_peer("CPU of a 1280x720 call", ours.cost.cpu, "%", "Chromium", peer.cost.cpu, 0.7),
        against_peer("memory in a 1280x720 call, PSS", ours.cost.memory, "MB", "Chromium", peer.cost.memory, 1.0),
        against_budget("memory of the console, PSS", ours.cost.memory, "MB", 300),
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
        cost: _Cost | None = None
        for turn in range(CALLS):
            async with patient_browser(scratch, size=SIZE, browsing=COUNTING) as patient:
                timeline = Timeline(scratch / "pictures", silent=True)
                await book_from_message(console, stack, patient, timeline, button="bookNow")
                first_frames.append(await _join(patient, console))
                await patient_seen_moving(console)
                if turn == CALLS - 1:
                    await console.ask("close_eyes")
                    cost = await _cost(console.process.pid, patient)
                await save_outcome(console, stack, patient, timeline, encounters=turn + 1)
                await console.click("closeOutcome")
    assert cost is not None
    return End(tuple(first_frames), cost)


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


async def _cost(pid: int, patient: Patient) -> _Cost:
    await asyncio.sleep(WARM_UP)
    counted, before = await count(patient.page), cost_of(pid)
    await asyncio.sleep(MEASURED)
    after = cost_of(pid)
    return _Cost(after.percent_since(before), after.memory, passed(counted, await count(patient.page)))


async def _with_chromium(stack: Stack, scratch: Path) -> End:
    first_frames: list[float] = []
    settings = read_settings(stack.settings)
    async with AsyncExitStack() as opened:
        session = await opened.enter_async_context(aiohttp.ClientSession())
        rooms = OwnRooms(settings.room.base_url, settings.room.clinic_key, session)
        card = await opened.enter_async_context(sound_card(scratch / "sound"))
        doctor = await opened.enter_async_context(chromium_doctor(scratch, *SIZE, environment=card.environment))
        cost: _Cost | None = None
        for turn in range(CALLS):
            async with (
                patient_browser(scratch, size=SIZE, browsing=COUNTING) as patient,
                chromium_room(rooms, doctor) as url,
            ):
                await patient.open(url)
                first_frames.append(await _join(patient, None))
                await doctor.until_receiving()
                if turn == CALLS - 1:
                    cost = await _cost(doctor.pid, patient)
                    cost = replace(cost, traffic=cost.traffic.said_by_sender(await doctor.limited_by()))
    assert cost is not None
    return End(tuple(first_frames), cost)
