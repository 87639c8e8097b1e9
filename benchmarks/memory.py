"""Memory of the real console at rest, with a large clinic in its store; beside it an empty window's."""

import asyncio
import os
import sys

from benchmarks.large_clinic import MESSAGES, large_stack, settled, size_for
from benchmarks.report import Figure, against_budget, against_floor
from tests.driver.console import PROJECT, running_console
from tests.driver.cost import cost_of
from tests.driver.display import virtual_display
from tests.driver.processes import end_process

REST = 20.0
"""Seconds after the inbox is there: several polls, and what start left to collect is collected."""
_EMPTY_WINDOW = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1280, 720)
window.show()
print("{}", flush=True)
sys.exit(application.exec())
"""


async def measure() -> list[Figure]:
    """Return the proportional set size of both processes."""
    directory = await settled(MESSAGES)
    async with large_stack(directory, size_for(MESSAGES)) as stack, virtual_display() as environment:
        floor = await _empty_window(environment)
        async with running_console(stack.settings, environment, directory / "scratch") as console:
            await console.shows("inboxList")
            await asyncio.sleep(REST)
            memory = cost_of(console.process.pid).memory
    name = f"memory at rest, {MESSAGES:,} messages, PSS"
    return [against_floor(against_budget(name, memory, "MB", 300), "an empty window", floor)]


async def _empty_window(environment: dict[str, str]) -> float:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _EMPTY_WINDOW,
        cwd=PROJECT,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), 60)
        await asyncio.sleep(1)
        return cost_of(process.pid).memory
    finally:
        await end_process(process)
