"""Two consoles at once: one wins, the other is told by name and offered the next step."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.driver.colleagues import Colleagues, open_message, two_colleagues
from tests.driver.console import Console, ConsoleError
from tests.driver.stack import Stack
from tests.driver.traces import BRUNO, NANCY, traces

pytestmark = pytest.mark.story


async def appointments(stack: Stack) -> int:
    return (await traces(stack))["appointments"]


async def held_by(stack: Stack, practitioner: str) -> None:
    """Wait until the practice system has one thread taken, and by this person."""
    for _ in range(600):
        owners = [task["owner"]["reference"] for task in await stack.resources("Task")]
        if owners == [f"Practitioner/{practitioner}"]:
            return
        await asyncio.sleep(0.02)
    raise TimeoutError(f"the thread is not held by {practitioner}")


async def said(console: Console, name: str) -> str:
    """What a widget says now; nothing while it is not there."""
    try:
        text: str = await console.ask("text", name=name)
    except ConsoleError:
        return ""
    return text


async def who_is_told(clinic: Colleagues, name: str, part: str) -> tuple[Console, Console]:
    """Wait until one of the two is told something; returns the other first."""
    for _ in range(600):
        if part in await said(clinic.lone, name):
            return clinic.mette, clinic.lone
        if part in await said(clinic.mette, name):
            return clinic.lone, clinic.mette
        await asyncio.sleep(0.05)
    raise TimeoutError(f"nobody is told {part}")


def name_at(clinic: Colleagues, console: Console) -> str:
    return "Mette Skovgaard" if console is clinic.mette else "Lone Bach"


def made(appointment: dict[str, Any]) -> bool:
    """Whether a console made the appointment."""
    return any(mark["value"].startswith("urn:uuid:") for mark in appointment.get("identifier", ()))


async def confirmed(console: Console) -> None:
    await console.shows("bookingRow", "bekræftet")
    await console.shows("bookingRow", "SMS leveret")


async def test_of_two_who_book_one_time_the_second_is_told_by_whom_and_offered_the_next(tmp_path: Path) -> None:
    async with two_colleagues(tmp_path) as clinic:
        await open_message(clinic.mette, NANCY)
        await open_message(clinic.lone, BRUNO)
        await clinic.lone.until("choose", lambda _: True, name="clinicianChoice", text="Mette Skovgaard")
        wanted = await clinic.mette.shows("bookVideo", "Video ")
        await clinic.lone.shows("bookVideo", wanted)

        await asyncio.gather(clinic.mette.click("bookVideo"), clinic.lone.click("bookVideo"))
        first, second = await who_is_told(clinic, "bookingRow", "blev taget af")
        assert name_at(clinic, first) in await second.shows("bookingRow")
        await first.shows("bookingRow", "bekræftet")
        await second.click("bookNext")
        await second.shows("bookingRow", "bekræftet")
        assert (await traces(clinic.stack))["appointments"] == 2
        slots = [one["slot"][0]["reference"] for one in await clinic.stack.resources("Appointment") if made(one)]
        assert len(slots) == len(set(slots)) == 2


async def test_of_a_move_and_a_cancellation_at_once_the_second_is_for_a_person_to_settle(tmp_path: Path) -> None:
    async with two_colleagues(tmp_path) as clinic:
        await open_message(clinic.mette, NANCY)
        await clinic.mette.click("bookVideo")
        await confirmed(clinic.mette)
        await clinic.lone.click("syncNow")
        await clinic.lone.click("railCalendar")
        await clinic.lone.until("click_row", lambda _: True, name="calendarList", text=NANCY.name)
        await clinic.lone.shows("bookingRow", "bekræftet")

        await clinic.mette.click("moveBooking")
        await asyncio.gather(
            clinic.mette.until("click_menu", lambda _: True, entry=0), clinic.lone.click("cancelBooking")
        )
        first, second = await who_is_told(clinic, "conflictCard", "aftalen")
        moved = first is clinic.mette
        card = await second.shows("conflictCard")
        assert f"{name_at(clinic, first)} {'flyttede' if moved else 'aflyste'} aftalen" in card
        assert await appointments(clinic.stack) == int(moved)

        await second.click("letStand")
        await second.shows("bookingRow", "bekræftet" if moved else "Aflyst")
        assert await appointments(clinic.stack) == int(moved)


async def test_of_two_who_take_a_thread_the_second_hears_who_has_it(tmp_path: Path) -> None:
    async with two_colleagues(tmp_path) as clinic:
        await open_message(clinic.mette, NANCY)
        await open_message(clinic.lone, NANCY)
        await clinic.mette.click("holdThread")
        await clinic.mette.shows("inboxList", "Du har den")
        await held_by(clinic.stack, "mette-skovgaard")
        await clinic.lone.click("holdThread")
        await clinic.lone.shows("lostThread", "Mette Skovgaard tog den først")

        await clinic.lone.click("takeOver")
        await clinic.lone.shows("inboxList", "Du har den")
        await held_by(clinic.stack, "lone-bach")
        await clinic.mette.click("syncNow")
        await clinic.mette.shows("inboxList", "Lone Bach svarer")
