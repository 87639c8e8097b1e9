"""The resources the console makes for a booking: pure, and the same booking always gives the same ones."""

import base64
import uuid
from datetime import datetime

from app.domain.booking import Booking, ConsultationForm, RoomLink
from app.domain.ids import derived_uuid
from app.domain.outcome import Outcome, OutcomeKind
from app.sync.fhir.codes import (
    CANCELLATION_REASON,
    ENCOUNTER_CLASS,
    FEE_CODES,
    FORM_CODING,
    LOINC,
    MEETING_URL,
    R5_DATATYPE,
    UUID_PREFIX,
    UUID_SYSTEM,
    VIRTUAL_SERVICE,
)
from app.sync.fhir.elements import checked_id
from app.sync.fhir.json_text import JsonObject

_FORM_TEXT = {
    ConsultationForm.VIDEO: "Videokonsultation",
    ConsultationForm.TELEPHONE: "Telefonkonsultation",
    ConsultationForm.IN_PERSON: "Konsultation",
}
HELD = frozenset({OutcomeKind.COMPLETED, OutcomeKind.BY_TELEPHONE})
"""Outcomes in which patient and clinician spoke; the others leave no Encounter."""


def check_sendable(booking: Booking) -> None:
    """Raise ValueError when the booking's ids or times are none the practice system could take."""
    uuid.UUID(booking.id)
    left = booking.moved_from.slot_id if booking.moved_from else None
    for known in (booking.slot_id, booking.appointment_id, left):
        if known is not None:
            checked_id(known)
    checked_id(booking.patient_id)
    checked_id(booking.clinician_id)
    if booking.start.tzinfo is None or booking.end.tzinfo is None or booking.start >= booking.end:
        raise ValueError("a booking that ends before it starts")


def identifier(value: str) -> JsonObject:
    """Return the identifier for one of our UUIDs."""
    return {"system": UUID_SYSTEM, "value": f"{UUID_PREFIX}{value}"}


def appointment_of(booking: Booking) -> JsonObject:
    """Build the Appointment; its identifier is the booking's own UUID."""
    appointment: JsonObject = {
        "resourceType": "Appointment",
        "identifier": [identifier(booking.id)],
        "status": "booked",
        "serviceType": [_form(booking.form)],
        "start": fhir_instant(booking.start),
        "end": fhir_instant(booking.end),
        "created": fhir_instant(booking.made_at),
        "participant": [
            {"actor": reference("Patient", booking.patient_id), "status": "accepted"},
            {"actor": reference("Practitioner", booking.clinician_id), "status": "accepted"},
        ],
    }
    if booking.slot_id is not None:
        appointment["slot"] = [reference("Slot", booking.slot_id)]
    if booking.form is ConsultationForm.VIDEO and booking.room is not None:
        appointment["extension"] = _meeting(booking.room)
    return appointment


def encounter_of(booking: Booking, outcome: Outcome, appointment_id: str | None) -> JsonObject:
    """Build the Encounter of a consultation that was held, in the form it was held in."""
    form = ConsultationForm.TELEPHONE if outcome.kind is OutcomeKind.BY_TELEPHONE else booking.form
    in_person = form is ConsultationForm.IN_PERSON
    encounter: JsonObject = {
        "resourceType": "Encounter",
        "identifier": [identifier(derived_uuid(booking.id, "encounter"))],
        "status": "finished",
        "class": {"system": ENCOUNTER_CLASS, "code": "AMB" if in_person else "VR"},
        "type": [_form(form)],
        "subject": reference("Patient", booking.patient_id),
        "participant": [{"individual": reference("Practitioner", booking.clinician_id)}],
        "period": {"start": fhir_instant(outcome.started_at), "end": fhir_instant(outcome.ended_at)},
    }
    if appointment_id is not None:
        encounter["appointment"] = [reference("Appointment", appointment_id)]
    return encounter


def charge_of(booking: Booking, outcome: Outcome, fee_code: str, encounter: JsonObject | None) -> JsonObject:
    """Build the ChargeItem for the fee code (ydelseskode); the practice system bills it.

    `encounter` is the Reference to the consultation, None when none was held.
    """
    code: JsonObject = {"coding": [{"system": FEE_CODES, "code": fee_code}]}
    if outcome.fee_text:
        code["text"] = outcome.fee_text
    charge: JsonObject = {
        "resourceType": "ChargeItem",
        "identifier": [identifier(derived_uuid(booking.id, "charge"))],
        "status": "billable",
        "code": code,
        "subject": reference("Patient", booking.patient_id),
        "occurrenceDateTime": fhir_instant(outcome.started_at),
        "performer": [{"actor": reference("Practitioner", booking.clinician_id)}],
    }
    if encounter is not None:
        charge["context"] = encounter
    return charge


def note_of(
    booking: Booking, outcome: Outcome, note: str, encounter: JsonObject | None, appointment_id: str | None
) -> JsonObject:
    """Build the DocumentReference that carries the note line to the record."""
    context: JsonObject = {
        "period": {"start": fhir_instant(outcome.started_at), "end": fhir_instant(outcome.ended_at)}
    }
    if encounter is not None:
        context["encounter"] = [encounter]
    if appointment_id is not None:
        context["related"] = [reference("Appointment", appointment_id)]
    attachment: JsonObject = {
        "contentType": "text/plain; charset=utf-8",
        "language": "da",
        "data": base64.b64encode(note.encode()).decode(),
    }
    return {
        "resourceType": "DocumentReference",
        "identifier": [identifier(derived_uuid(booking.id, "note"))],
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": "11488-4"}], "text": "Konsultationsnotat"},
        "subject": reference("Patient", booking.patient_id),
        "date": fhir_instant(outcome.ended_at),
        "author": [reference("Practitioner", booking.clinician_id)],
        "content": [{"attachment": attachment}],
        "context": context,
    }


def final_elements(kind: OutcomeKind) -> JsonObject:
    """Return the elements of the Appointment that say how it ended."""
    if kind in HELD:
        return {"status": "fulfilled"}
    if kind is OutcomeKind.NO_SHOW:
        return {"status": "noshow"}
    reason = {"coding": [{"system": CANCELLATION_REASON, "code": "other"}], "text": "Teknisk fejl"}
    return {"status": "cancelled", "cancelationReason": reason}


def _form(form: ConsultationForm) -> JsonObject:
    system, code = FORM_CODING[form]
    return {"coding": [{"system": system, "code": code}], "text": _FORM_TEXT[form]}


def _meeting(room: RoomLink) -> list[JsonObject]:
    """The link twice: as the Danish infrastructure reads it, and as R5 does (cross-version extension)."""
    return [
        {"url": MEETING_URL, "valueUri": room.url},
        {
            "url": VIRTUAL_SERVICE,
            "extension": [
                {"url": R5_DATATYPE, "valueString": "VirtualServiceDetail"},
                {"url": "address", "valueUrl": room.url},
                {"url": "sessionKey", "valueString": room.code},
            ],
        },
    ]


def reference(resource_type: str, resource_id: str) -> JsonObject:
    """Return a Reference to a resource of the server's."""
    return {"reference": f"{resource_type}/{resource_id}"}


def fhir_instant(moment: datetime) -> str:
    """Return an aware instant as FHIR writes it, in UTC and milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
