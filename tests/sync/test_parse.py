from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.booking import BookingState, ConsultationForm
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ClinicianId, ThreadId
from app.domain.message import Direction
from app.domain.patient import Role
from app.domain.slot import SlotKind
from app.sync.fhir.bundle import EPOCH, read_page
from app.sync.fhir.capabilities import parse_capabilities
from app.sync.fhir.elements import instant, reference_id
from app.sync.fhir.parse_calendar import parse_appointment, parse_slot
from app.sync.fhir.parse_message import parse_message, stated_thread
from app.sync.fhir.parse_people import parse_patient, parse_practitioner

THREAD = "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-thread-id"
FORM = "urn:klinikkonsol:konsultationsform"
CPR = "urn:oid:1.2.208.176.1.2"
TIMES = {"start": "2026-11-23T09:00:00+01:00", "end": "2026-11-23T09:15:00+01:00"}


def test_a_patient_may_lack_everything_but_an_id() -> None:
    patient = parse_patient({"resourceType": "Patient", "id": "p"})
    assert patient.name.reveal() == "Uden navn"
    assert (patient.cpr, patient.birth_date, patient.phone, patient.address) == (None, None, None, None)


def test_a_patient_without_an_id_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="id"):
        parse_patient({"resourceType": "Patient", "id": "p/1"})


def test_the_name_and_number_in_use_are_chosen() -> None:
    patient = parse_patient(
        {
            "id": "p",
            "identifier": [{"system": CPR, "value": "xx"}, {"system": CPR, "value": "251248-9996"}],
            "name": [
                {"use": "old", "text": "Pigenavn"},
                {"use": "nickname", "text": "Nan"},
                {"use": "official", "given": ["Nancy", "Ann"], "family": "Berggren"},
            ],
            "telecom": [
                {"system": "email", "value": "a@example.dk"},
                {"system": "phone", "use": "home", "value": "48 20 10 10"},
                {"system": "phone", "use": "mobile", "value": "forkert"},
                {"system": "phone", "use": "mobile", "value": "+45 20 12 34 56"},
            ],
            "birthDate": "1948",
            "address": [
                {"use": "old", "text": "Før"},
                {"line": ["Testpark Allé 48"], "postalCode": "3400", "city": "Hillerød"},
            ],
        }
    )
    assert patient.name.reveal() == "Nancy Ann Berggren"
    assert patient.phone
    assert patient.phone.reveal().e164 == "+4520123456"
    assert patient.birth_date
    assert patient.birth_date.reveal().isoformat() == "1948-12-25"
    assert patient.address
    assert patient.address.reveal() == "Testpark Allé 48, 3400 Hillerød"


@pytest.mark.parametrize(
    ("more", "role"),
    [
        ({}, Role.CLINICIAN),
        ({"qualification": [{"code": {"text": "Lægesekretær"}}]}, Role.SECRETARY),
        ({"qualification": [{"code": {"coding": [{"display": "Medical secretary"}]}}]}, Role.SECRETARY),
        (
            {
                "identifier": [{"system": "https://autregweb.sst.dk", "value": "0ABC1"}],
                "qualification": [{"code": {"text": "Lægesekretær"}}],
            },
            Role.CLINICIAN,
        ),
    ],
)
def test_who_is_a_secretary(more: dict[str, Any], role: Role) -> None:
    assert parse_practitioner({"id": "c", "name": [{"text": "A"}], **more}).role is role


@pytest.mark.parametrize(
    ("system", "code", "kind"),
    [
        ("http://ehealth.sundhed.dk/cs/appointment-servicetype", "video", SlotKind.VIDEO),
        ("http://ehealth.sundhed.dk/cs/appointment-servicetype", "regular", SlotKind.IN_PERSON),
        (FORM, "telefon", SlotKind.TELEPHONE),
        ("urn:other", "video", SlotKind.ANY),
    ],
)
def test_what_a_slot_is_for(system: str, code: str, kind: SlotKind) -> None:
    service = [{"coding": [{"system": system, "code": code}]}]
    slot = parse_slot({"id": "s", "status": "free", "serviceType": service, **TIMES}, ClinicianId("c"))
    assert (slot.kind, slot.free) == (kind, True)


def test_a_slot_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before"):
        parse_slot({"id": "s", "start": TIMES["end"], "end": TIMES["start"]}, ClinicianId("c"))


def test_a_link_of_either_shape_makes_an_unknown_appointment_a_video_one() -> None:
    r5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
    plain: dict[str, object] = {"id": "a", "status": "booked", **TIMES}
    assert parse_appointment(plain).form is ConsultationForm.IN_PERSON
    assert parse_appointment({**plain, "extension": [{"url": r5, "extension": []}]}).form is ConsultationForm.VIDEO


