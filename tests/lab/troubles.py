"""What befalls a call in its middle, done to the real thing."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Page

from tests.driver.console import CAMERA_FREE, CAMERA_TAKEN, Console, running_console
from tests.driver.patient import Patient
from tests.driver.sound_card import SoundCard
from tests.lab.browser_witness import BrowserWitness
from tests.lab.clinic import LabClinic
from tests.lab.conditions import Condition, Trouble

_TRACK_TAKEN = """kind => {
  for (const track of document.getElementById("self").srcObject?.[`get${kind}Tracks`]() ?? []) {
    track.stop();
    track.dispatchEvent(new Event("ended"));
  }
}"""
_PLUGS = {
    "microphone": ("module-remap-source", ("master=room.monitor", "source_name=microphone"), "set-default-source"),
    "speaker": ("module-null-sink", ("sink_name=speaker", "rate=48000"), "set-default-sink"),
}
"""What each device is in PulseAudio: its module, how that is loaded, and how it becomes the one that is used."""


@dataclass(slots=True)
class HeldCall:
    """A call that runs; `console` is None when the doctor's end is a browser."""

    clinic: LabClinic
    condition: Condition
    patient: Patient
    patients_witness: BrowserWitness
    link: str
    scratch: Path
    opened: AsyncExitStack
    console: Console | None = None

    async def strike(self) -> tuple[float, float]:
        """Let the condition's trouble happen; returns when it struck and when it was over.

        Over is a broken thing when it is whole again, and a closed one when it is opened again.
        """
        struck = time.time()
        over = await _TROUBLES[self.condition.trouble](self)
        return struck, over

    async def open_console(self) -> Console:
        """Start the console, which ends with the call."""
        started = running_console(self.clinic.stack.settings, self.clinic.environment, self.scratch)
        self.console = await self.opened.enter_async_context(started)
        return self.console


async def join(page: Page) -> None:
    """Press *join* as soon as the page lets the patient."""
    await page.locator("#join").click()


async def _cut(call: HeldCall) -> float:
    line = call.condition.line
    await call.clinic.network.impair(replace(line, cut=True))
    await asyncio.sleep(call.condition.lasts)
    await call.clinic.network.impair(line)
    return time.time()


async def _address(call: HeldCall) -> float:
    call.clinic.network.move_patient()
    return time.time()


async def _turn(call: HeldCall) -> float:
    assert call.clinic.turn is not None
    await call.clinic.turn.restart()
    return time.time()


async def close_tab(call: HeldCall) -> None:
    """Close the patient's tab."""
    await call.patients_witness.look()
    await call.patient.page.close()


async def open_tab(call: HeldCall) -> None:
    """Come back by the link, as a patient does who has touched the wrong cross."""
    call.patient.page = await call.patient.browser.contexts[0].new_page()
    call.patients_witness.turn_to(call.patient.page)
    await call.patient.open(call.link)
    phase = await call.patient.page.wait_for_selector("body:is([data-phase=preview],[data-phase=admitted])")
    if phase and await phase.get_attribute("data-phase") == "preview":
        await call.patient.sees_themselves()
        await join(call.patient.page)


async def _tab(call: HeldCall) -> float:
    await close_tab(call)
    opened = time.time()
    await open_tab(call)
    return opened


async def unplug(card: SoundCard, *devices: str) -> None:
    """Pull sound devices out: `microphone`, `speaker`."""
    # Another is made the default first, as a desktop does: Qt misses that the default one of PulseAudio goes.
    if "microphone" in devices:
        await _pactl(card.environment, "set-default-source", "room.monitor")
    if "speaker" in devices:
        await _pactl(card.environment, "set-default-sink", "room")
    for line in (await _pactl(card.environment, "list", "short", "modules")).splitlines():
        number, name, told = line.split("\t")[:3]
        if any(name == _PLUGS[device][0] and f"_name={device}" in told for device in devices):
            await _pactl(card.environment, "unload-module", number)


async def plug_in(card: SoundCard, *devices: str) -> None:
    """Put sound devices back."""
    for device in devices:
        module, options, become = _PLUGS[device]
        await _pactl(card.environment, "load-module", module, *options)
        await _pactl(card.environment, become, device)


async def suspend_microphone(card: SoundCard, *, suspended: bool) -> None:
    """Let the doctor's microphone be there and give nothing, or let it go on."""
    await _pactl(card.environment, "suspend-source", "microphone", str(int(suspended)))


async def _microphone(call: HeldCall) -> float:
    """Pull the doctor's microphone out, and put it back."""
    await unplug(call.clinic.card, "microphone")
    await asyncio.sleep(call.condition.lasts)
    await plug_in(call.clinic.card, "microphone")
    return time.time()


async def stop_track(page: Page, kind: str) -> None:
    """Let the patient's browser lose its `Audio` or `Video`, as when another program takes the device."""
    await page.evaluate(_TRACK_TAKEN, kind)


async def _camera(call: HeldCall) -> float:
    await stop_track(call.patient.page, "Video")
    return time.time()


async def _doctors_camera(call: HeldCall) -> float:
    """Let another program take the doctor's camera, and give it back."""
    call.clinic.camera.write_text(CAMERA_TAKEN, encoding="utf-8")
    await asyncio.sleep(call.condition.lasts)
    call.clinic.camera.write_text(CAMERA_FREE, encoding="utf-8")
    return time.time()


async def _console(call: HeldCall) -> float:
    """Kill the doctor's program without a warning; the doctor starts it again and lets the patient in."""
    assert call.console is not None
    os.kill(call.console.process.pid, signal.SIGKILL)
    await call.console.process.wait()
    started = time.time()
    console = await call.open_console()
    await console.until("click", lambda _: True, patience=20, name="admit")
    return started


async def _pactl(environment: dict[str, str], *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "pactl", *words, env=os.environ | environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return said.decode()


_TROUBLES: dict[Trouble, Callable[[HeldCall], Awaitable[float]]] = {
    Trouble.CUT: _cut,
    Trouble.ADDRESS: _address,
    Trouble.TURN: _turn,
    Trouble.TAB: _tab,
    Trouble.MICROPHONE: _microphone,
    Trouble.CAMERA: _camera,
    Trouble.DOCTORS_CAMERA: _doctors_camera,
    Trouble.CONSOLE: _console,
}
