"""The practice system fails while a time is booked: told at once, nothing lost, and confirmed exactly once."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.clinic_time import CLINIC_ZONE, utc_now
from tests.driver.console import running_console
from tests.driver.stack import Stack, running_stack
from tests.driver.traces import assert_logs_are_private, traces
from tests.driver.troubled import TroubledClinic, troubled_clinic

pytestmark = pytest.mark.story

ONCE = {"appointments": 1, "rooms": 1, "texts": 1}


@pytest.mark.parametrize(
    ("fault", "title", "advice"),
    [
        ({"mode": "down"}, "Ingen forbindelse til lægesystemet siden", "alt gemmes her"),
        ({"mode": "error"}, "Lægesystemet melder fejl siden", "Ring til lægesystemets leverandør"),
        ({"mode": "rubbish"}, "Lægesystemets svar kunne ikke læses siden", "Kontrollér"),
        # The console gives up after ten seconds; what it asked for is carried out all the same a second later.
        ({"mode": "slow", "seconds": 11}, "Lægesystemet svarer langsomt siden", "gemmes her"),
    ],
    ids=["down", "error", "rubbish", "slow"],
)
async def test_a_booking_outlives_the_fault(
    tmp_path: Path, fault: dict[str, object], title: str, advice: str
) -> None:
    async with troubled_clinic(tmp_path) as clinic:
        await clinic.open_message()
        await clinic.stack.fault("practice", **fault)
        await clinic.book()
        row = await clinic.console.shows("bookingRow", "venter")
        assert "bekræftet" not in row
        await clinic.console.shows("statusLine", title)
        await clinic.console.shows("statusLine", advice)
        await clinic.console.shows("statusLine", "Prøv igen")
        await clinic.logged("write_appointment: practice_")

        await clinic.stack.fault("practice", mode="none")
        await clinic.synchronise()
        await clinic.confirmed()
        await clinic.console.shows("statusLine", "Lægesystemet svarede")
        assert await traces(clinic.stack) == ONCE


async def test_a_lost_answer_books_once(tmp_path: Path) -> None:
    async with troubled_clinic(tmp_path) as clinic:
        await clinic.open_message()
        await clinic.stack.fault("practice", mode="lose_answer")
        await clinic.book()
        await clinic.console.shows("statusLine", "Ingen forbindelse til lægesystemet")
        await clinic.stack.fault("practice", mode="none")
        await clinic.synchronise()
        await clinic.confirmed()
        assert await traces(clinic.stack) == ONCE


async def test_a_time_taken_meanwhile_costs_one_click(tmp_path: Path) -> None:
    async with running_stack(tmp_path / "demo") as stack:
        seldom = stack.settings.read_text(encoding="utf-8").replace("poll_seconds = 2", "poll_seconds = 3600")
        stack.settings.write_text(seldom, encoding="utf-8")
        async with running_console(stack.settings, {}, tmp_path / "console") as console:
            clinic = TroubledClinic(tmp_path, stack, console)
            await clinic.open_message()
            proposed = await console.shows("bookVideo", "Video ")
            await take_slot_at(stack, proposed)

            await console.click("bookVideo")
            told = await console.shows("bookingRow", "blev taget af en anden")
            assert "Der er ikke sendt noget til patienten." in told
            await console.click("bookNext")
            await clinic.confirmed()
            assert proposed not in await console.shows("bookingRow")
            assert await traces(stack) == ONCE
        await assert_logs_are_private(tmp_path, stack)


async def take_slot_at(stack: Stack, proposed: str) -> None:
    """Do what another program of the clinic does when it books the time the button names."""
    wanted = re.findall(r"\d{1,2}\.\d{2}", proposed)[-1]
    ahead = (
        slot
        for slot in await stack.resources("Slot", status="free")
        if datetime.fromisoformat(slot["start"]) > utc_now()
    )
    slots = sorted(ahead, key=lambda slot: datetime.fromisoformat(slot["start"]))
    mine = [slot for slot in slots if "mette" in slot["schedule"]["reference"] and _local(slot) == wanted]
    await stack.put({**mine[0], "status": "busy"})


def _local(slot: dict[str, Any]) -> str:
    start = datetime.fromisoformat(slot["start"]).astimezone(CLINIC_ZONE)
    return f"{start.hour}.{start.minute:02}" if start.hour > 9 else f"{start.hour:02}.{start.minute:02}"
