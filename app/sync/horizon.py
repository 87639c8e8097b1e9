"""How far a type has surely been read, by the server's own time: pure, and blind to this PC's clock.

A server stamps a change when it begins and shows it when it ends, up to `OVERLAP` later. What stands on a page
therefore does not prove that everything before it has been seen; what was stamped `OVERLAP` before the reading
began has been.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.sync.reconcile import in_query

OVERLAP = timedelta(minutes=2)
"""At least the longest a server takes to commit, and the most that its clocks may disagree."""
_JUST_AFTER = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ServerTime:
    """The server's time, as two witnesses have it.

    `passed` has surely been passed by the clock that stamps resources; None while no stamp proves any. `shown` is
    what the server says its time is (`Date`), which may be another machine's.
    """

    passed: datetime | None
    shown: datetime | None


@dataclass(frozen=True, slots=True)
class Horizon:
    """What is known of one type.

    Everything stamped up to `safe` has been handed over. `newest` is the largest stamp handed over. `spared_until`
    is set after a reading that brought a great deal: until the server's clock is past it, the overlap is not read
    again. `disbelieved` is the stored watermark that a server's clock was found to be behind when it had been set
    back: it proves nothing any more.
    """

    safe: datetime | None = None
    newest: datetime | None = None
    spared_until: datetime | None = None
    disbelieved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One reading: `since` is where it asks from, `began` the server's time when it began.

    `whole` tells that it begins where everything before is known, so that it may move what is `safe`.
    """

    since: datetime | None
    began: ServerTime
    whole: bool = True


def joined(known: Horizon, watermark: datetime | None, shown: datetime | None = None) -> Horizon:
    """Take in a stored watermark, which may be from an earlier run, and the time the server shows.

    Watermarks stored by the first version of this program were the newest stamp itself; hence the overlap. A server
    that shows a time before what is safe had its clock set back: what it stamps from now on would be passed over,
    so what is safe goes back with it.
    """
    believed = None if watermark and watermark == known.disbelieved else watermark
    proven = believed and believed - OVERLAP
    safe = _later(known.safe, proven)
    if shown and safe and shown < safe:
        return Horizon(shown - OVERLAP, disbelieved=watermark)
    return replace(known, safe=safe, newest=_later(known.newest, believed))


def inquire(horizon: Horizon, now: ServerTime) -> Inquiry:
    """Return how to ask for what is new."""
    spared = horizon.spared_until and now.passed and now.passed < horizon.spared_until
    if spared and horizon.newest:
        return Inquiry(in_query(horizon.newest) + _JUST_AFTER, now, whole=False)
    return Inquiry(horizon.safe, now)


def storable(horizon: Horizon, inquiry: Inquiry, stamp: datetime) -> datetime | None:
    """Return the watermark to store with a page that ends with `stamp`: everything up to it has been handed over.

    It stays `OVERLAP` behind the time the reading began, so that a reading that was cut off, a PC that slept in the
    middle of it, or a stamp in the future costs a second look and never a change. The server's word for its time
    does here, for it only ever holds the stamp back.
    """
    if not inquiry.whole:
        return horizon.safe
    began = inquiry.began.shown or inquiry.began.passed
    return min(stamp, (began or stamp) - OVERLAP)


def finished(horizon: Horizon, inquiry: Inquiry, newest: datetime | None, *, much: bool) -> Horizon:
    """Return what is known after a reading that came to its end; `newest` is the largest stamp it brought."""
    newest = _later(horizon.newest, newest)
    if not inquiry.whole:
        return replace(horizon, newest=newest)
    began = inquiry.began.passed
    safe = _later(horizon.safe, began and began - OVERLAP)
    late = began or newest
    return replace(horizon, safe=safe, newest=newest, spared_until=late + OVERLAP if much and late else None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other
