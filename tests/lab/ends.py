"""Watches both ends of a call for a while, whichever they are: a console or a browser."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Page

from tests.driver.clips import CLIP_RATE, PATIENT_NUMBERS, clinic_number
from tests.driver.console import Door
from tests.driver.sound_card import CLINIC_TONE, PATIENT_TONE, SoundCard
from tests.lab.browser_witness import BrowserWitness
from tests.lab.ear import ROOM, SPEAKER, Ear
from tests.lab.lips import Side, beginnings
from tests.lab.measures import Shown

Watch = Callable[[float], Awaitable[Side]]
"""Watches an end for so many seconds."""
_BEFORE = 3.0
"""Seconds of pictures before the watching began, which may still be on their way."""


@dataclass(frozen=True, slots=True)
class BrowserEnd:
    """A browser's end, by the probe in its page."""

    page: Page

    async def watch(self, seconds: float) -> Side:
        """Watch for a while; what was noted before does not count."""
        await BrowserWitness(self.page).look()
        await asyncio.sleep(seconds)
        witness = BrowserWitness(self.page)
        await witness.look()
        said, heard = (beginnings(*notes.strengths()) for notes in (witness.said, witness.heard))
        return Side(witness.taken, witness.shown, said, heard)


@dataclass(frozen=True, slots=True)
class ConsoleEnd:
    """A console's end, by its screen and its sound card; its camera plays a clip by the wall clock."""

    door: Door
    card: SoundCard

    async def watch(self, seconds: float) -> Side:
        """Watch for a while; what was shown before does not count."""
        await self.door.ask("pictures_shown")
        begun = time.time()
        loudspeaker, room = Ear(self.card, SPEAKER, PATIENT_TONE), Ear(self.card, ROOM, CLINIC_TONE)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(loudspeaker.listen(), room.listen())
        pictures = await self.door.ask("pictures_shown")
        far = {slot for _, number, _, slot in pictures if number in PATIENT_NUMBERS}
        return Side(
            _taken(begun - _BEFORE, time.time()),
            [Shown(at, number, width) for at, number, width, slot in pictures if slot in far],
            *(beginnings(*ear.strengths()) for ear in (room, loudspeaker)),
        )


async def watch(clinic: Watch, patient: Watch, seconds: float) -> tuple[Side, Side]:
    """Watch both ends at once for so many seconds."""
    return await asyncio.gather(clinic(seconds), patient(seconds))


def _taken(begin: float, end: float) -> list[Shown]:
    steps = range(round(begin * CLIP_RATE), round(end * CLIP_RATE))
    return [Shown(step / CLIP_RATE, clinic_number(step), 0) for step in steps]
