"""The console exactly as its users run it, with one door more: a local socket for the hand.

`python -m tests.driver.remote SOCKET [console options]`
"""

import asyncio
import importlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app import compose
from app.ui.parts import ConsoleParts
from tests.driver import ear_and_eye, hand, inside, sudden_death
from tests.driver.console import CAMERA_FILE
from tests.driver.stopwatch import book_and_time, click_when_there, loop_lag

Answer = Callable[..., Any]
ANSWERS: dict[str, Answer] = {
    "click": hand.click,
    "click_row": hand.click_row,
    "choose": hand.choose,
    "click_menu": hand.click_menu,
    "type": hand.type_text,
    "press": hand.press,
    "close": hand.close,
    "text": hand.text_of,
    "picture": hand.picture,
    "numbers_seen": ear_and_eye.numbers_seen,
    "pictures_shown": ear_and_eye.pictures_shown,
    "close_eyes": ear_and_eye.close_eyes,
    "die_at": sudden_death.die_at,
    "steps": sudden_death.steps,
    "book_and_time": book_and_time,
    "click_when_there": click_when_there,
    "lag": loop_lag,
    "tasks": inside.tasks,
}


async def _answer(line: bytes) -> dict[str, Any]:
    request: dict[str, Any] = json.loads(line)
    try:
        result = ANSWERS[request.pop("do")](**request)
        if isinstance(result, Awaitable):
            result = await result
    except Exception as error:  # the driver is told, whatever it is
        return {"error": f"{type(error).__name__}: {error}"}
    return {"result": result}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(json.dumps(await _answer(line)).encode() + b"\n")
        await writer.drain()
    writer.close()


def main() -> int:
    """Run the console with its door, which opens before anything is built; returns the exit code."""
    socket, *options = sys.argv[1:]
    open_console = compose.open_console
    servers: list[asyncio.Server] = []

    @asynccontextmanager
    async def open_with_door(chosen: compose.Options) -> AsyncIterator[ConsoleParts]:
        if not servers:
            servers.append(await asyncio.start_unix_server(_serve, socket))
        async with open_console(chosen) as parts:
            yield parts

    setattr(compose, "open_console", open_with_door)  # noqa: B010 - set from outside, as no type checker likes
    ear_and_eye.open_eyes()
    sudden_death.watch_steps()
    if CAMERA_FILE in os.environ:
        # Only then: it loads the codecs, which the program itself puts off until the inbox stands.
        importlib.import_module("tests.driver.false_camera").plug_in(Path(os.environ[CAMERA_FILE]))
    return compose.run(options)


if __name__ == "__main__":
    sys.exit(main())