@pytest.mark.parametrize(
    ("status", "reached"),
    [
        ("proposed", BookingState.REQUESTED),
        ("booked", BookingState.CONFIRMED),
        ("arrived", BookingState.WAITING),
        ("noshow", BookingState.ENDED),
        ("cancelled", BookingState.CANCELLED),
    ],
)
def test_how_far_an_appointment_has_come(status: str, reached: BookingState) -> None:
    resource: dict[str, object] = {
        "id": "a",
        "status": status,
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "x"}],
        **TIMES,
    }
    appointment = parse_appointment(resource)
    assert (appointment.reached, appointment.booking_id) == (reached, None)


@pytest.mark.parametrize(
    ("created", "made_at"),
    [("2026-11-20T08:00:00+01:00", datetime(2026, 11, 20, 7, tzinfo=UTC)), ("2026-11-20", None), (None, None)],
)
def test_when_an_appointment_was_made(created: str | None, made_at: datetime | None) -> None:
    assert parse_appointment({"id": "a", "status": "booked", "created": created, **TIMES}).made_at == made_at


def test_a_message_from_the_clinic_with_a_stated_thread() -> None:
    resource: dict[str, object] = {
        "id": "m",
        "status": "completed",
        "extension": [{"url": THREAD, "valueString": "t-1"}],
        "recipient": [{"reference": "Patient/p"}],
        "sender": {"reference": "https://epj.example/fhir/Practitioner/c/_history/3"},
        "received": "2026-11-20T08:00:00Z",
        "payload": [
            {"contentString": "Hej"},
            {"contentAttachment": {"url": "Binary/1"}},
            {"contentString": "igen"},
        ],
    }
    thread = stated_thread(resource)
    assert thread == "t-1"
    message = parse_message(resource, thread)
    assert message
    assert (message.direction, message.attachments, message.patient_id) == (Direction.FROM_CLINIC, 1, "p")
    assert message.body.reveal() == "Hej\n\nigen"


@pytest.mark.parametrize("status", ["preparation", "not-done", "entered-in-error"])
def test_a_message_that_was_never_sent_is_none(status: str) -> None:
    assert parse_message({"id": "m", "status": status}, ThreadId("t")) is None


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Patient/p-1", "p-1"),
        ("https://epj.example/fhir/Patient/p-1", "p-1"),
        ("Patient/p-1/_history/2", "p-1"),
        ("Group/p-1", None),
        ("Patient/", None),
        ("urn:uuid:x", None),
        ("http://[", None),
        (7, None),
    ],
)
def test_references_of_every_form(reference: object, found: str | None) -> None:
    assert reference_id({"reference": reference}, "Patient") == found


def test_an_instant_has_a_zone() -> None:
    assert instant("2026-11-20T08:00:00.123456789+01:00").isoformat() == "2026-11-20T07:00:00.123456+00:00"
    with pytest.raises(ValueError, match="zone"):
        instant("2026-11-20T08:00:00")


def test_a_resource_without_version_or_time_is_told_apart_by_its_text() -> None:
    def stamped(name: str) -> tuple[str, object]:
        bundle: dict[str, object] = {
            "resourceType": "Bundle",
            "entry": [{"resource": {"resourceType": "Patient", "id": "p", "name": [{"text": name}]}}],
        }
        (entry,) = read_page(bundle, "Patient").entries
        return entry.stamp.version, entry.stamp.at

    assert stamped("A") == stamped("A")
    assert stamped("A") != stamped("B")
    assert stamped("A")[1] == EPOCH


def test_what_writing_needs_to_know_of_a_server() -> None:
    task = {"type": "Task", "interaction": [{"code": "delete"}, {"code": "read"}], "conditionalCreate": True}
    slot = {"type": "Slot", "interaction": [{"code": "history-type"}], "conditionalCreate": "yes"}
    rest = {"mode": "server", "interaction": [{"code": "batch"}, 7], "resource": [task, slot, {"type": ""}]}
    statement: dict[str, object] = {
        "resourceType": "CapabilityStatement",
        "fhirVersion": "4.0.1",
        "software": {"name": "EPJ", "version": "7.2"},
        "rest": [{"mode": "client", "interaction": [{"code": "transaction"}]}, rest],
    }
    capabilities = parse_capabilities(statement)
    assert (capabilities.software, capabilities.version, capabilities.transaction) == ("EPJ", "7.2", False)
    assert capabilities.types == {"Task", "Slot"}
    assert capabilities.deletable == capabilities.conditional_create == {"Task"}
    assert capabilities.type_history == {"Slot"}
    rest["interaction"] = [{"code": "transaction"}]
    assert parse_capabilities(statement).transaction


@pytest.mark.parametrize(
    "statement",
    [{}, {"resourceType": "Bundle"}, {"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}],
)
def test_another_standard_is_rubbish(statement: dict[str, object]) -> None:
    with pytest.raises(KlinikError) as failure:
        parse_capabilities(statement)
    assert failure.value.kind is ErrorKind.PRACTICE_RUBBISH
