"""A demo clinic of full size for the benchmarks, and a console's local copy that has all of it."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.driver.console import PROJECT
from tests.driver.stack import Stack, running_stack

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "200000"))
"""Of the clinic that `start`, `idle` and `memory` are measured at; `BENCH_MESSAGES=5000` for a quick look."""
_PER_MESSAGE = {"patients": 0.04, "slots": 0.05, "appointments": 0.03}
_HEADS = {"patients": 300, "slots": 300, "appointments": 100}


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each kind the practice system holds, the demo's own people besides."""

    messages: int
    patients: int
    slots: int
    appointments: int

    @property
    def resources(self) -> int:
        """About how many resources a console reads."""
        return self.messages + self.patients + self.slots + self.appointments


def size_for(messages: int) -> Size:
    """Return a clinic in proportion to its messages."""
    parts = {name: max(_HEADS[name], round(messages * share)) for name, share in _PER_MESSAGE.items()}
    return Size(messages, parts["patients"], parts["slots"], parts["appointments"])


@asynccontextmanager
async def large_stack(directory: Path, size: Size) -> AsyncIterator[Stack]:
    """Run the demo's services on a clinic of that size, filling the directory when that has not been done."""
    if not (directory / "practice.db").exists():
        options = (f"--{name}={getattr(size, name)}" for name in ("messages", "patients", "slots", "appointments"))
        await _run("app.demo.large_clinic", f"--dir={directory}", *options)
    async with running_stack(directory) as stack:
        yield stack


async def fill_copy(stack: Stack) -> None:
    """Let the first console read everything, in a process of its own, and close its file in good order."""
    await _run("benchmarks.fill_copy", str(stack.settings))


_kept: dict[int, tempfile.TemporaryDirectory[str]] = {}


async def settled(messages: int) -> Path:
    """Return a demo directory whose first console has read all of a large clinic; made once a run."""
    if messages not in _kept:
        kept = tempfile.TemporaryDirectory(prefix="large-clinic-")
        async with large_stack(Path(kept.name) / "demo", size_for(messages)) as stack:
            await fill_copy(stack)
        _kept[messages] = kept
    return Path(_kept[messages].name) / "demo"


async def _run(module: str, *options: str) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *options, cwd=PROJECT)
    if await process.wait():
        raise RuntimeError(f"{module} failed")
