"""From the program's start to a usable inbox with a large clinic in its store; beside it what no start avoids."""

import asyncio
import os
import statistics
import sys
import time

from app.domain.settings import read_settings
from benchmarks.large_clinic import MESSAGES, large_stack, settled, size_for
from benchmarks.report import Figure, against_budget, against_floor
from tests.driver.console import PROJECT
from tests.driver.display import virtual_display

STARTS = 5


async def measure() -> list[Figure]:
    """Start program and floor in turn; returns the median of each."""
    directory = await settled(MESSAGES)
    starts: list[float] = []
    floors: list[float] = []
    async with large_stack(directory, size_for(MESSAGES)) as stack, virtual_display() as environment:
        settings = read_settings(stack.settings)
        database = settings.directory / "console.db"
        for _ in range(STARTS):
            floors.append(
                await _timed(environment, "benchmarks.start_floor", str(database), str(settings.keys_path))
            )
            starts.append(await _timed(environment, "benchmarks.start_probe", "--settings", str(stack.settings)))
    value, floor = statistics.median(starts), statistics.median(floors)
    figure = against_budget(f"start to inbox, {MESSAGES:,} messages, median", value, "ms", 1500)
    return [against_floor(figure, "empty window + first query", floor)]


async def _timed(environment: dict[str, str], module: str, *options: str) -> float:
    command = (sys.executable, "-m", module, str(time.time()), *options)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=PROJECT, env=os.environ | environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), 120)
    if process.returncode or not said:
        raise RuntimeError(f"{module} ended with code {process.returncode}")
    return float(said.split()[-1])
