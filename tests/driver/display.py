"""A screen of our own: Xvfb on a free display number."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.driver.processes import end_process


@asynccontextmanager
async def virtual_display(size: str = "1366x768") -> AsyncIterator[dict[str, str]]:
    """Start Xvfb with one screen of `size` px; yields the environment entries that point programs at it."""
    read, write = os.pipe()
    server = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-dpi", "96"),
        pass_fds=(write,),
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(write)
    try:
        number = await asyncio.wait_for(asyncio.to_thread(_read_line, read), 20)
        yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        await end_process(server)


def _read_line(descriptor: int) -> str:
    with os.fdopen(descriptor) as pipe:
        return pipe.readline().strip()
