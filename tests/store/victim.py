"""A process that books and is killed: `python -m tests.store.victim DATABASE after|inside|many`.

It says on stdout how far it has come, and never ends by itself.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.domain.actions import ActionKind, Effect
from app.domain.clinic_time import utc_now
from app.domain.ports.store import Transition
from app.store.database import open_database
from app.store.local_store import LocalStore
from tests.store.builders import KEY, a_booking, effect, put

KINDS = (ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION)


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


class StallingEffects(tuple[Effect, ...]):
    """Effects that stop the transaction after the first of them is written."""

    def __iter__(self) -> Iterator[Any]:
        yield self[0]
        say("inside")
        sys.stdin.read()


async def book(path: Path, when: str) -> None:
    store = LocalStore(open_database(path, KEY), utc_now)
    if when == "inside":
        booking = a_booking()
        effects = StallingEffects(effect(booking, kind) for kind in KINDS)
        await store.transition(booking.id, lambda _: Transition(booking, effects))
    while True:
        booking = a_booking()
        await put(store, booking, *KINDS)
        say(booking.id)
        if when == "after":
            sys.stdin.read()


if __name__ == "__main__":
    asyncio.run(book(Path(sys.argv[1]), sys.argv[2]))
