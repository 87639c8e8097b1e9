"""A whole clinic for a test: services, screen, sound card, console and patient, all real and all ended with it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.driver.console import Console, running_console
from tests.driver.display import virtual_display
from tests.driver.patient import Patient, patient_browser
from tests.driver.sound_card import SoundCard, sound_card
from tests.driver.stack import Stack, running_stack


@dataclass(frozen=True, slots=True)
class WholeClinic:
    """Everything that takes part in a consultation."""

    stack: Stack
    console: Console
    patient: Patient
    card: SoundCard | None


@asynccontextmanager
async def whole_clinic(directory: Path, *, with_sound: bool, dark: bool = False) -> AsyncIterator[WholeClinic]:
    """Start all of it with fresh data in `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as opened:
        environment = await opened.enter_async_context(virtual_display())
        card = await opened.enter_async_context(sound_card(directory / "sound")) if with_sound else None
        stack = await opened.enter_async_context(running_stack(directory / "demo", "--fresh"))
        environment |= card.environment if card else {}
        console = await opened.enter_async_context(
            running_console(stack.settings, environment, directory / "console")
        )
        patient = await opened.enter_async_context(patient_browser(directory, dark=dark))
        yield WholeClinic(stack, console, patient, card)
