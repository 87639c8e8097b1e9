"""The addresses and codes written to and read from the practice system.

They are those of DK Core (identifiers), the Danish eHealth Infrastructure guide (video appointments and messages),
HL7 terminology and, where Denmark has published none, addresses of our own (`urn:klinikkonsol:`).
"""

from app.domain.booking import ConsultationForm

CPR_SYSTEM = "urn:oid:1.2.208.176.1.2"
AUTHORISATION_SYSTEM = "https://autregweb.sst.dk"
UUID_SYSTEM = "urn:ietf:rfc:3986"
UUID_PREFIX = "urn:uuid:"

EHEALTH = "http://ehealth.sundhed.dk/fhir/StructureDefinition/"
MEETING_URL = EHEALTH + "ehealth-meeting-url"
THREAD_ID = EHEALTH + "ehealth-thread-id"
TITLE = EHEALTH + "ehealth-title"

VIRTUAL_SERVICE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
R5_DATATYPE = "http://hl7.org/fhir/StructureDefinition/_datatype"

CHANGED_BY = "urn:klinikkonsol:changed-by"
"""Extension of an Appointment: which colleague changed it last by a console (Reference with display)."""
CHANGED_TO = "urn:klinikkonsol:changed-to"
"""Extension of an Appointment: what that colleague made of it; once it is something else, another came after."""
LEFT_SLOT = "urn:klinikkonsol:left-slot"
"""Extension of an Appointment: the id of the slot it was moved out of, to be freed by whoever gets round to it."""
CHANGE = "urn:klinikkonsol:change"
"""Extension, repeated: the console actions that changed an Appointment or a Task, oldest first."""

APPOINTMENT_SERVICE = "http://ehealth.sundhed.dk/cs/appointment-servicetype"
CONSULTATION_FORM = "urn:klinikkonsol:konsultationsform"
FEE_CODES = "urn:klinikkonsol:ydelse-almen-praksis"
ENCOUNTER_CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CANCELLATION_REASON = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
LOINC = "http://loinc.org"

FORM_CODING: dict[ConsultationForm, tuple[str, str]] = {
    ConsultationForm.VIDEO: (APPOINTMENT_SERVICE, "video"),
    ConsultationForm.IN_PERSON: (APPOINTMENT_SERVICE, "regular"),
    ConsultationForm.TELEPHONE: (CONSULTATION_FORM, "telefon"),
}
"""How a form is written as `serviceType`; the national code system has no code for the telephone."""

FORM_BY_CODING: dict[tuple[str, str], ConsultationForm] = {
    **{coding: form for form, coding in FORM_CODING.items()},
    (APPOINTMENT_SERVICE, "group-video"): ConsultationForm.VIDEO,
    (APPOINTMENT_SERVICE, "group"): ConsultationForm.IN_PERSON,
}
