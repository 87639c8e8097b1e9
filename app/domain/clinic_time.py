"""The clinic's clock: instants are aware UTC everywhere, and only the screen turns them into Danish time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CLINIC_ZONE = ZoneInfo("Europe/Copenhagen")

Clock = Callable[[], datetime]
"""Returns the present instant as an aware UTC datetime."""


def utc_now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def clinic_local(instant: datetime) -> datetime:
    """Return an aware instant in the clinic's own time (Europe/Copenhagen)."""
    return instant.astimezone(CLINIC_ZONE)


def clinic_date(instant: datetime) -> date:
    """Return the calendar day an instant falls on at the clinic."""
    return clinic_local(instant).date()


def midnight(day: date) -> datetime:
    """Return the instant a calendar day begins at the clinic."""
    return datetime.combine(day, time.min, CLINIC_ZONE)
