"""Rooms: where a booking's patient waits and the two browsers find each other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from app.domain.booking import RoomLink
from app.domain.ids import BookingId
from app.domain.waiting import PatientPresence

JsonObject = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RoomRequest:
    """All a room service may know of a booking: times, the clinic's shown names and number, the language."""

    booking_id: BookingId
    opens_at: datetime
    start: datetime
    end: datetime
    closes_at: datetime
    clinic_name: str
    clinician_name: str
    clinic_phone: str
    language: Literal["da", "en"] = "da"


@dataclass(frozen=True, slots=True)
class RoomSignal:
    """A signalling message from the patient's browser: `kind` is answer, candidate, joined, phone or left.

    `call` is the console's own number of the attempt, so that a late message of an old one is dropped.
    """

    booking_id: BookingId
    kind: Literal["answer", "candidate", "joined", "phone", "left"]
    call: int
    body: JsonObject


RoomNews = PatientPresence | RoomSignal


class RoomLine(Protocol):
    """The open line between this console and the room service."""

    def news(self) -> AsyncIterator[RoomNews]:
        """Yield presences of every open room (first a snapshot) and signals, until the line breaks."""
        ...

    async def send(self, booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
        """Send one signalling message to the patient: admit, offer, candidate, telephone or ended."""
        ...


class Rooms(Protocol):
    """A room service; raises KlinikError(ROOM_UNREACHABLE | ROOM_REFUSED)."""

    async def ensure_room(self, request: RoomRequest) -> RoomLink:
        """Return the booking's room, made if there is none, opened if it was closed; a booking keeps its room."""
        ...

    async def close_room(self, booking_id: BookingId) -> None:
        """Close the room until it is ensured again; a room that is unknown or closed is no error."""
        ...

    def open_line(self) -> AbstractAsyncContextManager[RoomLine]:
        """Connect the line; leaving the context hangs up."""
        ...

    async def ice_servers(self) -> tuple[JsonObject, ...]:
        """Return the ICE servers to use, in the form of W3C RTCIceServer."""
        ...
