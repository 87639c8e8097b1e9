"""Reading changes without missing one while the server goes on changing: pure bookkeeping over pages.

Pages are asked for by server time and not by offset: an offset slips when a resource read earlier is changed and
moves to the end. Only among resources of one instant is the server's own `next` link followed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of a resource this is, and when the server made it."""

    id: str
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """How far a read has come.

    `since` is what the running query asks from, `watermark` the largest server time seen or stored before, `last`
    the newest millisecond taken from and `edge` what was taken there. A server that answers out of order loses
    `ordered`, and with it the watermark of every page but the last.
    """

    since: datetime | None
    watermark: datetime | None
    last: datetime | None = None
    edge: frozenset[tuple[str, str]] = frozenset()
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page brought: the new resources by index, the watermark they allow, and how to go on."""

    position: Position
    fresh: tuple[int, ...]
    watermark: datetime | None
    restart: bool


def take(position: Position, page: Sequence[Stamp], more: bool) -> Taken:
    """Take a page, oldest first, into the reading.

    `more` tells whether the server has another page. `restart` says to ask anew from `position.since` rather than
    to follow the server's link; it is only set when that moves the reading forward. Server times are compared in
    whole milliseconds, which is what the query is written in.
    """
    fresh: list[int] = []
    last, edge, ordered, watermark = position.last, set(position.edge), position.ordered, position.watermark
    for index, stamp in enumerate(page):
        key, at = (stamp.id, stamp.version), in_query(stamp.at)
        if last is None or at > last:
            last, edge = at, set()
        elif at < last:
            ordered = False
        elif key in edge:
            continue
        edge.add(key)
        fresh.append(index)
        watermark = stamp.at if watermark is None else max(watermark, stamp.at)
    restart = more and ordered and last is not None and (position.since is None or last > position.since)
    moved = Position(last if restart else position.since, watermark, last, frozenset(edge), ordered)
    return Taken(moved, tuple(fresh), watermark if ordered or not more else None, restart)


def in_query(moment: datetime) -> datetime:
    """Return the instant cut to the milliseconds that a query is written in."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
