"""Two colleagues at two PCs of one clinic, of whom the second hears of the first only when she asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.driver.console import Console, running_console
from tests.driver.stack import Stack, running_stack
from tests.driver.traces import Person, assert_logs_are_private
from tests.driver.troubled import no_sound_card


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The doctor Mette Skovgaard and the secretary Lone Bach, each at a console of her own."""

    stack: Stack
    mette: Console
    lone: Console


@asynccontextmanager
async def two_colleagues(directory: Path) -> AsyncIterator[Colleagues]:
    """Start the services and both consoles; what neither may log is looked for at the end."""
    environment = no_sound_card(directory)
    async with running_stack(directory / "demo") as stack:
        for settings in stack.consoles.values():
            seldom = settings.read_text(encoding="utf-8").replace("poll_seconds = 2", "poll_seconds = 3600")
            settings.write_text(seldom, encoding="utf-8")
        async with (
            running_console(stack.consoles["mette"], environment, directory / "mette") as mette,
            running_console(stack.consoles["lone"], environment, directory / "lone") as lone,
        ):
            yield Colleagues(stack, mette, lone)
        await assert_logs_are_private(directory, stack)


async def open_message(console: Console, person: Person) -> None:
    """Choose a patient's message and wait until it can be booked from."""
    await console.until("click_row", lambda _: True, name="inboxList", text=person.name)
    await console.shows("patientPane", person.name)
