"""Run all benchmarks, or those named: `make bench ONLY=click`."""

import asyncio
import sys

from benchmarks import call, click, echo, first_sync, idle, lag, memory, search, sound, start
from benchmarks.report import record

BENCHMARKS = {
    "click": click.measure,
    "call": call.measure,
    "start": start.measure,
    "memory": memory.measure,
    "idle": idle.measure,
    "first_sync": first_sync.measure,
    "lag": lag.measure,
    "search": search.measure,
    "echo": echo.measure,
    "sound": sound.measure,
}


def main() -> int:
    """Measure and report; returns 2 when the name is not known. A missed budget is told, not failed."""
    names = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}")
        return 2
    for name in names:
        record(asyncio.run(BENCHMARKS[name]()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
