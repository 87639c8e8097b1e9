"""The clinic at its end of the line: the demo's services, a sound card; and the room service beyond its line."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.driver.browsers import Browsing, find_chromium
from tests.driver.console import CAMERA_FILE, CAMERA_FREE
from tests.driver.display import virtual_display
from tests.driver.sound_card import SoundCard, sound_card
from tests.driver.stack import Stack, running_stack
from tests.lab.namespaces import LabError
from tests.lab.network import Network
from tests.lab.room_server import CONSOLES_ROOM_URL, ROOM_URL, RoomServer, room_server
from tests.lab.turn_server import TurnServer, turn_server
from tests.sync.authorities import Authority

PROBE = Path(__file__).with_name("probe.js")
_AS_LARGE_AS_CHROMIUMS = '\n[video]\nsize = "640x480"\n'
"""Two cores carry both ends of a call of that size, and the line between them."""


@dataclass(frozen=True, slots=True)
class LabClinic:
    """All that stands still while calls are held; `environment` points a console at screen and sound card."""

    directory: Path
    network: Network
    stack: Stack
    card: SoundCard
    turn: TurnServer | None
    environment: dict[str, str]
    room: RoomServer
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
        return Browsing(str(program), (f"--unsafely-treat-insecure-origin-as-secure={ROOM_URL}",), (PROBE,))


@asynccontextmanager
async def lab_clinic(network: Network, directory: Path, *, with_turn: bool = True) -> AsyncIterator[LabClinic]:
    """Start everything but console and patient, with fresh data in `directory`; raises LabError."""
    directory.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as opened:
        authority, turn = Authority(directory, "lab"), None
        if with_turn:
            serving = turn_server(network.services, directory / "turn", authority)
            turn = await opened.enter_async_context(serving)
        environment = await opened.enter_async_context(virtual_display())
        card = await opened.enter_async_context(sound_card(directory / "sound"))
        stack = await opened.enter_async_context(running_stack(directory / "demo", "--fresh"))
        key_file = stack.settings.parent / "clinic.key"
        serving_rooms = room_server(network.services, directory / "room", key_file, turn, authority)
        room = await opened.enter_async_context(serving_rooms)
        stack = replace(stack, settings=_settings_with_room(stack), room=ROOM_URL)
        camera = directory / "camera"
        camera.write_text(CAMERA_FREE, encoding="utf-8")
        environment |= card.environment | {CAMERA_FILE: str(camera), "SSL_CERT_FILE": str(room.authority)}
        clinic_key = key_file.read_text(encoding="utf-8").strip()
        yield LabClinic(directory, network, stack, card, turn, environment, room, clinic_key)


def _settings_with_room(stack: Stack) -> Path:
    """Write beside the demo's settings file one that leads to our room service."""
    text = stack.settings.read_text(encoding="utf-8")
    if stack.room not in text:
        raise LabError("the demo's settings file has no room service as expected")
    ours = stack.settings.with_name("lab.toml")
    ours.touch(mode=0o600)
    ours.write_text(text.replace(stack.room, CONSOLES_ROOM_URL) + _AS_LARGE_AS_CHROMIUMS, encoding="utf-8")
    return ours
