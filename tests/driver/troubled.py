"""A console and its services without screen, sound card or patient, for what goes wrong around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.driver.console import Console, ConsoleError, running_console
from tests.driver.main_job import Timeline, wait_for_the_doctor
from tests.driver.patient import Patient
from tests.driver.stack import Stack, running_stack
from tests.driver.traces import NANCY, Person, assert_logs_are_private, link_to


@dataclass(frozen=True, slots=True)
class TroubledClinic:
    """One console on one stack of services, with its data and logs in `directory`."""

    directory: Path
    stack: Stack
    console: Console

    async def open_message(self, person: Person = NANCY) -> None:
        """Open the message of a patient, and wait until it can be booked from."""
        await self.console.until("click_row", lambda _: True, name="inboxList", text=person.name)
        await self.console.shows("patientPane", person.name)

    async def book(self, person: Person = NANCY) -> None:
        """Book the proposed time for a patient who has written."""
        await self.open_message(person)
        await self.console.click("bookVideo")

    async def synchronise(self) -> None:
        """Click what is for trying again at once."""
        await self.console.click("syncNow")

    async def confirmed(self) -> None:
        """Wait until the booking shown is confirmed, and the text has arrived."""
        await self.console.shows("bookingRow", "bekræftet")
        await self.console.shows("bookingRow", "SMS leveret")

    async def cancel(self) -> None:
        """Take the booking shown back, or cancel it when the seconds of *Undo* have passed."""

        def clicked(text: str) -> bool:
            return "Fortryd" in text or "Aflys" in text

        shown = await self.console.until("text", clicked, name="bookingRow")
        try:
            await self.console.ask("click", name="undo" if "Fortryd" in shown else "cancelBooking")
        except ConsoleError:
            await self.console.click("cancelBooking")

    async def logged(self, part: str) -> None:
        """Wait until the console has logged something."""
        await self.console.until("text", lambda _: part in self.log(), name="statusLine")

    def log(self) -> str:
        """Return what the console has logged so far."""
        return (self.directory / "console" / "console.log").read_text(encoding="utf-8")


def no_sound_card(directory: Path) -> dict[str, str]:
    """Return an environment in which no sound server answers and none is started."""
    return {"PULSE_SERVER": f"unix:{directory}/no-such-socket", "PULSE_RUNTIME_PATH": str(directory)}


@asynccontextmanager
async def troubled_clinic(
    directory: Path, environment: dict[str, str] | None = None
) -> AsyncIterator[TroubledClinic]:
    """Start services and console; when the story is over, its logs must hold nothing about a patient."""
    environment = no_sound_card(directory) | (environment or {})
    async with running_stack(directory / "demo") as stack:
        async with running_console(stack.settings, environment, directory / "console") as console:
            yield TroubledClinic(directory, stack, console)
        await assert_logs_are_private(directory, stack)


async def begin_call(clinic: TroubledClinic, patient: Patient) -> None:
    """Book, let the patient come by the link in the text, and let them in."""
    await clinic.book()
    await clinic.confirmed()
    await patient.open(await link_to(clinic.stack))
    await wait_for_the_doctor(patient, Timeline(clinic.directory, silent=True), clinic.console)
    await clinic.console.click("admit")
    await patient.in_phase("admitted")
