"""kill -9 of the real console at each step of a booking: after a restart one appointment, one room, one text."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from tests.driver.console import Console, running_console
from tests.driver.main_job import PATIENT_NAME
from tests.driver.stack import Stack, running_stack
from tests.driver.traces import traces

pytestmark = [pytest.mark.story, pytest.mark.timeout(600)]


async def test_one_appointment_one_room_one_text_wherever_it_dies(tmp_path: Path) -> None:
    steps = await count_steps(tmp_path / "count")
    assert len(steps) >= 16, steps
    for fatal in range(1, len(steps) + 1):
        async with running_stack(tmp_path / f"step-{fatal}") as stack:
            await book_and_die(stack, tmp_path / f"console-{fatal}", fatal)
            await restart(stack, tmp_path / f"console-{fatal}", booked=fatal > 1)
            expected = 1 if fatal > 1 else 0  # the first step comes before anything was accepted
            found = await traces(stack)
            assert found == dict.fromkeys(("appointments", "rooms", "texts"), expected), (fatal, steps[fatal - 1])


async def count_steps(directory: Path) -> list[str]:
    """Book once without dying; returns the steps from the click until the text was sent."""
    async with (
        running_stack(directory / "demo") as stack,
        running_console(stack.settings, {}, directory) as console,
    ):
        await open_message(console)
        await console.ask("die_at", step=0)
        await console.click("bookVideo")
        await console.shows("bookingRow", "SMS leveret")
        steps: list[str] = await console.ask("steps")
    return steps


async def book_and_die(stack: Stack, scratch: Path, fatal: int) -> None:
    async with running_console(stack.settings, {}, scratch) as console:
        await open_message(console)
        await console.ask("die_at", step=fatal)
        with contextlib.suppress(EOFError):
            await console.click("bookVideo")
        assert await asyncio.wait_for(console.process.wait(), 30) == -9


async def restart(stack: Stack, scratch: Path, *, booked: bool) -> None:
    async with running_console(stack.settings, {}, scratch) as console:
        await open_message(console)
        if booked:
            await console.shows("bookingRow", "SMS leveret")
            await console.shows("bookingRow", "bekræftet")
        else:
            await console.shows("bookVideo", "Video ")


async def open_message(console: Console) -> None:
    await console.until("click_row", lambda _: True, name="inboxList", text=PATIENT_NAME)
    await console.shows("patientPane", PATIENT_NAME)
