"""Watches the console's end of the call: its screen through a door of its own, and the virtual loudspeaker."""

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.driver.clips import PATIENT_NUMBERS
from tests.driver.console import ConsoleError, Door, knock
from tests.driver.processes import end_process
from tests.driver.sound_card import PATIENT_TONE, SoundCard
from tests.lab.evidence import Evidence, Words
from tests.lab.measures import Shown, sounding, tone_levels

_CHUNK = 9600
"""Bytes of 100 ms of 48 kHz 16-bit mono: whole blocks of the tone's measuring, and whole periods of the tone."""


@dataclass(slots=True)
class ConsoleWitness:
    """Asks the console through a door of its own, and records the loudspeaker all the while."""

    door: Path
    card: SoundCard
    pictures: list[tuple[tuple[int, int], Shown]] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)
    sound_began: float = float("inf")
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

    async def record(self) -> None:
        """Record the loudspeaker until cancelled."""
        recorder = await asyncio.create_subprocess_exec(
            *("parec", "--device=speaker.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--raw"),
            "--latency-msec=20",
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | self.card.environment,
        )
        assert recorder.stdout is not None
        try:
            while True:
                chunk = await recorder.stdout.readexactly(_CHUNK)
                samples = np.frombuffer(chunk, "<i2").astype(np.float64) / 32768
                self.levels += tone_levels(samples, PATIENT_TONE).tolist()
                self.sound_began = min(self.sound_began, time.time() - len(self.levels) * 0.01)
        finally:
            await end_process(recorder)

    def evidence(self) -> Evidence:
        """Return what was seen and heard so far; the far end's pictures are those with the patient's numbers."""
        far = {slot for slot, picture in self.pictures if picture.number in PATIENT_NUMBERS}
        times = [self.sound_began + at * 0.01 for at in range(len(self.levels))]
        return Evidence(
            [picture for slot, picture in self.pictures if slot in far],
            [picture for slot, picture in self.pictures if slot not in far],
            sounding(times, self.levels),
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


async def _text(console: Door, name: str) -> str:
    try:
        text: str = await console.ask("text", name=name)
    except ConsoleError:
        return ""
    return text
