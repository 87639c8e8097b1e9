"""Run the embedded demo: `python -m app.demo --dir DIR`."""

import argparse
import asyncio
import ipaddress
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path

from app.demo.practice_system.profile import PROFILES, STANDARD
from app.demo.room_process import RoomServiceError
from app.demo.sole_stack import SoleStack
from app.demo.stack import Stack, run_stack

log = logging.getLogger("app.demo")

_ASK_AGAIN_SECONDS = 0.2


class AlreadyRunningError(Exception):
    """A demo cannot start anew where another one is running."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT, or with --with-parent until standard input ends; returns the exit code.

    Where the directory's demo runs already, this one joins it: it says where the services answer, and takes over
    when the other ends.
    """
    options = _parse_options(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(options))
    except (OSError, RoomServiceError, AlreadyRunningError) as error:
        log.critical("the demo could not run: %s", error)
        return 1
    return 0


async def _run(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there asyncio.run turns Ctrl+C into a cancellation.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    if options.with_parent:
        threading.Thread(target=_await_parent, args=(loop, stop), daemon=True).start()
    with closing(SoleStack(options.dir)) as sole:
        if options.fresh and not sole.take():
            raise AlreadyRunningError("another demo runs in this directory")
        joined = await _beside_another(sole, stop)
        if stop.is_set():
            return
        async with run_stack(
            options.dir,
            host=options.host,
            first_port=options.ports,
            fresh=options.fresh,
            profile=PROFILES[options.profile],
        ) as stack:
            sole.tell(_ready(stack))
            if not joined:
                _say(_ready(stack))
            await stop.wait()


async def _beside_another(sole: SoleStack, stop: asyncio.Event) -> bool:
    """Wait until the right to run the demo is ours, or `stop`; tells whether another demo has been joined."""
    joined = False
    while not sole.take():
        if not joined and (ready := sole.told()):
            _say(ready)
            joined = True
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _ASK_AGAIN_SECONDS)
        if stop.is_set():
            break
    return joined


def _ready(stack: Stack) -> dict[str, object]:
    consoles = [
        {"id": one.user.id, "name": one.user.name, "role": one.role.value, "settings": str(one.settings)}
        for one in stack.consoles
    ]
    return {"ready": True, "settings": str(stack.settings), "consoles": consoles, **asdict(stack.addresses)}


def _say(ready: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()


def _await_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Stop when the process that holds our standard input is gone."""
    # Not sys.stdin's buffer: its lock, held by a thread that waits, would break the interpreter's end.
    while os.read(0, 1024):
        pass
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)


def _parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m app.demo", description="A practice system, an SMS gateway with a phone, and a room service."
    )
    parser.add_argument("--dir", type=Path, required=True, help="where the data is kept between runs")
    parser.add_argument(
        "--host", type=_loopback, default="127.0.0.1", help="loopback address (default: %(default)s)"
    )
    parser.add_argument(
        "--ports", type=int, default=0, help="first of three ports; 0 takes those of the last run, or free ones"
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier runs and seed anew")
    parser.add_argument(
        "--profile",
        choices=sorted(PROFILES),
        default=STANDARD.name,
        help="which server the practice system is like (default: %(default)s)",
    )
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    return parser.parse_args(arguments)


def _loopback(text: str) -> str:
    """The practice system asks nobody who they are, so it answers this machine only."""
    if not ipaddress.IPv4Address(text).is_loopback:
        raise argparse.ArgumentTypeError("the demo listens on an IPv4 loopback address only")
    return text


if __name__ == "__main__":
    sys.exit(main())
