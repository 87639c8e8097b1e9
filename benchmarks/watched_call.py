"""A call whose sources can be followed from end to end: numbered pictures, and beeps for voices."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from app.domain.settings import read_settings
from app.video.rooms.own import OwnRooms
from benchmarks.call import SIZE
from benchmarks.chromium_doctor import chromium_doctor
from benchmarks.chromium_room import chromium_room
from tests.driver.browsers import Browsing
from tests.driver.clips import CLINIC_NUMBERS, beeps, camera_clip, sound_clip
from tests.driver.console import CAMERA_FILE, Console, running_console
from tests.driver.display import virtual_display
from tests.driver.main_job import Timeline, book_from_message, talk, wait_for_the_doctor
from tests.driver.patient import Patient, patient_browser
from tests.driver.sound_card import CLINIC_TONE, PATIENT_TONE, hush, sound_card, speaking
from tests.driver.stack import Stack
from tests.lab.clinic import PROBE
from tests.lab.ends import BrowserEnd, ConsoleEnd, Watch

_PATIENTS_BEEP, _CLINICS_BEEP = 1.1, 1.3
"""Seconds from beep to beep: the two do not stay together."""


@dataclass(frozen=True, slots=True)
class WatchedCall:
    """Both ends of a call that runs; `console` is None when the clinic's is a browser."""

    clinic: Watch
    patient: Watch
    console: Console | None = None


@asynccontextmanager
async def console_call(stack: Stack, scratch: Path, size: tuple[int, int] = SIZE) -> AsyncIterator[WatchedCall]:
    """Book, invite, let in, and talk with the real console, in pictures of `size` (px)."""
    async with AsyncExitStack() as opened:
        environment = await opened.enter_async_context(virtual_display())
        card = await opened.enter_async_context(sound_card(scratch / "sound"))
        await hush(card)
        await opened.enter_async_context(speaking(card, beeps(CLINIC_TONE, _CLINICS_BEEP).tobytes()))
        camera = scratch / "camera"
        camera.write_text(str(camera_clip(scratch / "clinic.y4m", *size, CLINIC_NUMBERS)), encoding="utf-8")
        environment |= card.environment | {CAMERA_FILE: str(camera)}
        console = await opened.enter_async_context(running_console(stack.settings, environment, scratch))
        patient = await opened.enter_async_context(_beeping_patient(scratch, size))
        timeline = Timeline(scratch / "pictures", silent=True)
        await book_from_message(console, stack, patient, timeline, button="bookNow")
        await wait_for_the_doctor(patient, timeline, console)
        await talk(console, patient, None, timeline)
        yield WatchedCall(ConsoleEnd(console, card).watch, BrowserEnd(patient.page).watch, console)


@asynccontextmanager
async def chromium_call(stack: Stack, scratch: Path) -> AsyncIterator[WatchedCall]:
    """Hold the like call with Chromium as the doctor's end."""
    settings = read_settings(stack.settings)
    async with AsyncExitStack() as opened:
        session = await opened.enter_async_context(aiohttp.ClientSession())
        rooms = OwnRooms(settings.room.base_url, settings.room.clinic_key, session)
        browsing = _beeping(scratch / "doctor-beeps.wav", CLINIC_TONE, _CLINICS_BEEP)
        doctor = await opened.enter_async_context(chromium_doctor(scratch, *SIZE, browsing=browsing))
        patient = await opened.enter_async_context(_beeping_patient(scratch, SIZE))
        link = await opened.enter_async_context(chromium_room(rooms, doctor))
        await patient.open(link)
        await patient.sees_themselves()
        await patient.page.locator("#join").click()
        await doctor.until_receiving()
        yield WatchedCall(BrowserEnd(doctor.page).watch, BrowserEnd(patient.page).watch)


@asynccontextmanager
async def _beeping_patient(scratch: Path, size: tuple[int, int]) -> AsyncIterator[Patient]:
    browsing = _beeping(scratch / "patient-beeps.wav", PATIENT_TONE, _PATIENTS_BEEP)
    async with patient_browser(scratch, size=size, browsing=browsing) as patient:
        yield patient


def _beeping(clip: Path, frequency: float, every: float) -> Browsing:
    """Return how a browser is started that beeps; Chromium goes by the last of two like flags."""
    clip.parent.mkdir(parents=True, exist_ok=True)
    sound_clip(clip, beeps(frequency, every))
    return Browsing(flags=(f"--use-file-for-fake-audio-capture={clip}",), scripts=(PROBE,))
