"""How late the screen's loop is while a console reads a large clinic for the first time; beside it one at rest."""

import asyncio
import os
import tempfile
from pathlib import Path

from benchmarks.large_clinic import large_stack, size_for
from benchmarks.report import Figure, against_budget, against_floor, percentile
from tests.driver.console import Console, ConsoleError, running_console
from tests.driver.display import virtual_display

MESSAGES = int(os.environ.get("BENCH_LAG_MESSAGES", "60000"))
_STRETCH = 2.0
"""Seconds between looks whether the reading is over."""
_RESTS = 10
"""Stretches at rest."""


async def measure() -> list[Figure]:
    """Watch the loop of the real program while it reads, and again when it has."""
    with tempfile.TemporaryDirectory() as scratch:
        async with (
            large_stack(Path(scratch) / "demo", size_for(MESSAGES)) as stack,
            virtual_display() as screen,
            running_console(stack.settings, screen, Path(scratch) / "console") as console,
        ):
            await console.until("text", name="firstSync")
            reading: list[float] = []
            while await _is_reading(console):
                reading += await console.ask("lag", seconds=_STRETCH)
            await asyncio.sleep(_STRETCH * _RESTS)  # the search index is filled for a while yet
            resting: list[float] = []
            for _ in range(_RESTS):
                resting += await console.ask("lag", seconds=_STRETCH)
    return [
        against_floor(
            against_budget(f"loop's lag in a first sync, {name}", percentile(reading, share), "ms", most),
            "at rest",
            percentile(resting, share),
        )
        for name, share, most in (("p99", 0.99, 16), ("max", 1.0, 50))
    ]


async def _is_reading(console: Console) -> bool:
    """Whether the bar that tells of the first reading is on the screen."""
    try:
        await console.ask("text", name="firstSync")
    except ConsoleError:
        return False
    return True
