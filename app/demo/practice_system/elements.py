"""Finding things in a resource's JSON: values by path, references anywhere, and dates of any precision."""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.demo.practice_system.problems import JsonObject
from app.domain.clinic_time import CLINIC_ZONE

MAX_DEPTH = 40

_FHIR_DATE = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2})"
    r"(T(?P<time>[0-9]{2}:[0-9]{2})(:(?P<second>[0-9]{2})(?P<fraction>\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)


def values_at(resource: object, path: str) -> Iterator[object]:
    """Yield every value at a dotted path, going through lists on the way."""
    head, _, rest = path.partition(".")
    if isinstance(resource, list):
        for item in resource:
            yield from values_at(item, path)
    elif isinstance(resource, dict) and head in resource:
        value = resource[head]
        if rest:
            yield from values_at(value, rest)
        elif isinstance(value, list):
            yield from value
        else:
            yield value


def objects_in(value: object) -> Iterator[JsonObject]:
    """Yield every JSON object in a value, outermost first; raises ValueError when nested too deep."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        children: Iterable[object] = ()
        if isinstance(item, dict):
            yield item
            children = item.values()
        elif isinstance(item, list):
            children = item
        waiting.extend((child, depth + 1) for child in children if isinstance(child, dict | list))


def references_in(value: object) -> Iterator[str]:
    """Yield the text of every `reference` in a value."""
    for item in objects_in(value):
        reference = item.get("reference")
        if isinstance(reference, str):
            yield reference


def date_range(text: str) -> tuple[int, int]:
    """Return the half-open span of Unix milliseconds that a FHIR date, dateTime or instant stands for.

    A value without a zone is read in the clinic's own time. Raises ValueError when it is not a FHIR date.
    """
    match = _FHIR_DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a FHIR date")
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    if match["time"]:
        zone = match["zone"] or ""
        start = datetime.fromisoformat(f"{match[0][:10]}T{match['time']}:{match['second'] or '00'}{zone}")
        fraction = (match["fraction"] or ".")[1:4]
        low = _milliseconds(start) + int(fraction.ljust(3, "0"))
        return low, low + (10 ** (3 - len(fraction)) if match["second"] else 60_000)
    start = datetime(year, month, day, tzinfo=CLINIC_ZONE)
    if not match["month"]:
        end = datetime(year + 1, 1, 1, tzinfo=CLINIC_ZONE)
    elif not match["day"]:
        end = start + timedelta(days=calendar.monthrange(year, month)[1])
    else:
        end = start + timedelta(days=1)
    return _milliseconds(start), _milliseconds(end)


def instant(milliseconds: int) -> str:
    """Return Unix milliseconds as a FHIR instant in UTC with three decimals."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=CLINIC_ZONE)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
