"""What this PC can tell of its own network: its addresses, whether it slept, and whether services answer."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.video.fault.facts import NOT_ASKED, Answer, Reach

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


_TRY_AGAIN = 0.9
"""Seconds after which a first try was lost: systems send their second after one (RFC 6298 section 2)."""
_APART = 0.02
"""Seconds between the beginnings of several knocks, so that they are not lost together."""


async def knock(host: str, port: int, limit: float = 1.5) -> Reach:
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


async def knock_often(host: str, port: int, times: int) -> Reach:
    """Return how a service answers to several connections at about the same time, as one."""

    async def one_of(number: int) -> Reach:
        await asyncio.sleep(number * _APART)
        return await knock(host, port)

    return together(await asyncio.gather(*(one_of(number) for number in range(times))))


def together(reaches: Sequence[Reach]) -> Reach:
    """Return what several knocks at one door tell: a quarter of them took at most `round_trip_ms`.

    The quickest are asked, since a busy PC makes any of them late, and a full line all.

    `retried` counts those that were heard at the second try at best, while others were heard at the first.
    """
    if any(reach.answer is Answer.UNKNOWN for reach in reaches):
        return NOT_ASKED
    answered = [reach for reach in reaches if reach.round_trip_ms is not None]
    if not answered:
        return Reach(Answer.SILENT)
    trips = sorted(reach.round_trip_ms or 0.0 for reach in answered)
    late = sum(trip - trips[0] >= _TRY_AGAIN * 1000 for trip in trips)
    refused = any(reach.answer is Answer.REFUSES for reach in answered)
    answer = Answer.REFUSES if refused else Answer.ANSWERS
    return Reach(answer, trips[(len(trips) - 1) // 4], late + len(reaches) - len(answered))
