"""Days as they are typed into a search: `20.11`, `20/11-2026`, `november`, `mandag`."""

import calendar
import re
from datetime import date, timedelta

from app.domain.search_text import plain, written

_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?[./-]?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lordag", "sondag")
_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_LEAST = 3


def days_of(typed: str, today: date) -> tuple[date, date] | None:
    """Return the first day meant and the day after the last, or None when no day is meant.

    A weekday is the next one, today included; a date or a month without a year is the one closest to today.
    """
    word = plain(written(typed.strip()))
    return _one_day(word, today) or _weekday(word, today) or _month(word, today)


def _one_day(word: str, today: date) -> tuple[date, date] | None:
    if found := _ISO.fullmatch(word):
        year, month, day = map(int, found.groups())
        return _day(year, month, day)
    if not (found := _DATE.fullmatch(word)):
        return None
    day, month = int(found[1]), int(found[2])
    if found[3]:
        return _day(int(found[3]) if len(found[3]) == len("2026") else 2000 + int(found[3]), month, day)
    near = [span for year in _years(today) if (span := _day(year, month, day))]
    return min(near, key=lambda span: abs(span[0] - today), default=None)


def _day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return (one := date(year, month, day)), one + timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def _weekday(word: str, today: date) -> tuple[date, date] | None:
    number = _named(word, _WEEKDAYS)
    if number is None:
        return None
    day = today + timedelta(days=(number - today.weekday()) % 7)
    return day, day + timedelta(days=1)


def _month(word: str, today: date) -> tuple[date, date] | None:
    number = _named(word, _MONTHS)
    if number is None:
        return None
    firsts = [date(year, number + 1, 1) for year in _years(today)]
    first = min(firsts, key=lambda first: abs(first + timedelta(days=15) - today))
    return first, first + timedelta(days=calendar.monthrange(first.year, first.month)[1])


def _named(word: str, names: tuple[str, ...]) -> int | None:
    if len(word) < _LEAST:
        return None
    return next((number for number, name in enumerate(names) if name.startswith(word)), None)


def _years(today: date) -> range:
    return range(today.year - 1, today.year + 2)
