"""A sound card of our own: a private PulseAudio whose microphone hears a tone and whose speaker can be recorded."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.driver.processes import end_process

CLINIC_TONE = 440.0
"""Hz; what the clinic's microphone hears."""
PATIENT_TONE = 1000.0
"""Hz; what the patient's browser sends."""


@dataclass(frozen=True, slots=True)
class SoundCard:
    """`environment` points a program at the card; `record` listens to its loudspeaker."""

    environment: dict[str, str]

    async def record(self, seconds: float) -> np.ndarray:
        """Return what the loudspeaker plays in the next `seconds`, 48 kHz mono, -1 to 1."""
        recorder = await asyncio.create_subprocess_exec(
            *("parec", "--device=speaker.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--raw"),
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | self.environment,
        )
        assert recorder.stdout is not None
        try:
            raw = await asyncio.wait_for(recorder.stdout.readexactly(int(seconds * 48000) * 2), seconds + 15)
        finally:
            await end_process(recorder)
        return np.frombuffer(raw, dtype="<i2").astype(np.float64) / 32768


def tone_share(samples: np.ndarray, frequency: float) -> float:
    """Return the share (0-1) of the sound's energy that lies within 30 Hz of a frequency; 48 kHz samples."""
    if not samples.any():
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / 48000)
    near = np.abs(frequencies - frequency) <= 30
    return float(spectrum[near].sum() / spectrum.sum())


@asynccontextmanager
async def sound_card(directory: Path, echo_ms: int | None = None) -> AsyncIterator[SoundCard]:
    """Start a private PulseAudio in `directory`: a null sink as speaker, a sine tone as microphone.

    With `echo_ms` the microphone hears the speaker instead, that many milliseconds later.
    """
    directory.mkdir(parents=True, exist_ok=True)
    socket = directory / "pulse.socket"
    environment = {"PULSE_SERVER": f"unix:{socket}", "PULSE_RUNTIME_PATH": str(directory)}
    heard = f"module-sine sink=room frequency={CLINIC_TONE:.0f}"
    if echo_ms is not None:
        # Neither moved to the default devices nor stretched to keep its latency: a room does not do that either.
        steady = "source_dont_move=true sink_dont_move=true adjust_time=0 rate=48000"
        heard = f"module-loopback source=speaker.monitor sink=room latency_msec={echo_ms} {steady}"
    modules = [
        f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
        "module-null-sink sink_name=speaker rate=48000",
        "module-null-sink sink_name=room rate=48000",
        heard,
        # Qt does not count the monitor of a sink as a microphone; a source made of one it does.
        "module-remap-source master=room.monitor source_name=microphone",
    ]
    server = await asyncio.create_subprocess_exec(
        *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"),
        *(option for module in modules for option in ("-L", module)),
        env=os.environ | environment | {"HOME": str(directory)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _until_answering(environment)
        for command in (["set-default-sink", "speaker"], ["set-default-source", "microphone"]):
            await _pactl(environment, *command)
        yield SoundCard(environment)
    finally:
        await end_process(server)


async def hush(card: SoundCard) -> None:
    """Take the microphone's tone away: it hears only what is said in the room from now on."""
    await _pactl(card.environment, "unload-module", "module-sine")


@asynccontextmanager
async def speaking(card: SoundCard, sound: bytes) -> AsyncIterator[None]:
    """Let the microphone hear a sound (48 kHz 16-bit mono) again and again while the block lasts."""
    player = await asyncio.create_subprocess_exec(
        *("pacat", "--playback", "--device=room", "--format=s16le", "--rate=48000", "--channels=1", "--raw"),
        "--latency-msec=100",
        stdin=asyncio.subprocess.PIPE,
        env=os.environ | card.environment,
    )
    feeding = asyncio.create_task(_feed(player, sound))
    try:
        yield
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        await end_process(player)


async def _feed(player: asyncio.subprocess.Process, sound: bytes) -> None:
    assert player.stdin is not None
    while True:
        player.stdin.write(sound)
        await player.stdin.drain()


async def _pactl(environment: dict[str, str], *arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(
        "pactl", *arguments, env=os.environ | environment, stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await process.wait()


async def _until_answering(environment: dict[str, str]) -> None:
    for _ in range(200):
        if await _pactl(environment, "info") == 0:
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("PulseAudio did not start")
