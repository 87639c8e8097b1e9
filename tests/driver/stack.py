"""The demo clinic's services as processes of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from tests.driver.console import PROJECT
from tests.driver.processes import end_process, read_ready_line


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the practice system, the gateway, the patient's phone and the room service answer."""

    pid: int
    settings: Path
    practice: str
    sms: str
    phone: str
    room: str

    async def fault(self, service: str, **fault: object) -> None:
        """Set a fault of the practice system (`practice`) or the gateway (`sms`); mode none ends it."""
        base = (self.practice if service == "practice" else self.sms).removesuffix("/fhir")
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{base}/demo/faults", json=fault, raise_for_status=True),
        ):
            pass

    def kill_room_service(self) -> None:
        """Let the room service die without a warning, as of a power cut; only a new stack brings it back."""
        (room,) = (child for child in psutil.Process(self.pid).children() if "app.room" in child.cmdline())
        room.kill()


@asynccontextmanager
async def running_stack(directory: Path, *options: str) -> AsyncIterator[Stack]:
    """Start all demo services with their data in `directory`, and end them."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "services.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.demo", "--dir", str(directory), *options),
            cwd=PROJECT,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        ready = await read_ready_line(process)
        services = (ready[name] for name in ("practice", "sms", "phone", "room"))
        yield Stack(process.pid, Path(ready["settings"]), *services)
    finally:
        await end_process(process)
