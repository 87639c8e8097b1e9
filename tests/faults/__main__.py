"""The nightly form: many histories, a real process killed again and again, full, read-only and damaged disks.

`python -m tests.faults [--histories 2000] [--writes 300] [--seed N]` prints each failure with what plays it again:
`python -m tests.faults --replay "0 2 0 1; A book 0 0; ..."`. Figures go to build/bench.jsonl.
"""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.report import Figure, record
from tests.faults import kill_run
from tests.faults.play import play
from tests.faults.steps import History, histories, parse

_STORIES = (
    "tests/faults/test_disk.py",
    "tests/faults/test_canary.py",
    "tests/stories/test_disk_in_trouble.py",
    "tests/stories/test_sudden_death.py",
)


@dataclass(frozen=True, slots=True)
class Played:
    """How many histories one process played, and the first that went wrong, as small as it could be made."""

    count: int
    failure: str


def play_many(count: int, number: int) -> Played:
    """Play so many histories drawn from a seed; stops at the first kind of failure, made small."""
    played = 0
    failing: list[str] = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(histories)
    def every_history_ends_well(history: History) -> None:
        nonlocal played
        played += 1
        found = play(history)
        if found:
            failing[:] = [f"{found[0]}\n  --replay {repr(history)[6:-1]}"]
        assert not found

    try:
        every_history_ends_well()
    except AssertionError:
        return Played(played, failing[0])
    return Played(played, "")


def main() -> int:
    """Run what was asked for; returns 1 when anything was lost, doubled or not told."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--histories", type=int, default=2000, help="how many to play (default %(default)s)")
    parser.add_argument("--writes", type=int, default=kill_run.WRITES, help="accepted writes (default %(default)s)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31), help="default: a new one each time")
    parser.add_argument("--replay", default="", help="one history, as a failure prints it")
    chosen = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of a set of texts is part of a history.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.faults", *sys.argv[1:], f"--seed={chosen.seed}"])
    if chosen.replay:
        found = play(parse(chosen.replay))
        print("\n".join(found) or "all is well")
        return int(bool(found))
    print(f"seed {chosen.seed}", flush=True)
    figures = [_histories(chosen.histories, chosen.seed)]
    figures += asyncio.run(kill_run.measure(chosen.writes, chosen.seed))
    figures.append(_disks())
    record(figures)
    return int(not all(figure.ok for figure in figures))


def _histories(count: int, number: int) -> Figure:
    workers = os.cpu_count() or 1
    started = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        shares = [count // workers + (rest < count % workers) for rest in range(workers)]
        runs = list(pool.map(play_many, shares, range(number, number + workers)))
    failures = [run.failure for run in runs if run.failure]
    for failure in failures:
        print(failure, flush=True)
    played = sum(run.count for run in runs)
    name = f"histories gone wrong of {played} ({time.monotonic() - started:.0f} s)"
    return Figure(name, len(failures), "", budget="0", ok=not failures)


def _disks() -> Figure:
    """Run the tests of full, read-only and damaged disks, and of the canary; each ends in a process of its own."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = (sys.executable, "-m", "pytest", "-q", *_STORIES)
    failed = subprocess.run(command, env=environment, check=False).returncode
    return Figure("disk tests failed", int(bool(failed)), "", budget="0", ok=not failed)


if __name__ == "__main__":
    sys.exit(main())
