"""What a process and all it started cost: processor seconds and memory."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor time in seconds of one core, memory as proportional set size in MB, at a monotonic time."""

    cpu: float
    memory: float
    at: float

    def percent_since(self, earlier: "Cost") -> float:
        """Return the processor time used since, in percent of one core."""
        return 100 * (self.cpu - earlier.cpu) / (self.at - earlier.at)


def cost_of(pid: int) -> Cost:
    """Return what a process tree has used so far; processes that ended meanwhile are not counted."""
    root = psutil.Process(pid)
    cpu = memory = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
            cpu += times.user + times.system
            memory += process.memory_full_info().pss / 1e6
        except psutil.NoSuchProcess:
            continue
    return Cost(cpu, memory, time.monotonic())


@asynccontextmanager
async def browser_root() -> AsyncIterator[Callable[[], int]]:
    """Yield a function that tells the process id of the browser started inside the context."""
    before = {process.pid for process in psutil.Process().children(recursive=True)}

    def root() -> int:
        started = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
        browsers = [p for p in started if "chrom" in p.name()]
        return min(browsers, key=lambda process: process.create_time()).pid

    yield root
