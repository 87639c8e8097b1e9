"""One call after another with faults injected into it: does the console name who is at fault, and how soon?"""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

from tests.driver.console import ConsoleError, Door, knock
from tests.lab.browser_witness import BrowserWitness
from tests.lab.clinic import LabClinic
from tests.lab.conditions import NEAR, Condition
from tests.lab.hold import come_in, invite, new_patient
from tests.lab.injections import Injection
from tests.lab.namespaces import LabError
from tests.lab.scoring import NAMED_WITHIN, Saying, Score, row, score
from tests.lab.troubles import HeldCall

_LOOK_EVERY = 0.1
_WATCHED = NAMED_WITHIN + 4.0
"""Seconds for which the chip is read: what comes too late is told, but does not count."""
_PATIENCE = 60.0
"""Seconds that a call gets to be well again."""
_CALM = 3.0
"""Seconds without a chip after which the call is well."""
_WHOLE = "Billede og lyd"
_LIVE = (_WHOLE, "Mindre billede", "Kun lyd")
_AS_EVER = Condition("faults", NEAR)


async def hold(clinic: LabClinic, injections: tuple[Injection, ...]) -> list[Score]:
    """Hold one call and inject fault after fault, each when the call has recovered from the one before.

    It ends early when the call does not recover, or not to what the next fault takes; the rest is for another.
    """
    scores: list[Score] = []
    scratch = clinic.directory / "console"
    async with AsyncExitStack() as opened:
        patient = await new_patient(opened, clinic)
        call = HeldCall(clinic, _AS_EVER, patient, BrowserWitness(patient.page), "", scratch, opened)
        console = await call.open_console()
        call.link = await invite(clinic, console)
        await clinic.network.impair(NEAR)
        await come_in(patient, call.link, console)
        door = await knock(scratch / "door")
        opened.callback(door.writer.close)
        if not await _becomes_well(door, []):
            raise LabError("the call did not come about")
        for injection in injections:
            if scores and injection.whole and _WHOLE not in await _text(door, "callWindow"):
                break
            clinic.network.latest = 0.0
            found = await _inject(call, door, injection)
            await injection.heal(call)
            await clinic.network.impair(NEAR)
            seen: list[str] = []
            well = await _becomes_well(door, seen)
            scores.append(replace(found, line_late=clinic.network.latest, afterwards=tuple(seen)))
            print("  ".join(row(scores[-1])), flush=True)
            if not well:
                break
    return scores


async def _inject(call: HeldCall, door: Door, injection: Injection) -> Score:
    sayings: list[Saying] = []
    began = time.monotonic()
    striking = asyncio.ensure_future(injection.strike(call))
    evidence = ""
    while time.monotonic() - began < _WATCHED:
        chip = await _text(door, "toggleFixCard")
        if not sayings or chip != sayings[-1].chip:
            sayings.append(Saying(time.monotonic() - began, chip))
            evidence = await _evidence(door) if chip else evidence
        if score("", injection.fault, sayings).right:
            break
        await asyncio.sleep(_LOOK_EVERY)
    await striking
    return score(injection.name, injection.fault, sayings, evidence)


async def _becomes_well(door: Door, seen: list[str]) -> bool:
    """Wait until the call is well again; `seen` gets each chip that is shown until then."""
    deadline, well_since = time.monotonic() + _PATIENCE, None
    while time.monotonic() < deadline:
        said = await _text(door, "callWindow")
        live = any(word in said for word in _LIVE)
        chip = await _text(door, "toggleFixCard")
        if chip and chip not in seen:
            seen.append(chip)
        if chip or not live:
            well_since = None
        elif time.monotonic() - (well_since := well_since or time.monotonic()) >= _CALM:
            return True
        await asyncio.sleep(_LOOK_EVERY)
    print(f"the call did not recover; the console says {await _text(door, 'callWindow')!r}", flush=True)
    return False


async def _evidence(door: Door) -> str:
    """Return what the card says was measured, which is opened and closed for it."""
    await door.ask("click", name="toggleFixCard")
    lines = (await _text(door, "fixCard")).splitlines()
    with suppress(ConsoleError):
        await door.ask("click", name="toggleFixCard")
    return lines[2] if len(lines) > 2 else " ".join(lines)


async def _text(door: Door, name: str) -> str:
    try:
        text: str = await door.ask("text", name=name)
    except ConsoleError:
        return ""
    return text
