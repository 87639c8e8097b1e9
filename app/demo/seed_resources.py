"""The demo's people, letters and slots written as FHIR resources (DK Core and eHealth identifiers and codes)."""

import base64
import random
import struct
import uuid
import zlib
from collections.abc import Iterator
from datetime import datetime

from app.demo.calendar_plan import PlannedSlot, Visit
from app.demo.seed_files import DemoOrganization, DemoPatient, DemoPractitioner, Letter, Thread
from app.domain.booking import ConsultationForm

Resource = dict[str, object]

SERVICE_TYPES = "http://ehealth.sundhed.dk/cs/appointment-servicetype"
LOCAL_FORMS = "urn:klinikkonsol:konsultationsform"
THREAD_ID = "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-thread-id"
_FORMS = {
    ConsultationForm.VIDEO: (SERVICE_TYPES, "video", "Videokonsultation"),
    ConsultationForm.IN_PERSON: (SERVICE_TYPES, "regular", "Konsultation"),
    ConsultationForm.TELEPHONE: (LOCAL_FORMS, "telefon", "Telefonkonsultation"),
}
_NAMESPACE = uuid.UUID("6d1f0f3a-5d5c-5e0b-9a7e-0d6c1b0a9f11")
_PICTURE_SIDE = 96


def organization(clinic: DemoOrganization) -> Resource:
    """The clinic with SOR code, provider number and telephone."""
    return {
        "resourceType": "Organization",
        "id": clinic.id,
        "active": True,
        "identifier": [
            {"system": "urn:oid:1.2.208.176.1.1", "value": clinic.sor},
            {"system": "urn:oid:1.2.208.176.1.4", "value": clinic.ydernummer},
        ],
        "name": clinic.name,
        "telecom": [{"system": "phone", "value": clinic.phone, "use": "work"}],
        "address": [_address(clinic.address)],
    }


def practitioner(person: DemoPractitioner) -> Resource:
    """Someone who works at the clinic; doctors have an authorisation id."""
    resource: Resource = {
        "resourceType": "Practitioner",
        "id": person.id,
        "active": True,
        "name": [{"use": "official", "text": person.name, "family": person.family, "given": [person.given]}],
        "qualification": [{"code": {"text": person.title}}],
    }
    if person.authorisation:
        resource["identifier"] = [{"system": "https://autregweb.sst.dk", "value": person.authorisation}]
    return resource


def schedule(person: DemoPractitioner) -> Resource:
    """A clinician's calendar."""
    return {
        "resourceType": "Schedule",
        "id": person.id,
        "active": True,
        "actor": [{"reference": f"Practitioner/{person.id}", "display": person.name}],
        "comment": f"Kalender for {person.name}",
    }


def patient(person: DemoPatient, clinic_id: str) -> Resource:
    """A test person with CPR or replacement number."""
    identifier: Resource = {"use": "official", "system": "urn:oid:1.2.208.176.1.2", "value": person.cpr}
    if person.ecpr:
        identifier = {"use": "temp", "system": "urn:oid:1.2.208.176.1.6.1.1", "value": person.ecpr}
    resource: Resource = {
        "resourceType": "Patient",
        "id": person.id,
        "active": not person.deceased,
        "identifier": [identifier],
        "name": [{"use": "official", "family": person.family, "given": person.given.split()}],
        "gender": person.gender,
        "birthDate": person.born.isoformat(),
        "address": [_address(person.address)],
        "generalPractitioner": [{"reference": f"Organization/{clinic_id}"}],
    }
    if person.phone:
        resource["telecom"] = [{"system": "phone", "value": person.phone, "use": "mobile"}]
    if person.deceased:
        resource["deceasedBoolean"] = True
    return resource


def slot(planned: PlannedSlot, slot_id: str, schedule_id: str) -> Resource:
    """A slot, busy when somebody has booked it; one without serviceType is open to any form."""
    resource: Resource = {
        "resourceType": "Slot",
        "id": slot_id,
        "schedule": {"reference": f"Schedule/{schedule_id}"},
        "status": "busy" if planned.visit else "free",
        "start": planned.start.isoformat(),
        "end": planned.end.isoformat(),
    }
    if planned.service:
        resource["serviceType"] = [{"coding": [{"system": SERVICE_TYPES, "code": planned.service}]}]
    return resource


