"""Holding one call under one condition, with the console or with Chromium as the doctor's end."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

import aiohttp

from app.video.rooms.own import OwnRooms
from benchmarks.chromium_doctor import chromium_doctor
from benchmarks.chromium_room import chromium_room
from tests.driver.browsers import USUAL_BROWSING, Browsing
from tests.driver.console import Console
from tests.driver.patient import Patient, patient_browser
from tests.driver.traces import link_to
from tests.driver.troubled import TroubledClinic
from tests.lab.browser_witness import BrowserWitness
from tests.lab.clinic import PROBE, LabClinic
from tests.lab.conditions import Condition, Trouble
from tests.lab.console_witness import ConsoleWitness, console_witness
from tests.lab.diary import keep
from tests.lab.evidence import Evidence
from tests.lab.measures import Span, again, first_contact
from tests.lab.result import SETTLES, Course, Result, contact_of, reckon, whole_of
from tests.lab.room_server import ROOM_URL
from tests.lab.troubles import HeldCall, join
from tests.lab.witness import watching

STEADY = 20.0
"""Seconds for which an untroubled call is measured."""
CALM = 6.0
"""Seconds of contact before a trouble strikes."""
PATIENCE = 30.0
"""Seconds that are waited for contact, at first and again."""
PATIENCE_FOR_ALL = 12.0
"""Seconds that are waited, once there is contact again, for all of picture and sound."""
_HELD = 4.0
"""Seconds contact must last after a trouble before it counts as back for good."""
_LOOK_EVERY = 1.0
_KNOWN_AFTER = 1.0
"""Seconds after which what happened is known to the witnesses."""

Look = Callable[[], tuple[Evidence, Evidence]]


async def with_console(clinic: LabClinic, condition: Condition, steady: float = STEADY) -> Result:
    """Book, invite, let in and talk with the real console."""
    scratch = clinic.directory / "console"
    async with AsyncExitStack() as opened:
        patient = await new_patient(opened, clinic)
        witness = BrowserWitness(patient.page)
        call = HeldCall(clinic, condition, patient, witness, "", scratch, opened)
        console = await call.open_console()
        screen = console_witness(scratch / "door", clinic.card)
        await opened.enter_async_context(watching((screen, witness)))
        call.link = await invite(clinic, console)
        await clinic.network.impair(condition.line)
        await clinic.network.impair_clinic(condition.clinic)
        begun = await come_in(patient, call.link, console)
        look = _looker(screen, witness)
        course = await _hold(call, begun, look, steady)
        await keep(call, course, screen.words)
        await clinic.network.impair(condition.line)
        return reckon(condition, "console", course, *look(), screen.words, clinic.network.latest)


async def with_chromium(clinic: LabClinic, condition: Condition, steady: float = STEADY) -> Result:
    """Hold the like call with Chromium as the doctor's end."""
    async with AsyncExitStack() as opened:
        patient = await new_patient(opened, clinic)
        witness = BrowserWitness(patient.page)
        session = await opened.enter_async_context(aiohttp.ClientSession())
        rooms = OwnRooms(ROOM_URL, clinic.clinic_key, session)
        browsing = Browsing(scripts=(PROBE,))
        doctor = await opened.enter_async_context(
            chromium_doctor(clinic.directory / "doctor", ice_servers=await rooms.ice_servers(), browsing=browsing)
        )
        screen = BrowserWitness(doctor.page)
        link = await opened.enter_async_context(chromium_room(rooms, doctor))
        call = HeldCall(clinic, condition, patient, witness, link, clinic.directory / "doctor", opened)
        await opened.enter_async_context(watching((screen, witness)))
        await clinic.network.impair(condition.line)
        await clinic.network.impair_clinic(condition.clinic)
        begun = await come_in(patient, link, None)
        look = _looker(screen, witness)
        course = await _hold(call, begun, look, steady)
        await clinic.network.impair(condition.line)
        return reckon(condition, "Chromium", course, *look(), line_late=clinic.network.latest)


async def new_patient(opened: AsyncExitStack, clinic: LabClinic, besides: Browsing = USUAL_BROWSING) -> Patient:
    """Start the patient's browser, which ends with the call; what scripts there are `besides` replace the probe."""
    scratch = clinic.directory / "patient"
    scratch.mkdir(exist_ok=True)
    usual = clinic.patients_browsing()
    browsing = replace(usual, flags=(*usual.flags, *besides.flags), scripts=besides.scripts or usual.scripts)
    return await opened.enter_async_context(patient_browser(scratch, browsing=browsing))


async def invite(clinic: LabClinic, console: Console) -> str:
    """Book a video for now; returns the link from the text on the patient's telephone."""
    troubled = TroubledClinic(clinic.directory, clinic.stack, console)
    await troubled.open_message()
    await console.click("bookNow")
    await troubled.confirmed()
    return await link_to(clinic.stack)


async def come_in(patient: Patient, link: str, console: Console | None) -> float:
    """Open the link and join; a console lets in at once. Returns when join was pressed."""
    patient.page.set_default_timeout(60_000)
    await patient.open(link)
    await patient.in_phase("preview", 60)
    await patient.sees_themselves()
    admitting = asyncio.create_task(console.ask("click_when_there", name="admit")) if console else None
    begun = time.time()
    await join(patient.page)
    if admitting:
        await admitting
    return begun


async def _hold(call: HeldCall, begun: float, look: Look, steady: float) -> Course:
    """Wait for contact, talk, let the trouble happen, and wait for contact again."""
    struck = over = None
    if await _until(lambda: _has_contact(look, begun)):
        if call.condition.trouble is Trouble.NONE:
            await asyncio.sleep(SETTLES + steady)
        else:
            await asyncio.sleep(SETTLES + CALM)
            struck, over = await call.strike()
            await asyncio.sleep(_HELD)
            await _until(lambda: _is_back(contact_of(*look()), struck, over))
            await _until(lambda: _is_back(whole_of(*look()), struck, over), PATIENCE_FOR_ALL)
    return Course(begun, time.time() - _KNOWN_AFTER, struck, over)


def _has_contact(look: Look, begun: float) -> bool:
    return first_contact(contact_of(*look()), begun) is not None


def _is_back(contact: Sequence[Span], struck: float, over: float) -> bool:
    now = time.time() - _KNOWN_AFTER
    if again(contact, struck, over, now) is None:
        return False
    held = [Span(max(span.begin, over), now).length for span in contact if span.end >= now - _LOOK_EVERY]
    return max(held, default=0.0) >= _HELD / 2


async def _until(reached: Callable[[], bool], patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if reached():
            return True
        await asyncio.sleep(_LOOK_EVERY)
    return False


def _looker(screen: ConsoleWitness | BrowserWitness, patient: BrowserWitness) -> Look:
    return lambda: (screen.evidence(), patient.evidence())
