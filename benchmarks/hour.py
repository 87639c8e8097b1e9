"""One hour of a call: what grows in it that must not: memory, delay, the distance of lips and voice."""

import asyncio
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks.delay import LIPS
from benchmarks.report import Figure, against_budget, percentile
from benchmarks.watched_call import WatchedCall, console_call
from tests.driver.console import Console
from tests.driver.cost import cost_of
from tests.driver.stack import running_stack
from tests.lab.ends import watch
from tests.lab.lips import Way, way

MINUTES = int(os.environ.get("BENCH_HOUR_MINUTES", "60"))
_WARM_UP = min(5, MINUTES // 3)
"""Minutes that the slopes leave out: buffers fill, and the first sync's memory is given back."""
_SIZE = (640, 480)
"""Of a machine of two cores a call of that size leaves enough for it not to be the machine that is measured."""
_LISTENED = 20.0
"""Seconds of every minute in which both ends are watched."""
_MOST_MEMORY, _MOST_DELAY, _MOST_OTHER = 5.0, 20.0, 1.0
"""MB, ms, and threads, files or tasks by which an hour may grow."""
_LEAST_MINUTES = 3
_DIRECTIONS = ("to the clinic", "to the patient")


@dataclass(frozen=True, slots=True)
class Minute:
    """One look: hours since the call began; the console's memory (MB) and counts; both directions."""

    at: float
    memory: float
    counts: dict[str, int]
    ways: tuple[Way, Way]

    @property
    def line(self) -> str:
        """The minute as a person reads it: of each direction picture p50 and p95, sound, lips, in ms."""
        heads = [f"{60 * self.at:5.1f} min  {self.memory:6.1f} MB"]
        heads += [f"{count} {name}" for name, count in self.counts.items()]
        return "  ".join(
            heads + [f"| {name}: {_told(one)}" for name, one in zip(_DIRECTIONS, self.ways, strict=True)]
        )


async def measure() -> list[Figure]:
    """Hold the call and look at it every minute; prints each look."""
    with tempfile.TemporaryDirectory() as scratch:
        async with (
            running_stack(Path(scratch) / "demo", "--fresh") as stack,
            console_call(stack, Path(scratch) / "ours", _SIZE) as call,
        ):
            assert call.console is not None
            minutes = await _look_on(call, call.console)
    return figures(minutes)


async def _look_on(call: WatchedCall, console: Console) -> list[Minute]:
    minutes: list[Minute] = []
    began = time.monotonic()
    for number in range(1, MINUTES + 1):
        await asyncio.sleep(max(0.0, began + 60 * number - _LISTENED - time.monotonic()))
        clinic, patient = await watch(call.clinic, call.patient, _LISTENED)
        process = psutil.Process(console.process.pid)
        counts = {"threads": process.num_threads(), "files": process.num_fds(), "tasks": await console.ask("tasks")}
        both = (way(patient, clinic), way(clinic, patient))
        at = (time.monotonic() - began) / 3600
        minutes.append(Minute(at, cost_of(process.pid).memory, counts, both))
        print(minutes[-1].line, flush=True)
    return minutes


def figures(minutes: list[Minute]) -> list[Figure]:
    """Return by how much each thing grows in an hour, and how far lips and voice were apart at worst."""
    later = minutes[_WARM_UP:]
    times = [one.at for one in later]
    found = [
        against_budget("an hour: memory grows", slope(times, [one.memory for one in later]), "MB", _MOST_MEMORY)
    ]
    for name in later[0].counts:
        grown = slope(times, [one.counts[name] for one in later])
        found.append(against_budget(f"an hour: {name} grow", grown, "", _MOST_OTHER))
    for number, direction in enumerate(_DIRECTIONS):
        ways = [one.ways[number] for one in later]
        for what, delays in (
            ("picture's delay", [one.picture_delays for one in ways]),
            ("sound's delay", [one.sound_delays for one in ways]),
        ):
            for rank, share in (("p50", 0.5), ("p95", 0.95)):
                grown = slope(times, [_rank(each, share) for each in delays])
                found.append(against_budget(f"an hour: {what} {direction} grows, {rank}", grown, "ms", _MOST_DELAY))
        worst = max(abs(_rank(one.apart, 0.5)) for one in ways)
        found.append(against_budget(f"an hour: lips from voice {direction}, worst minute", worst, "ms", LIPS))
    return found


def slope(hours: list[float], values: list[float] | list[int]) -> float:
    """Return by how much the values grow in an hour, by least squares; infinite when that cannot be told.

    Minutes without a value do not count.
    """
    known = np.isfinite(values)
    if known.sum() < _LEAST_MINUTES:
        return float("inf")
    return float(np.polyfit(np.array(hours)[known], np.array(values, float)[known], 1)[0])


def _told(one: Way) -> str:
    pictures, sounds = (
        "/".join(f"{_rank(delays, share):.0f}" for share in (0.5, 0.95))
        for delays in (one.picture_delays, one.sound_delays)
    )
    return f"picture {pictures}, sound {sounds}, lips {_rank(one.apart, 0.5):+.0f}"


def _rank(values: list[float], share: float) -> float:
    """Return the value of a rank; infinite when nothing came."""
    return percentile(values, share) if values else float("inf")
