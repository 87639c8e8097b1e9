"""QtSound without any device, and with real ones: a private PulseAudio with a null sink and a humming source."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.driver.processes import end_process
from tests.driver.sound_card import CLINIC_TONE, SoundCard, sound_card, tone_share

_PROJECT = Path(__file__).parents[2]
_MICROPHONE = ("load-module", "module-remap-source", "master=room.monitor", "source_name=microphone")


@dataclass(frozen=True, slots=True)
class Probe:
    process: asyncio.subprocess.Process

    async def says(self) -> dict[str, Any]:
        """Return the next line the probe writes."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), 30)
        return dict(json.loads(line))

    async def until(self, **facts: object) -> None:
        """Read on until a line says these things."""
        while not facts.items() <= (await self.says()).items():
            pass

    async def choose(self, microphone: str, speaker: str = "") -> None:
        """Have these devices used."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([microphone, speaker]).encode() + b"\n")
        await self.process.stdin.drain()

    async def end(self) -> dict[str, Any]:
        """Let it stop and return its last words."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        while "frames" not in (last := await self.says()):
            pass
        await self.process.wait()
        return last


@asynccontextmanager
async def probe(environment: dict[str, str]) -> AsyncIterator[Probe]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.ui_sound.probe"),
        cwd=_PROJECT,
        env=os.environ | environment | {"QT_QPA_PLATFORM": "offscreen"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Probe(process)
    finally:
        await end_process(process)


async def pactl(card: SoundCard, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "pactl", *arguments, env=os.environ | card.environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode().strip()


async def test_without_devices_names_are_empty_and_nothing_is_raised(tmp_path: Path) -> None:
    nowhere = {"PULSE_SERVER": f"unix:{tmp_path / 'nothing'}", "PULSE_RUNTIME_PATH": str(tmp_path)}
    async with probe(nowhere) as running:
        assert await running.says() == {"microphone": "", "speaker": "", "microphones": []}
        last = await running.end()
    assert last["frames"] == 0
    assert last["pulled"] > 0, "what arrives must not pile up while nobody hears it"
    assert last["threads"] == ["MainThread"]
    assert last["complaints"] == []
    assert running.process.returncode == 0


@pytest.mark.skipif(not shutil.which("pulseaudio"), reason="needs PulseAudio")
async def test_a_tone_goes_out_by_the_speaker_and_comes_in_by_the_microphone(tmp_path: Path) -> None:
    async with sound_card(tmp_path / "card") as card:
        await pactl(card, *_MICROPHONE)
        await pactl(card, "set-default-source", "microphone")
        async with probe(card.environment) as running:
            first = await running.says()
            assert first["microphone"]
            assert first["speaker"]
            assert tone_share(await card.record(2), 1000) > 0.9
            last = await running.end()
    assert last["frames"] > 50
    assert last["sizes"] == [1920]
    assert last["heard"] == pytest.approx(CLINIC_TONE, abs=5)
    assert last["restarted"]
    assert last["stopped"] == ["", ""]
    assert last["threads"] == ["MainThread"]
    assert last["complaints"] == []


@pytest.mark.skipif(not shutil.which("pulseaudio"), reason="needs PulseAudio")
async def test_another_microphone_is_followed(tmp_path: Path) -> None:
    async with sound_card(tmp_path / "card") as card:
        await pactl(card, *_MICROPHONE)
        await pactl(card, "load-module", "module-null-sink", "sink_name=quiet")
        headset = ("master=quiet.monitor", "source_name=headset", "source_properties=device.description=Headset")
        await pactl(card, "load-module", "module-remap-source", *headset)
        await pactl(card, "set-default-source", "headset")
        async with probe(card.environment) as running:
            assert (await running.says())["microphone"] == "Headset"
            await pactl(card, "set-default-source", "microphone")
            assert (await running.says())["microphone"] not in ("", "Headset")
            await card.record(2)
            assert (await running.end())["heard"] == pytest.approx(CLINIC_TONE, abs=5)


@pytest.mark.skipif(not shutil.which("pulseaudio"), reason="needs PulseAudio")
async def test_a_chosen_headset_is_used_until_it_is_gone_and_again_when_it_is_back(tmp_path: Path) -> None:
    """Qt 6.9 tells of what left PulseAudio only when something else comes; PulseAudio plays on meanwhile."""

    def source(name: str) -> tuple[str, ...]:
        named = (f"source_name={name}", f"source_properties=device.description={name.title()}")
        return ("load-module", "module-remap-source", "master=speaker.monitor", *named)

    async with sound_card(tmp_path / "card") as card:
        headset = await pactl(card, *source("headset"))
        async with probe(card.environment) as running:
            first = await running.says()
            assert "Headset" in first["microphones"]
            await running.choose("Headset")
            await running.until(microphone="Headset")
            await pactl(card, "unload-module", headset)
            await pactl(card, *source("webcam"))
            await running.until(microphone=first["microphone"])
            await pactl(card, *source("headset"))
            await running.until(microphone="Headset")
            await card.record(2)
            last = await running.end()
    assert last["heard"] == pytest.approx(1000, abs=5), "the headset hears the loudspeaker"
    assert last["complaints"] == []
