"""How far each type of resource has been read, and so how far the first reading has come."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select

from app.domain.changes import Changes
from app.domain.ports.practice_system import ChangeBatch, ReadPoint
from app.domain.views import FirstSync
from app.store.bulk import upsert
from app.store.schema import read_point

_ONE = select(read_point).where(read_point.c.type == bindparam("type"))
_ALL_OF_A_TYPE = case(
    (read_point.c.complete, read_point.c.fetched), else_=func.max(read_point.c.expected, read_point.c.fetched)
)
_COUNTS = select(
    func.count().label("types"),
    func.count().filter(read_point.c.complete).label("complete"),
    func.coalesce(func.sum(read_point.c.fetched), 0).label("fetched"),
    func.sum(_ALL_OF_A_TYPE).label("expected"),
    func.count().filter(read_point.c.expected.is_(None), ~read_point.c.complete).label("untold"),
).select_from(read_point)


def read_points(connection: Connection) -> dict[str, ReadPoint]:
    """Return how far each type has been read."""
    return {row.type: ReadPoint(row.at, row.complete) for row in connection.execute(select(read_point))}


def advance(connection: Connection, batch: ChangeBatch, new: int) -> Changes:
    """Take in how far a type is read when a batch is stored, of which so many resources were not known before.

    A watermark moves forward, never back, and a type that was read to its end stays so.
    """
    before = connection.execute(_ONE, {"type": batch.type}).one_or_none()
    values = {
        "at": _later(batch.watermark, before.at if before else None),
        "complete": batch.complete or bool(before and before.complete),
        "fetched": new + (before.fetched if before else 0),
        "expected": before.expected if before and batch.expected is None else batch.expected,
    }
    if before is not None and all(before._mapping[name] == value for name, value in values.items()):
        return Changes.NOTHING
    upsert(connection, read_point, ("type",), [{"type": batch.type, **values}])
    shown = before is None or not before.complete
    return Changes.SYNC if shown else Changes.NOTHING


def first_sync(connection: Connection, *, paused: bool) -> FirstSync | None:
    """Return how far the first reading has come; None once every type was read to its end.

    What types there are is known from their first batches, so without any nothing has been read yet.
    """
    counts = connection.execute(_COUNTS).one()
    if counts.types and counts.complete == counts.types:
        return None
    told = counts.types and not counts.untold
    return FirstSync(counts.fetched, counts.expected if told else None, paused)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)
