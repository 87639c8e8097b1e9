"""Ending what we started, and waiting for what it says."""

import asyncio
import contextlib
import json
from typing import Any


async def end_process(process: asyncio.subprocess.Process, patience: float = 10) -> None:
    """Ask a process to end, and kill it when it has not within `patience` seconds."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), patience)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def read_ready_line(process: asyncio.subprocess.Process, patience: float = 60) -> dict[str, Any]:
    """Read the first JSON object a service prints on standard output; raises RuntimeError when it ends before."""
    assert process.stdout is not None
    while line := await asyncio.wait_for(process.stdout.readline(), patience):
        if line.startswith(b"{"):
            ready: dict[str, Any] = json.loads(line)
            return ready
    raise RuntimeError(f"the service ended with code {await process.wait()} before it was ready")
