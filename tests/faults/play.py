"""Playing a history: each step is one thing somebody does, or that goes wrong."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.faults import colleague, people
from tests.faults.console import POLL_EVERY, Console
from tests.faults.oracle import findings
from tests.faults.steps import FATES, WAITS, History, Step
from tests.faults.virtual_time import run
from tests.faults.world import World, clinic

_SETTLED = timedelta(minutes=13)
"""Longer than the reader lets deletions pass unnoticed where a server does not list them."""
_PATIENCE = timedelta(hours=1)


def play(history: History) -> list[str]:
    """Play a history to its quiet end; returns what was found wrong then, each a sentence."""
    return run(_play(history))


async def _play(history: History) -> list[str]:
    with _errors_noted() as errors:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(str(context)))
        async with clinic(history) as world:
            await asyncio.sleep(3)
            for step in history.steps:
                await _take(world, step)
            world.wire.calm()
            for console in world.consoles:
                console.sync.resume()
                await console.look_after()
            await _rest(world)
            found = [*world.trouble, *errors, *await findings(world)]
            if not found and await _settle_all(world, keep_mine=history.seed % 2 == 0):
                await _rest(world)
                found = [f"once settled: {what}" for what in [*world.trouble, *errors, *await findings(world)]]
            return found


async def _rest(world: World) -> None:
    """Wait until nothing waits to be sent and everything has been read."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _PATIENCE.total_seconds()
    while loop.time() < end:
        if not await _anything_waits(world):
            rest = POLL_EVERY * 1.5 if world.practice.kind.type_history else _SETTLED
            await asyncio.sleep(rest.total_seconds())
            if not await _anything_waits(world):
                return
        await asyncio.sleep(5)
    world.trouble.append("the consoles never came to rest")


async def _anything_waits(world: World) -> bool:
    return any([await console.waiting() for console in world.consoles])


async def _settle_all(world: World, *, keep_mine: bool) -> bool:
    """Let somebody end every conflict there is; tells whether there was one."""
    any_there = False
    for console in world.consoles:
        for booking_id in await console.conflicts():
            any_there = True
            await people.settle(world, console, booking_id, keep_mine=keep_mine)
    return any_there


async def _take(world: World, step: Step) -> None:
    console = world.consoles[step.who % len(world.consoles)]
    if step.verb == "wait":
        await asyncio.sleep(WAITS[(step.a + step.b) % len(WAITS)])
    elif step.verb.startswith("lps_"):
        colleague.act(world, step)
    elif step.verb in _HAPPENINGS:
        _HAPPENINGS[step.verb](world, console, step)
    elif step.verb in ("kill", "spoil", "restart"):
        await (console.stop() if step.verb == "restart" else console.kill())
        if step.verb == "spoil":
            console.spoil(world.chance, 1 << step.a)
        await asyncio.sleep(WAITS[step.b % len(WAITS)])
        console.start()
    else:
        await people.act(world, console, step)


def _fate(world: World, console: Console, step: Step) -> None:
    host = ("practice", "practice", "rooms", "sms")[step.b % 4]
    fate = FATES[(step.a * 8 + step.b) % len(FATES)]
    world.wire.fates[console.name, host].append(fate)


def _cut(world: World, console: Console, step: Step) -> None:
    world.wire.cut.add(console.name)


def _mend(world: World, console: Console, step: Step) -> None:
    world.wire.cut.discard(console.name)


def _down(world: World, console: Console, step: Step) -> None:
    host = ("practice", "rooms", "sms")[step.b % 3]
    world.wire.down.add(host)
    asyncio.get_running_loop().call_later(WAITS[step.a % len(WAITS)], world.wire.down.discard, host)


def _storm(world: World, console: Console, step: Step) -> None:
    world.wire.storm = (step.a + 1) / 16


def _calm(world: World, console: Console, step: Step) -> None:
    world.wire.calm()


def _doom(world: World, console: Console, step: Step) -> None:
    world.doomed[console.name] = step.a + step.b


_HAPPENINGS: dict[str, Callable[[World, Console, Step], None]] = {
    "fate": _fate, "cut": _cut, "mend": _mend, "down": _down, "storm": _storm, "calm": _calm, "doom": _doom,
    "retry": lambda world, console, step: console.sync.retry(),
    "pause": lambda world, console, step: console.sync.pause(),
    "resume": lambda world, console, step: console.sync.resume(),
}  # fmt: skip


@contextmanager
def _errors_noted() -> Iterator[list[str]]:
    """Keep the program's own log quiet, and note what it calls an error."""
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("app")
    propagated, log.propagate = log.propagate, False
    log.addHandler(handler)
    try:
        yield errors
    finally:
        log.removeHandler(handler)
        log.propagate = propagated
