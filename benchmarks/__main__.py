"""Run all benchmarks but the long ones, or those named: `make bench ONLY=click`, `make bench ONLY=hour`."""

import asyncio
import sys

from benchmarks import call, click, delay, echo, first_sync, hour, idle, lag, memory, search, sound, start
from benchmarks.report import record

BENCHMARKS = {
    "click": click.measure,
    "call": call.measure,
    "delay": delay.measure,
    "start": start.measure,
    "memory": memory.measure,
    "idle": idle.measure,
    "first_sync": first_sync.measure,
    "lag": lag.measure,
    "search": search.measure,
    "echo": echo.measure,
    "sound": sound.measure,
}
LONG = {"hour": hour.measure}
"""Only when asked for by name: too long for every day."""


def main() -> int:
    """Measure and report; returns 2 when the name is not known. A missed budget is told, not failed."""
    every = BENCHMARKS | LONG
    names = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in names if name not in every]:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(every)}")
        return 2
    for name in names:
        record(asyncio.run(every[name]()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
