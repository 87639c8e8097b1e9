"""Schedule, Slot and Appointment as the console knows them."""

import uuid
from datetime import datetime

from app.domain.arrangement import Arrangement
from app.domain.booking import BookingState, ConsultationForm
from app.domain.ids import BookingId, ClinicianId, PatientId, SlotId
from app.domain.ports.practice_system import Appointment
from app.domain.slot import Slot, SlotKind
from app.sync.fhir.change_mark import changed_by, standing_of
from app.sync.fhir.codes import (
    FORM_BY_CODING,
    MEETING_URL,
    UUID_PREFIX,
    UUID_SYSTEM,
    VIRTUAL_SERVICE,
)
from app.sync.fhir.elements import (
    as_object,
    checked_id,
    codings,
    extension,
    identifiers,
    instant,
    objects,
    reference_id,
    text,
    version_time,
)
from app.sync.fhir.json_text import JsonObject

_SLOT_KIND = {
    ConsultationForm.VIDEO: SlotKind.VIDEO,
    ConsultationForm.TELEPHONE: SlotKind.TELEPHONE,
    ConsultationForm.IN_PERSON: SlotKind.IN_PERSON,
}

_REACHED = {
    "proposed": BookingState.REQUESTED,
    "pending": BookingState.REQUESTED,
    "waitlist": BookingState.REQUESTED,
    "booked": BookingState.CONFIRMED,
    "arrived": BookingState.WAITING,
    "checked-in": BookingState.WAITING,
    "fulfilled": BookingState.ENDED,
    "noshow": BookingState.ENDED,
    "cancelled": BookingState.CANCELLED,
    "entered-in-error": BookingState.CANCELLED,
}


def schedule_clinician(resource: JsonObject) -> ClinicianId | None:
    """Return whose calendar a Schedule is, or None when no Practitioner is its actor."""
    for actor in objects(resource.get("actor")):
        if found := reference_id(actor, "Practitioner"):
            return ClinicianId(found)
    return None


def slot_schedule(resource: JsonObject) -> str | None:
    """Return the id of the Schedule a Slot belongs to."""
    return reference_id(resource.get("schedule"), "Schedule")


def parse_slot(resource: JsonObject, clinician_id: ClinicianId) -> Slot:
    """Read a Slot of that clinician's; raises ValueError when it has no id or no proper times."""
    form = _form(resource)
    start, end = instant(resource.get("start")), instant(resource.get("end"))
    if start >= end:
        raise ValueError("a slot that ends before it starts")
    return Slot(
        id=SlotId(checked_id(resource.get("id"))),
        clinician_id=clinician_id,
        start=start,
        end=end,
        kind=_SLOT_KIND[form] if form else SlotKind.ANY,
        free=text(resource.get("status")) == "free",
        version=text(as_object(resource.get("meta")).get("versionId")),
    )


def parse_appointment(resource: JsonObject) -> Appointment:
    """Read an Appointment; raises ValueError when it has no id, a status R4 does not know, or no times."""
    status = text(resource.get("status"))
    if status not in _REACHED:
        raise ValueError("an unknown appointment status")
    patient_id = _participant(resource, "Patient")
    clinician_id = _participant(resource, "Practitioner")
    return Appointment(
        id=checked_id(resource.get("id")),
        booking_id=_booking_id(resource),
        patient_id=PatientId(patient_id) if patient_id else None,
        clinician_id=ClinicianId(clinician_id) if clinician_id else None,
        slot_id=appointment_slot(resource),
        form=_form(resource) or _form_by_link(resource),
        start=instant(resource.get("start")),
        end=instant(resource.get("end")),
        status=status,
        reached=_REACHED[status],
        made_at=_created(resource),
        changed_by=changed_by(resource),
        version_at=version_time(resource),
    )


def appointment_slot(resource: JsonObject) -> SlotId | None:
    """Return the slot an Appointment is in, the first if it names several."""
    return next(iter(appointment_slots(resource)), None)


def appointment_slots(resource: JsonObject) -> tuple[SlotId, ...]:
    """Return the slots an Appointment is in; one that is longer than its slot may have those after it as well."""
    found = (reference_id(slot, "Slot") for slot in objects(resource.get("slot")))
    return tuple(SlotId(slot) for slot in found if slot)


def arrangement_in(resource: JsonObject, otherwise: Arrangement) -> Arrangement:
    """Return what an Appointment arranges; a cancelled one may have lost its times, then `otherwise`'s hold."""
    clinician_id = _participant(resource, "Practitioner")
    form = _form(resource)
    try:
        start, end = instant(resource.get("start")), instant(resource.get("end"))
    except ValueError:
        start, end = otherwise.start, otherwise.end
    return Arrangement(
        start=start,
        end=end,
        slot_id=appointment_slot(resource),
        clinician_id=ClinicianId(clinician_id) if clinician_id else None,
        form=form.value if form else "",
        standing=standing_of(resource),
    )


def _form(resource: JsonObject) -> ConsultationForm | None:
    return next((form for c in codings(resource.get("serviceType")) if (form := FORM_BY_CODING.get(c))), None)


def _form_by_link(resource: JsonObject) -> ConsultationForm:
    """An appointment made elsewhere may carry no code we know, but a meeting link tells enough."""
    linked = extension(resource, MEETING_URL) or extension(resource, VIRTUAL_SERVICE)
    return ConsultationForm.VIDEO if linked else ConsultationForm.IN_PERSON


def _participant(resource: JsonObject, resource_type: str) -> str | None:
    for participant in objects(resource.get("participant")):
        if found := reference_id(participant.get("actor"), resource_type):
            return found
    return None


def _created(resource: JsonObject) -> datetime | None:
    """When it was made; optional in FHIR, and often only a date."""
    try:
        return instant(resource.get("created"))
    except ValueError:
        return None


def _booking_id(resource: JsonObject) -> BookingId | None:
    for value in identifiers(resource, UUID_SYSTEM):
        try:
            return BookingId(str(uuid.UUID(value.removeprefix(UUID_PREFIX))))
        except ValueError:
            continue
    return None
