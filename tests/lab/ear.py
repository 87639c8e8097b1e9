"""Listens to one of the sound card's monitors: the strength of a tone in every 10 ms, and when."""

import asyncio
import os
import time
from dataclasses import dataclass, field

import numpy as np

from tests.driver.processes import end_process
from tests.driver.sound_card import SoundCard
from tests.lab.measures import tone_levels

SPEAKER, ROOM = "speaker.monitor", "room.monitor"
"""What the clinic's loudspeaker plays, and what its microphone hears."""
_CHUNK = 9600
"""Bytes of 100 ms of 48 kHz 16-bit mono: whole blocks of the tone's measuring, and whole periods of the tones."""


@dataclass(slots=True)
class Ear:
    """Hears `tone` (Hz) at `device`; `began` is when the first of the `levels` was heard, in s since the epoch."""

    card: SoundCard
    device: str
    tone: float
    levels: list[float] = field(default_factory=list)
    began: float = float("inf")

    async def listen(self) -> None:
        """Record until cancelled."""
        recorder = await asyncio.create_subprocess_exec(
            *("parec", f"--device={self.device}", "--format=s16le", "--rate=48000", "--channels=1", "--raw"),
            "--latency-msec=20",
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | self.card.environment,
        )
        assert recorder.stdout is not None
        try:
            while True:
                chunk = await recorder.stdout.readexactly(_CHUNK)
                samples = np.frombuffer(chunk, "<i2").astype(np.float64) / 32768
                self.levels += tone_levels(samples, self.tone).tolist()
                self.began = min(self.began, time.time() - len(self.levels) * 0.01)
        finally:
            await end_process(recorder)

    def strengths(self) -> tuple[list[float], list[float]]:
        """Return times (s since the epoch) and strengths."""
        return [self.began + at * 0.01 for at in range(len(self.levels))], self.levels
