"""Identifiers, one type for each kind of thing, so that a patient's can never be passed as a booking's."""

import hashlib
import uuid
from typing import NewType

PatientId = NewType("PatientId", str)
ClinicianId = NewType("ClinicianId", str)
SlotId = NewType("SlotId", str)
MessageId = NewType("MessageId", str)
ThreadId = NewType("ThreadId", str)
BookingId = NewType("BookingId", str)
"""A UUID chosen by the console before anything leaves the PC; every remote write is keyed on it."""
ActionId = NewType("ActionId", str)
PictureId = NewType("PictureId", str)
"""A UUID derived from a booking and the picture as it came."""

_THREADS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:klinikkonsol:thread")
_PICTURES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:klinikkonsol:picture")
_APPOINTMENTS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:klinikkonsol:appointment")


def new_booking_id() -> BookingId:
    """Return a fresh random booking id (UUID 4)."""
    return BookingId(str(uuid.uuid4()))


def adopted_booking_id(appointment_id: str) -> BookingId:
    """Return the booking id of an appointment no console made; every console derives the same one."""
    return BookingId(str(uuid.uuid5(_APPOINTMENTS, appointment_id)))


def derived_uuid(booking_id: BookingId, purpose: str) -> str:
    """Return the UUID of one thing made for a booking; the same booking and purpose always give the same one."""
    return str(uuid.uuid5(uuid.UUID(booking_id), purpose))


def picture_id_of(booking_id: BookingId, data: bytes) -> PictureId:
    """Return the id of a picture that came during a booking's call; the same bytes always give the same one."""
    return PictureId(str(uuid.uuid5(_PICTURES, f"{booking_id} {hashlib.sha256(data).hexdigest()}")))


def assignment_uuid(thread_id: ThreadId) -> str:
    """Return the UUID under which the practice system keeps who has taken a thread; every console derives it."""
    return str(uuid.uuid5(_THREADS, thread_id))
