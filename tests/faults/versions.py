"""What the model of a practice system stores, and how it says no."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

Json = dict[str, Any]

STANDING = frozenset({"proposed", "pending", "booked", "arrived", "checked-in", "fulfilled", "noshow"})
"""What an appointment says while it stands for its time, or did."""


class RefusedError(Exception):
    """The server says no, with a status."""

    def __init__(self, status: int, code: str = "processing") -> None:
        super().__init__(status)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource; `body` is None where it was deleted, `by` is who wrote it, `number` orders all."""

    number: int
    type: str
    id: str
    tag: str
    at: datetime
    by: str
    body: Json | None

    @property
    def etag(self) -> str:
        return f'W/"{self.tag}"'


_CANCELLED = frozenset({"cancelled", "entered-in-error"})
_ENDED = frozenset({"fulfilled", "noshow"})


def standing_of(appointment: Json) -> str:
    """Return whether an appointment is booked, cancelled or ended."""
    status = appointment["status"]
    return "cancelled" if status in _CANCELLED else "ended" if status in _ENDED else "booked"


def slots_of(appointment: Json | None) -> set[str]:
    """Return the slots (`Slot/<id>`) an appointment stands in."""
    return {str(slot["reference"]) for slot in (appointment or {}).get("slot", [])}


def identifiers_of(body: Json) -> set[str]:
    """Return the values of a resource's identifiers."""
    return {str(each.get("value")) for each in body.get("identifier", [])}
