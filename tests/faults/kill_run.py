"""kill -9 of a real console at random moments during many accepted writes, on the real demo services.

`python -m tests.faults.kill_run [WRITES] [SEED]`: at the end nothing promised may be lost, nothing done twice, and
the database must have opened every time.
"""

import asyncio
import contextlib
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.report import Figure, record
from tests.driver.console import PROJECT
from tests.driver.stack import running_stack
from tests.faults.kill_findings import Promise, doubled, lost

WRITES = 300
_ENDLESS = 1 << 30


@dataclass
class Run:
    """What was promised so far, and what the killing came to."""

    promises: list[Promise] = field(default_factory=list)
    kills: int = 0
    failed_starts: int = 0
    next: int = 0

    @property
    def promised(self) -> int:
        return sum(1 for each in self.promises if each.certain)

    def take(self, line: str) -> None:
        """Take in a line the console wrote."""
        word, *rest = line.rstrip("\n").split("\t")
        if word in ("asked", "promised", "refused"):
            self.next = int(rest[0]) + 1
            if self.promises and self.promises[-1].number == int(rest[0]):
                self.promises.pop()
            if word != "refused":
                self.promises.append(Promise(int(rest[0]), rest[1], rest[2], rest[3], certain=word == "promised"))


async def measure(writes: int = WRITES, seed: int = 1) -> list[Figure]:
    """Kill until so many writes were promised, let the rest be carried out, and look."""
    chance, run = Random(seed), Run()
    with tempfile.TemporaryDirectory() as scratch:
        async with running_stack(Path(scratch) / "demo") as stack:
            await _live(run, stack.settings, 0, None)  # the first reading, undisturbed
            while run.promised < writes:
                await _live(run, stack.settings, _ENDLESS, chance)
            await _live(run, stack.settings, run.next, None)
            lost_writes = await lost(stack, run.promises)
            doubled_writes = await doubled(stack)
    for finding in (*lost_writes, *doubled_writes):
        print(finding, flush=True)
    of = f"of {run.promised} in {run.kills} kills"
    return [
        _none(f"writes lost {of}", len(lost_writes)),
        _none(f"writes doubled {of}", len(doubled_writes)),
        _none(f"databases not opened in {run.kills} kills", run.failed_starts),
    ]


async def _live(run: Run, settings: Path, last: int, chance: Random | None) -> None:
    """Let the console work; it is killed at a moment chosen by chance, if there is one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.kill_victim", str(settings), str(run.next), str(last)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said: list[str] = []

    async def listen() -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            said.append(line.decode())

    listening = asyncio.create_task(listen())
    try:
        if chance is None:
            await asyncio.wait_for(asyncio.shield(listening), 300)
        else:
            at_start = chance.random() < 0.2
            while not at_start and not said and not listening.done():
                await asyncio.sleep(0.01)
            await asyncio.sleep(chance.uniform(0, 2.0 if at_start else 0.8))
    finally:
        # One that has said its last ends by itself; `kill` looks for that first, and would hide it from asyncio.
        if not listening.done():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    run.failed_starts += await process.wait() not in (0, -9)
    run.kills += chance is not None
    await listening
    for line in said:
        run.take(line)


def _none(name: str, value: int) -> Figure:
    return Figure(name, value, "", budget="0", ok=value == 0)


if __name__ == "__main__":
    figures = asyncio.run(measure(*(int(given) for given in sys.argv[1:])))
    record(figures)
    sys.exit(not all(figure.ok for figure in figures))
