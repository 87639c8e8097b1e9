"""`make lab`: calls under every condition, the console beside Chromium, into build/lab.md and build/bench.jsonl.

`python -m tests.lab [NAME[,NAME]]` holds the calls of one condition, or of those with that in their name; with
`--alone` only the console's. `python -m tests.lab faults` injects faults to see whom the console names;
`python -m tests.lab speech` scores what is heard of speech.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import record
from tests.lab import scoring, speech
from tests.lab.clinic import lab_clinic
from tests.lab.conditions import CONDITIONS, Condition, chosen
from tests.lab.faults import hold
from tests.lab.hold import with_chromium, with_console
from tests.lab.injections import INJECTIONS, Injection
from tests.lab.namespaces import LabError, what_is_missing
from tests.lab.network import lab_network
from tests.lab.result import Result
from tests.lab.table import figures, line_of, table

_TABLE = Path("build/lab.md")
_FAULTS_TABLE = Path("build/lab-faults.md")
FAULTS = "faults"
"""The name under which faults are injected; `faults NAME,NAME` those with that in their name."""
_SPEECH_TABLE = Path("build/lab-speech.md")
SPEECH = "speech"
"""The name under which speech is scored instead; `speech NAME,NAME` over those lines with that in their name."""
_LONGEST = 210.0
"""Seconds after which a call that hangs is given up."""
NO_SUCH, CANNOT = 2, 3
"""Exit codes: an unknown condition; a machine on which the lab cannot be built."""


def main() -> int:
    """Hold the calls; returns 1 when one ended neither in contact nor with the telephone offered."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab")
    parser.add_argument("name", nargs="*", help="conditions; all when there is none")
    parser.add_argument("--alone", action="store_true", help="leave out Chromium's calls")
    options = parser.parse_args()
    only = " ".join(options.name)
    conditions = chosen(only) if only else list(CONDITIONS)
    if not conditions and not _is_of(FAULTS, only) and not _is_of(SPEECH, only):
        print(f"no such condition: {only}; there are: {', '.join(one.name for one in CONDITIONS)}")
        return NO_SUCH
    if missing := what_is_missing():
        print(f"the lab cannot be built here: {missing}")
        return CANNOT
    # Ended from outside, it takes its processes and namespaces down all the same.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if _is_of(FAULTS, only):
            return _name_faults(injections_of(only.removeprefix(FAULTS)))
        if _is_of(SPEECH, only):
            return _score_speech(only.removeprefix(SPEECH), peers=not options.alone)
        results = asyncio.run(_hold_all(conditions, peers=not options.alone))
    except LabError as error:
        print(f"the lab cannot be built here: {error}")
        return CANNOT
    _TABLE.parent.mkdir(exist_ok=True)
    _TABLE.write_text(table(results), encoding="utf-8")
    print(f"\n{table(results)}")
    record(figures(results))
    return int(not all(result.saved for result in results if result.engine == "console"))


def _is_of(kind: str, only: str) -> bool:
    return only == kind or only.startswith(f"{kind} ")


def _score_speech(only: str, *, peers: bool) -> int:
    wanted = [one for one in speech.CONDITIONS if not only.strip() or one in chosen(only)]
    calls = asyncio.run(_speak_all(wanted, peers=peers))
    _SPEECH_TABLE.parent.mkdir(exist_ok=True)
    _SPEECH_TABLE.write_text(speech.table(calls), encoding="utf-8")
    print(f"\n{speech.table(calls)}")
    found = speech.figures(calls)
    record(found)
    return int(not all(figure.ok is not False for figure in found))


async def _speak_all(conditions: list[Condition], *, peers: bool) -> list[speech.Spoken]:
    calls: list[speech.Spoken] = []
    for condition in conditions:
        for peer in (True, False) if peers else (False,):
            with tempfile.TemporaryDirectory(prefix="klinikkonsol-lab-") as scratch:
                async with lab_network() as network, lab_clinic(network, Path(scratch)) as clinic:
                    calls.append(await speech.hold(clinic, condition, peer=peer))
            print(speech.table(calls[-1:]).splitlines()[-1], flush=True)
    return calls


def _name_faults(injections: tuple[Injection, ...]) -> int:
    scores = asyncio.run(_inject_all(injections))
    _FAULTS_TABLE.parent.mkdir(exist_ok=True)
    _FAULTS_TABLE.write_text(scoring.table(scores), encoding="utf-8")
    print(f"\n{scoring.table(scores)}")
    found = scoring.figure(scores)
    record([found])
    return int(not found.ok)


async def _inject_all(injections: tuple[Injection, ...]) -> list[scoring.Score]:
    """Inject them all, in as many calls as that takes."""
    scores: list[scoring.Score] = []
    while len(scores) < len(injections):
        with tempfile.TemporaryDirectory(prefix="klinikkonsol-lab-") as scratch:
            async with lab_network() as network, lab_clinic(network, Path(scratch)) as clinic:
                scores += await hold(clinic, injections[len(scores) :])
    return scores


def injections_of(only: str) -> tuple[Injection, ...]:
    """Return the injections with one of these names, parted by commas, in their name; all when there is none."""
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    return tuple(one for one in INJECTIONS if not wanted or any(name in one.name for name in wanted))


async def _hold_all(conditions: list[Condition], *, peers: bool) -> list[Result]:
    results: list[Result] = []
    for condition in conditions:
        results.append(await _one(condition, peer=False))
        if peers and condition.peer:
            results.append(await _one(condition, peer=True))
    return results


async def _one(condition: Condition, *, peer: bool) -> Result:
    """Hold one call in a lab of its own; what goes wrong in it is its result."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="klinikkonsol-lab-") as scratch:
        try:
            async with lab_network() as network, lab_clinic(network, Path(scratch)) as clinic:
                async with asyncio.timeout(_LONGEST):
                    result = await (with_chromium if peer else with_console)(clinic, condition)
        except LabError:
            raise
        except Exception as error:  # a call that broke the lab is a finding, not the end of the others
            note = f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
            result = Result(condition, "Chromium" if peer else "console", note=note)
    print(f"{line_of(result)}  ({time.monotonic() - began:.0f} s)", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
