"""Watches the console's end of the call: its screen through a door of its own, and the virtual loudspeaker."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.driver.clips import PATIENT_NUMBERS
from tests.driver.console import ConsoleError, Door, knock
from tests.driver.sound_card import PATIENT_TONE, SoundCard
from tests.lab.ear import SPEAKER, Ear
from tests.lab.evidence import Evidence, Words
from tests.lab.measures import Shown, sounding


@dataclass(slots=True)
class ConsoleWitness:
    """Asks the console through a door of its own; its `ear` is at the loudspeaker all the while."""

    door: Path
    ear: Ear
    pictures: list[tuple[tuple[int, int], Shown]] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    _open: Door | None = None
    _doors: int = 0

    async def look(self) -> None:
        """Take what the console has shown; one that is dead or not yet there has shown nothing."""
        with suppress(OSError, EOFError, TimeoutError, ConsoleError, ValueError):
            console = self._open = self._open or await knock(self.door)
            try:
                for at, number, width, slot in await console.ask("pictures_shown"):
                    self.pictures.append(((self._doors, slot), Shown(at, number, width)))
                self.words.append(await self._listen_to_words(console))
            except (OSError, EOFError, TimeoutError):
                self.leave()

    def evidence(self) -> Evidence:
        """Return what was seen and heard so far; the far end's pictures are those with the patient's numbers."""
        far = {slot for slot, picture in self.pictures if picture.number in PATIENT_NUMBERS}
        return Evidence(
            [picture for slot, picture in self.pictures if slot in far],
            [picture for slot, picture in self.pictures if slot not in far],
            sounding(*self.ear.strengths()),
        )

    def leave(self) -> None:
        """Shut the door behind us; the next look knocks anew."""
        if self._open:
            self._open.writer.close()
        self._open = None
        self._doors += 1

    async def _listen_to_words(self, console: Door) -> Words:
        return Words(
            time.time(),
            await _text(console, "callWindow"),
            bool(await _text(console, "telephoneProposal")),
            bool(await _text(console, "dialNumber")),
            await _text(console, "toggleFixCard"),
        )


def console_witness(door: Path, card: SoundCard) -> ConsoleWitness:
    """Return a witness who listens for the patient's tone."""
    return ConsoleWitness(door, Ear(card, SPEAKER, PATIENT_TONE))


async def _text(console: Door, name: str) -> str:
    try:
        text: str = await console.ask("text", name=name)
    except ConsoleError:
        return ""
    return text
