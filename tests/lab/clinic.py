"""The clinic at its end of the line: the demo's services, a room service that patients reach, a sound card."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from tests.driver.browsers import Browsing, find_chromium
from tests.driver.console import CAMERA_FILE, CAMERA_FREE, PROJECT
from tests.driver.display import virtual_display
from tests.driver.processes import end_process
from tests.driver.sound_card import SoundCard, sound_card
from tests.driver.stack import Stack, running_stack
from tests.lab.namespaces import LabError
from tests.lab.network import CLINIC_ADDRESS, Network
from tests.lab.turn_server import TURN_URLS, TurnServer, turn_server

ROOM_PORT = 8443
_PUBLIC = f"http://{CLINIC_ADDRESS}:{ROOM_PORT}"
_PRIVATE = f"http://127.0.0.1:{ROOM_PORT}"
PROBE = Path(__file__).with_name("probe.js")


@dataclass(frozen=True, slots=True)
class LabClinic:
    """All that stands still while calls are held; `environment` points a console at screen and sound card."""

    directory: Path
    network: Network
    stack: Stack
    card: SoundCard
    turn: TurnServer | None
    environment: dict[str, str]
    room: str
    clinic_key: str

    @property
    def camera(self) -> Path:
        """The file that says whether the doctor's camera is free or taken."""
        return Path(self.environment[CAMERA_FILE])

    def patients_browsing(self) -> Browsing:
        """Return how Chromium is started at the patient's, where it may use a camera on our plain http address."""
        program = self.directory / "chromium-at-the-patient"
        namespace = f"/run/netns/{self.network.patient}"
        program.write_text(f'#!/bin/sh\nexec nsenter --net={namespace} {find_chromium()} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        return Browsing(str(program), (f"--unsafely-treat-insecure-origin-as-secure={_PUBLIC}",), (PROBE,))


@asynccontextmanager
async def lab_clinic(network: Network, directory: Path, *, with_turn: bool = True) -> AsyncIterator[LabClinic]:
    """Start everything but console and patient, with fresh data in `directory`; raises LabError."""
    directory.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as opened:
        turn = None
        if with_turn:
            turn = await opened.enter_async_context(turn_server(network.turn, directory / "turn"))
        environment = await opened.enter_async_context(virtual_display())
        card = await opened.enter_async_context(sound_card(directory / "sound"))
        stack = await opened.enter_async_context(running_stack(directory / "demo", "--fresh"))
        key_file = stack.settings.parent / "clinic.key"
        await opened.enter_async_context(_room_service(directory / "room", key_file, turn))
        settings = _settings_with_room(stack.settings)
        camera = directory / "camera"
        camera.write_text(CAMERA_FREE, encoding="utf-8")
        environment |= card.environment | {CAMERA_FILE: str(camera)}
        yield LabClinic(
            directory, network, replace(stack, settings=settings, room=_PUBLIC), card, turn,
            environment, _PRIVATE, key_file.read_text(encoding="utf-8").strip(),
        )  # fmt: skip


def _settings_with_room(settings: Path) -> Path:
    """Write beside the demo's settings file one that leads to our room service."""
    text = settings.read_text(encoding="utf-8")
    changed, count = re.subn(r"(?m)^(\[room\]\nbase_url = ).*$", rf'\1"{_PRIVATE}"', text)
    if count != 1:
        raise LabError("the demo's settings file has no [room] as expected")
    ours = settings.with_name("lab.toml")
    ours.touch(mode=0o600)
    ours.write_text(changed, encoding="utf-8")
    return ours


@asynccontextmanager
async def _room_service(directory: Path, key_file: Path, turn: TurnServer | None) -> AsyncIterator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    options = [
        "--host=0.0.0.0", f"--port={ROOM_PORT}", f"--public-url={_PUBLIC}",
        f"--clinic-key-file={key_file}", f"--data={directory / 'rooms.db'}",
    ]  # fmt: skip
    if turn:
        options += [f"--turn-secret-file={turn.secret_file}", *(f"--turn-url={url}" for url in TURN_URLS)]
    with (directory / "room.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.room", *options), cwd=PROJECT, stdout=log, stderr=log
        )
    try:
        await _healthy(process)
        yield
    finally:
        await end_process(process)


async def _healthy(process: asyncio.subprocess.Process) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(400):
            if process.returncode is not None:
                break
            try:
                async with session.get(f"{_PRIVATE}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise LabError("the room service did not come up; see its log")
