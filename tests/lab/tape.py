"""Records what is heard at an end of a call: at the console's loudspeaker, or in a browser's page."""

import asyncio
import os
from base64 import b64decode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from playwright.async_api import Page

from tests.driver.clips import Sound
from tests.driver.processes import end_process
from tests.driver.sound_card import SoundCard
from tests.lab.ear import SPEAKER

TAPE = Path(__file__).with_name("tape.js")
"""The script that a page must have been opened with."""
_CHUNK = 9600
_EMPTY_EVERY = 2.0

Tape = Callable[[float], Awaitable[Sound]]
"""Records for so many seconds."""


def console_tape(card: SoundCard) -> Tape:
    """Record the loudspeaker."""

    async def record(seconds: float) -> Sound:
        heard = bytearray()
        recorder = await asyncio.create_subprocess_exec(
            *("parec", f"--device={SPEAKER}", "--format=s16le", "--rate=48000", "--channels=1", "--raw"),
            "--latency-msec=100",
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | card.environment,
        )
        assert recorder.stdout is not None
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while True:
                        heard += await recorder.stdout.readexactly(_CHUNK)
        finally:
            await end_process(recorder)
        return np.frombuffer(bytes(heard), "<i2").astype(np.int16)

    return record


def browser_tape(page: Page) -> Tape:
    """Record what comes to a page."""

    async def record(seconds: float) -> Sound:
        await page.evaluate("labTape.drain()")
        heard: list[str] = []
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, _EMPTY_EVERY))
            heard += await page.evaluate("labTape.drain()")
        return np.frombuffer(b"".join(map(b64decode, heard)), "<i2").astype(np.int16)

    return record
