"""Makes an appointment that another console or the practice system made a booking of this console's."""

from datetime import datetime

from app.domain.booking import MADE_LONG_AGO, Booking, BookingState, RowState
from app.domain.patient import Patient
from app.domain.ports.practice_system import Appointment


def adopt(appointment: Appointment, patient: Patient, now: datetime) -> Booking | None:
    """Return the booking an appointment stands for, or None when it names no clinician.

    Its room and invitation, if it has any, are in the hands of whoever made it.
    """
    if appointment.clinician_id is None:
        return None
    asked = appointment.reached is BookingState.REQUESTED
    return Booking(
        id=appointment.known_as,
        patient_id=patient.id,
        clinician_id=appointment.clinician_id,
        made_by=appointment.clinician_id,
        form=appointment.form,
        start=appointment.start,
        end=appointment.end,
        made_at=appointment.made_at or MADE_LONG_AGO,
        state=appointment.reached,
        slot_id=appointment.slot_id,
        phone=patient.phone,
        appointment_id=appointment.id,
        row_state=RowState.SENT if asked else RowState.CONFIRMED,
        changed_at=now,
        row_state_at=appointment.version_at or now,
        version_at=appointment.version_at,
    )
