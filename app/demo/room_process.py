"""The room service as the demo runs it: a process of its own, known only by its command line and its HTTP."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from app.demo.module_command import python_module_command

_PROJECT = Path(__file__).resolve().parents[2]
_START_SECONDS = 20.0
_END_SECONDS = 5.0
_ASK_AGAIN_SECONDS = 0.02


class RoomServiceError(Exception):
    """The room service did not start."""


@dataclass(slots=True)
class RoomProcess:
    """A started room service; `url` is both its API and what patients' links begin with."""

    url: str
    process: asyncio.subprocess.Process

    async def healthy(self) -> None:
        """Return when the service answers; raises RoomServiceError when it ends or is silent for 20 s."""
        try:
            async with asyncio.timeout(_START_SECONDS), aiohttp.ClientSession() as session:
                while not await self._answers(session):
                    if self.process.returncode is not None:
                        raise RoomServiceError(f"the room service ended with code {self.process.returncode}")
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.process.wait(), _ASK_AGAIN_SECONDS)
        except TimeoutError as error:
            raise RoomServiceError("the room service does not answer") from error

    async def end(self) -> None:
        """Stop the service, by force when it does not listen."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), _END_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/healthz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


async def start_room(directory: Path, host: str, port: int, key_file: Path) -> RoomProcess:
    """Start the room service on a free port; its rooms and its log are kept in the directory."""
    url = f"http://{host}:{port}"
    options = {
        "--host": host,
        "--port": str(port),
        "--clinic-key-file": str(key_file),
        "--data": str(directory / "rooms.db"),
        "--public-url": url,
    }
    arguments = [part for option in options.items() for part in option]
    with (directory / "room.log").open("ab") as log_file:
        process = await asyncio.create_subprocess_exec(
            *python_module_command("app.room"),
            *arguments,
            cwd=_PROJECT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=log_file,
        )
    return RoomProcess(url, process)
