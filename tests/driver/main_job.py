"""The main job end to end: message, one click, text, preview, waiting room, video both ways, telephone, record."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.driver.clips import PATIENT_NUMBERS
from tests.driver.console import Console
from tests.driver.patient import Patient
from tests.driver.sound_card import CLINIC_TONE, PATIENT_TONE, SoundCard, tone_share
from tests.driver.stack import Stack

PATIENT_NAME = "Nancy Ann Test Berggren"
PATIENT_NUMBER = "+4520123401"
_MOVING = 10
"""Different numbers that must be read before a picture counts as moving."""


@dataclass(slots=True)
class Timeline:
    """What happened when; each step may leave a picture of the console and of the patient's browser."""

    pictures: Path
    silent: bool = False
    began: float = field(default_factory=time.monotonic)
    steps: list[tuple[str, float]] = field(default_factory=list)

    async def reached(self, step: str, console: Console | None = None, patient: Patient | None = None) -> None:
        """Note a step, print it, and take its pictures outside the clock; a silent timeline only notes."""
        now = time.monotonic() - self.began
        before = self.steps[-1][1] if self.steps else 0.0
        self.steps.append((step, now))
        if self.silent:
            return
        print(f"{now:7.2f} s  (+{now - before:5.2f})  {step}", flush=True)
        paused = time.monotonic()
        name = f"{len(self.steps):02}"
        if console:
            await console.picture(self.pictures / f"{name}-console.png")
        if patient:
            await patient.picture(self.pictures / f"{name}-patient.png")
        self.began += time.monotonic() - paused


async def book_from_message(
    console: Console, stack: Stack, patient: Patient, timeline: Timeline, button: str = "bookVideo"
) -> None:
    """Read the message, book with one click (`bookVideo` or `bookNow`), and find the text on the telephone."""
    await console.shows("inboxList", PATIENT_NAME)
    await console.ask("click_row", name="inboxList", text=PATIENT_NAME)
    await console.shows("patientPane", PATIENT_NAME)
    await console.shows("bookVideo", "Video ")
    await timeline.reached("the message is open and the button names a time", console)
    earlier = sum("://" in text["body"] for text in await texts_of(stack))
    await console.click(button)
    await console.shows("undo")
    await timeline.reached("one click: booked and saved", console)
    await patient.open(stack.phone)
    await patient.page.get_by_role("link", name=PATIENT_NAME).click()
    link = patient.page.locator("#texts a").nth(earlier)
    await link.wait_for()
    await timeline.reached("the text is on the patient's telephone", console, patient)
    async with patient.page.context.expect_page() as opened:
        await link.click()
    patient.page = await opened.value
    await patient.in_phase("preview")


async def texts_of(stack: Stack, number: str = PATIENT_NUMBER) -> list[dict[str, Any]]:
    """Return the texts that have arrived on a patient's telephone, oldest first."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{stack.phone}/{quote(number)}/texts", raise_for_status=True) as answer,
    ):
        texts: list[dict[str, Any]] = await answer.json(content_type=None)
    return texts


async def wait_for_the_doctor(patient: Patient, timeline: Timeline, console: Console) -> None:
    """Try camera and microphone, and sit down in the waiting room."""
    await patient.sees_themselves()
    await timeline.reached("the patient sees their own picture", patient=patient)
    await patient.page.locator("#join").click()
    await patient.in_phase("waiting")
    await console.shows("admit")
    await timeline.reached("the patient waits, and the console shows it", console, patient)


async def talk(console: Console, patient: Patient, card: SoundCard | None, timeline: Timeline) -> None:
    """Let the patient in, and prove picture and sound in both directions; fails when one of them is dead."""
    await console.click("admit")
    await patient.in_phase("admitted")
    await _until_moving(patient)
    await patient_seen_moving(console)
    await timeline.reached("video both ways", console, patient)
    if card is None:
        return
    await _until_heard(patient)
    share = 0.0
    for _ in range(10):
        share = tone_share(await card.record(0.5), PATIENT_TONE)
        if share > 0.5:
            break
    assert share > 0.5, f"the patient is not heard at the clinic ({share:.2f} of the sound is their tone)"
    await timeline.reached("sound both ways")


async def patient_seen_moving(console: Console) -> None:
    """Wait until the patient's picture moves on the clinic's screen; raises TimeoutError."""
    read: set[int] = set()

    def enough(seen: list[int]) -> bool:
        read.update(number for number in seen if number in PATIENT_NUMBERS)
        return len(read) >= _MOVING

    await console.until("numbers_seen", enough)


async def go_on_by_telephone(console: Console, patient: Patient, timeline: Timeline) -> None:
    """Leave video for the telephone, and see that both sides know."""
    await console.click("continueByPhone")
    await patient.in_phase("telephone")
    await console.shows("dialNumber")
    await timeline.reached("the consultation goes on by telephone", console, patient)


async def save_outcome(
    console: Console, stack: Stack, patient: Patient, timeline: Timeline, encounters: int = 1
) -> dict[str, Any]:
    """End, accept the proposed outcome, and wait until the practice system holds it; returns what it holds."""
    await console.click("endCall")
    await console.shows("outcomeSheet")
    await console.ask("type", name="outcomeNote", text="Hjemmeblodtryk gennemgået. Fortsætter uændret behandling.")
    await timeline.reached("the outcome is proposed", console, patient)
    await console.click("saveOutcome")
    await console.until("text", lambda text: "Gennemført" in text and "bekræftet" in text, name="bookingRow")
    record = await record_of(stack, encounters)
    await timeline.reached("confirmed by the practice system", console)
    return record


async def record_of(stack: Stack, encounters: int, patience: float = 30) -> dict[str, Any]:
    """Return encounters, fee lines, notes and console-made appointments once there are that many encounters."""
    deadline = time.monotonic() + patience
    while True:
        found = {
            kind: await stack.resources(kind)
            for kind in ("Encounter", "ChargeItem", "DocumentReference", "Appointment")
        }
        if len(found["Encounter"]) >= encounters and len(found["ChargeItem"]) >= encounters:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError("the practice system did not get the outcome")
        await asyncio.sleep(0.05)


async def _until_moving(patient: Patient) -> None:
    seen: set[int] = set()
    for _ in range(600):
        if (number := await patient.number_seen()) is not None and number not in PATIENT_NUMBERS:
            seen.add(number)
        if len(seen) >= _MOVING:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the doctor's picture does not move at the patient's ({len(seen)} numbers read)")


async def _until_heard(patient: Patient) -> None:
    share = 0.0
    for _ in range(200):
        share = await patient.tone_heard(CLINIC_TONE)
        if share > 0.5:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the clinic is not heard at the patient's ({share:.2f} of the sound is its tone)")


async def whole_job(
    console: Console, stack: Stack, patient: Patient, card: SoundCard | None, timeline: Timeline
) -> dict[str, Any]:
    """Do all of it; returns what the practice system holds at the end."""
    await book_from_message(console, stack, patient, timeline)
    await wait_for_the_doctor(patient, timeline, console)
    await talk(console, patient, card, timeline)
    await go_on_by_telephone(console, patient, timeline)
    return await save_outcome(console, stack, patient, timeline)
