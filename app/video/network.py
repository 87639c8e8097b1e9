"""What this PC can tell of its own network: its addresses, whether it slept, and whether services answer."""

import asyncio
import socket
import time
from dataclasses import dataclass
from datetime import datetime

from app.video.facts import NOT_ASKED, Answer, Reach

_FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of documentation (RFC 5737, RFC 3849): a datagram socket joined to one sends nothing, and tells by
which address this PC would."""
_ASLEEP = 4.0
"""Seconds by which the clock on the wall may run ahead of the one that stands still in sleep."""


def own_addresses() -> frozenset[str]:
    """Return the addresses this PC reaches others by, none when it is on no network. Sends nothing."""
    found = set()
    for family, far in _FAR:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                found.add(str(probe.getsockname()[0]))
        except OSError:
            continue
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The addresses of this PC and the two clocks, as they were at one look; `at` is monotonic seconds."""

    addresses: frozenset[str]
    wall: datetime
    at: float


def slept(before: Whereabouts, now: Whereabouts) -> float:
    """Return the seconds for which this PC was asleep or stood still between two looks, 0 when it was not.

    Some systems stop the monotonic clock in sleep; where they do not, the looks themselves are far apart.
    """
    wall, ticking = (now.wall - before.wall).total_seconds(), now.at - before.at
    return wall if wall >= _ASLEEP and (wall - ticking >= _ASLEEP or ticking >= _ASLEEP) else 0.0


def changed(before: Whereabouts, now: Whereabouts) -> bool:
    """Tell whether connections have to be made anew: another address to reach others by, or a sleep."""
    return (bool(now.addresses) and now.addresses != before.addresses) or slept(before, now) > 0


async def knock(host: str, port: int, limit: float = 2.0) -> Reach:
    """Return how a service answers to a TCP connection within `limit` seconds.

    One on this PC tells nothing of the network when it answers.
    """
    if not host:
        return NOT_ASKED
    began = time.monotonic()
    try:
        async with asyncio.timeout(limit):
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return Reach(Answer.REFUSES, (time.monotonic() - began) * 1000)
    except (OSError, TimeoutError):
        return Reach(Answer.SILENT)
    here, there = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
    writer.close()
    if here and there and here[0] == there[0]:
        return NOT_ASKED
    return Reach(Answer.ANSWERS, (time.monotonic() - began) * 1000)
