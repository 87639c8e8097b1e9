"""The console as a process of its own, moved from outside through the door in `tests.driver.remote`."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.driver.processes import end_process

PROJECT = Path(__file__).parents[2]
CAMERA_FILE = "KLINIKKONSOL_FALSE_CAMERA"
"""Environment entry naming the file by which the console's made-up camera is free or taken."""
CAMERA_FREE, CAMERA_TAKEN = "free", "taken"
_LONGEST_ANSWER = 1 << 20
"""Bytes; a minute of pictures takes a tenth."""


class ConsoleError(Exception):
    """The hand could not do what it was asked."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way in to the hand; a console has room for several, and each asks one thing at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, what: str, **arguments: object) -> Any:
        """Let the hand do one thing now; raises ConsoleError, or EOFError when the console died of it."""
        self.writer.write(json.dumps({"do": what, **arguments}).encode() + b"\n")
        await self.writer.drain()
        line = await asyncio.wait_for(self.reader.readline(), 30)
        if not line:
            raise EOFError(what)
        answer = json.loads(line)
        if "error" in answer:
            raise ConsoleError(f"{what} {arguments}: {answer['error']}")
        return answer["result"]


async def knock(socket: Path) -> Door:
    """Open one more door to a running console; raises OSError when nobody is there."""
    return Door(*await asyncio.open_unix_connection(str(socket), limit=_LONGEST_ANSWER))


@dataclass(frozen=True, slots=True)
class Console(Door):
    """One running console; every method speaks to the real program."""

    process: asyncio.subprocess.Process

    async def until(
        self, what: str, check: Callable[[Any], object] = bool, patience: float = 30, **arguments: object
    ) -> Any:
        """Ask again until the answer satisfies `check`; raises TimeoutError telling the last answer."""
        deadline, last = time.monotonic() + patience, "nothing"
        while time.monotonic() < deadline:
            try:
                answer = await self.ask(what, **arguments)
                if check(answer):
                    return answer
                last = str(answer)
            except ConsoleError as error:
                last = str(error)
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{what} {arguments} was not seen; last: {last}")

    async def click(self, name: str) -> None:
        """Click a widget as soon as it is visible and enabled."""
        await self.until("click", lambda _: True, name=name)

    async def shows(self, name: str, part: str = "", patience: float = 30) -> str:
        """Wait until a widget is visible and its text contains `part`; returns the text."""
        text: str = await self.until("text", lambda text: part in text, patience, name=name)
        return text

    async def close(self, name: str = "console") -> None:
        """Close a window by its cross; closing the main one lets the program end."""
        await self.until("close", lambda _: True, name=name)

    async def ended(self) -> int:
        """Wait until the program has ended by itself; returns its exit code."""
        return await asyncio.wait_for(self.process.wait(), 30)

    async def picture(self, path: Path) -> None:
        """Write a screenshot of the whole screen."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.ask("picture", path=str(path))


@asynccontextmanager
async def running_console(
    settings: Path, environment: dict[str, str], scratch: Path, *options: str
) -> AsyncIterator[Console]:
    """Start the real program on a settings file; `scratch` takes the door's socket and the log."""
    scratch.mkdir(parents=True, exist_ok=True)
    socket = scratch / "door"
    socket.unlink(missing_ok=True)
    with (scratch / "console.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.driver.remote", str(socket), "--settings", str(settings), *options),
            cwd=PROJECT,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
            stdout=log,
            stderr=log,
        )
    try:
        reader, writer = await _connect(socket, process)
        try:
            yield Console(reader, writer, process)
        finally:
            writer.close()
    finally:
        await end_process(process)


async def _connect(
    socket: Path, process: asyncio.subprocess.Process
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(1500):
        if process.returncode is not None:
            raise RuntimeError(f"the console ended with code {process.returncode}; see its log")
        try:
            return await asyncio.open_unix_connection(str(socket), limit=_LONGEST_ANSWER)
        except (FileNotFoundError, ConnectionRefusedError):
            await asyncio.sleep(0.02)
    raise TimeoutError("the console did not open its door")