def appointment(planned: PlannedSlot, visit: Visit, slot_id: str, practitioner_id: str, *, over: bool) -> Resource:
    """The appointment that holds a planned slot; `over` tells whether its time has passed."""
    system, code, display = _FORMS[visit.form]
    return {
        "resourceType": "Appointment",
        "id": f"aftale-{slot_id}",
        "status": "fulfilled" if over else "booked",
        "serviceType": [{"coding": [{"system": system, "code": code, "display": display}]}],
        "description": visit.reason,
        "start": planned.start.isoformat(),
        "end": planned.end.isoformat(),
        "minutesDuration": int((planned.end - planned.start).total_seconds()) // 60,
        "slot": [{"reference": f"Slot/{slot_id}"}],
        "participant": [
            {"actor": {"reference": f"Patient/{visit.patient_id}"}, "status": "accepted"},
            {"actor": {"reference": f"Practitioner/{practitioner_id}"}, "status": "accepted"},
        ],
    }


def communications(thread: Thread, clinic_id: str, now: datetime, seed: int) -> Iterator[Resource]:
    """Yield a thread's messages, oldest first; an unanswered one from the patient is still in progress."""
    thread_id = _uuid(seed, thread, 0)
    previous: str | None = None
    for number, letter in enumerate(thread.letters, start=1):
        resource = _communication(thread, letter, clinic_id, now, seed)
        message_id = _uuid(seed, thread, number)
        waiting = number == len(thread.letters) and letter.author == "patient"
        resource |= {
            "id": message_id,
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{message_id}"}],
            "extension": [{"url": THREAD_ID, "valueString": thread_id}],
            "status": "in-progress" if waiting else "completed",
        }
        if previous:
            resource["inResponseTo"] = [{"reference": f"Communication/{previous}"}]
        previous = message_id
        yield resource


def _communication(thread: Thread, letter: Letter, clinic_id: str, now: datetime, seed: int) -> Resource:
    person = {"reference": f"Patient/{thread.patient_id}"}
    from_patient = letter.author == "patient"
    clinic = {"reference": f"Organization/{clinic_id}" if from_patient else f"Practitioner/{letter.author}"}
    sent = (now - letter.age).replace(second=0, microsecond=0).isoformat()
    pictures = [
        {
            "contentAttachment": {
                "contentType": "image/png",
                "title": title,
                "size": len(data := _picture(random.Random(f"{seed}:{title}"))),  # noqa: S311 - a drawing, not a secret
                "data": base64.b64encode(data).decode(),
                "creation": sent,
            }
        }
        for title in letter.pictures
    ]
    return {
        "resourceType": "Communication",
        "category": [{"coding": [{"system": "http://ehealth.sundhed.dk/cs/message-category", "code": "message"}]}],
        "priority": "urgent" if thread.urgent else "routine",
        "subject": person,
        "topic": {"text": thread.subject},
        "sent": sent,
        "received": sent,
        "sender": person if from_patient else clinic,
        "recipient": [clinic if from_patient else person],
        "payload": [{"contentString": letter.text}, *pictures],
    }


def _uuid(seed: int, thread: Thread, number: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{seed}/{thread.patient_id}/{thread.subject}/{number}"))


def _address(parts: tuple[str, str, str]) -> Resource:
    line, postal_code, city = parts
    return {"use": "home", "line": [line], "postalCode": postal_code, "city": city, "country": "DK"}


def _picture(rng: random.Random) -> bytes:
    """Draw skin with red spots, as a PNG (W3C PNG: signature, IHDR, IDAT, IEND)."""
    side = _PICTURE_SIDE
    lines = [bytearray(bytes((232, 194 - row // 8, 168 - row // 6)) * side) for row in range(side)]
    for _ in range(14):
        x, y, reach = rng.randrange(side), rng.randrange(side), rng.randrange(2, 6)
        for row in range(max(0, y - reach), min(side, y + reach + 1)):
            half = int((reach**2 - (row - y) ** 2) ** 0.5)
            left, right = max(0, x - half), min(side, x + half + 1)
            lines[row][3 * left : 3 * right] = bytes((206, 96, 88)) * (right - left)
    rows = b"".join(b"\0" + line for line in lines)
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
