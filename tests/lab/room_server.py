"""The room service at its own address, behind a TLS proxy for consoles; it can die, hang, and come back."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.driver.console import PROJECT
from tests.driver.processes import end_process, read_ready_line
from tests.lab.namespaces import LabError
from tests.lab.network import ROOM_ADDRESS
from tests.lab.turn_server import TURN_URLS, TurnServer
from tests.sync.authorities import Authority

ROOM_PORT = 8443
ROOM_URL = f"http://{ROOM_ADDRESS}:{ROOM_PORT}"
"""As patients reach it; their Chromium is told to hold it for safe."""
_FRONT_PORT = 443
CONSOLES_ROOM_URL = f"https://{ROOM_ADDRESS}"


@dataclass(slots=True)
class RoomServer:
    """A running room service; what it knows it keeps in `directory`. `authority` is whose certificate it shows."""

    namespace: str
    directory: Path
    authority: Path
    options: tuple[str, ...]
    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """Let it die without a warning."""
        self.process.kill()
        await self.process.wait()

    async def start_again(self) -> None:
        """Start it anew with what it knew; returns when it answers, raises LabError when it does not."""
        self.process = await _start(self.namespace, self.directory, self.options)

    def hang(self) -> None:
        """Let it do nothing while its connections stand."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on where it hung."""
        self.process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def room_server(
    namespace: str, directory: Path, key_file: Path, turn: TurnServer | None, authority: Authority
) -> AsyncIterator[RoomServer]:
    """Run a room service in a namespace; raises LabError when it does not come up."""
    directory.mkdir(parents=True, exist_ok=True)
    options = (
        f"--host={ROOM_ADDRESS}", f"--port={ROOM_PORT}", f"--public-url={ROOM_URL}",
        f"--clinic-key-file={key_file}", f"--data={directory / 'rooms.db'}",
        *((f"--turn-secret-file={turn.secret_file}", *(f"--turn-url={url}" for url in TURN_URLS)) if turn else ()),
    )  # fmt: skip
    process = await _start(namespace, directory, options)
    server = RoomServer(namespace, directory, authority.file, options, process)
    try:
        async with _front(namespace, authority.chain(ROOM_ADDRESS)):
            yield server
    finally:
        if server.process.returncode is None:
            server.go_on()
            await end_process(server.process)


@asynccontextmanager
async def _front(namespace: str, chain: Path) -> AsyncIterator[None]:
    proxy = await asyncio.create_subprocess_exec(
        *("nsenter", f"--net=/run/netns/{namespace}", sys.executable, "-m", "tests.lab.relay"),
        *(ROOM_ADDRESS, str(_FRONT_PORT), str(ROOM_PORT), str(chain)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await read_ready_line(proxy)
        yield
    finally:
        await end_process(proxy)


async def _start(namespace: str, directory: Path, options: tuple[str, ...]) -> asyncio.subprocess.Process:
    with (directory / "room.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *("nsenter", f"--net=/run/netns/{namespace}", sys.executable, "-m", "app.room", *options),
            cwd=PROJECT, stdout=log, stderr=log,
        )  # fmt: skip
    async with aiohttp.ClientSession() as session:
        for _ in range(400):
            if process.returncode is not None:
                break
            try:
                async with session.get(f"{ROOM_URL}/healthz") as answer:
                    if answer.status == 200:
                        return process
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    await end_process(process)
    raise LabError("the room service did not come up; see its log")
