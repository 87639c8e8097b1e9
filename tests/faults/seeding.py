"""The small clinic every history begins with: two clinicians, calendars, three patients and their messages."""

from datetime import datetime, timedelta

from tests.faults.practice_model import PracticeModel
from tests.faults.versions import Json

CLINICIANS = ("lise", "per")
PATIENTS = ("anna", "bo", "carl")
THREADS = 3
SLOTS_EACH = 4
LENGTH = timedelta(minutes=15)
THREAD = "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-thread-id"
_SERVICE = "http://ehealth.sundhed.dk/cs/appointment-servicetype"
_PHONES = {"anna": "20123456", "bo": "20123457", "carl": ""}


def seed(model: PracticeModel, first_slot: datetime) -> None:
    """Write the clinic, a day before its first slot, which begins at `first_slot`."""
    clock, model.clock = model.clock, lambda: first_slot - timedelta(days=1)
    _write(model, first_slot)
    model.clock = clock


def _write(model: PracticeModel, first_slot: datetime) -> None:
    for person in CLINICIANS:
        name = [{"use": "official", "given": [person.title()], "family": "Testlæge"}]
        mark = [{"system": "https://autregweb.sst.dk", "value": f"0{person[:3].upper()}"}]
        _put(model, "Practitioner", person, {"name": name, "identifier": mark})
        _put(model, "Schedule", f"cal-{person}", {"actor": [{"reference": f"Practitioner/{person}"}]})
        for number in range(SLOTS_EACH):
            _put(model, "Slot", f"{person}-{number}", _slot(person, first_slot + number * LENGTH))
    for person in PATIENTS:
        _put(model, "Patient", person, _patient(person))
    for number in range(THREADS):
        _put(model, "Communication", f"m{number}", message(number, first_slot - timedelta(hours=3)))


def message(number: int, sent: datetime, thread: str = "") -> Json:
    """Return what patient `number` wrote; the thread is its own where none is named."""
    patient = {"reference": f"Patient/{PATIENTS[number % len(PATIENTS)]}"}
    body: Json = {"status": "completed", "subject": patient, "sender": patient, "sent": sent.isoformat()}
    body |= {"topic": {"text": "Knæ"}, "payload": [{"contentString": f"Besked {number}"}]}
    return {**body, "extension": [{"url": THREAD, "valueString": thread}]} if thread else body


def _slot(person: str, start: datetime) -> Json:
    return {
        "schedule": {"reference": f"Schedule/cal-{person}"},
        "serviceType": [{"coding": [{"system": _SERVICE, "code": "video"}]}],
        "status": "free",
        "start": start.isoformat(),
        "end": (start + LENGTH).isoformat(),
    }


def _patient(person: str) -> Json:
    phone = [{"system": "phone", "value": _PHONES[person], "use": "mobile"}] if _PHONES[person] else []
    return {"name": [{"use": "official", "given": [person.title()], "family": "Test"}], "telecom": phone}


def _put(model: PracticeModel, resource_type: str, resource_id: str, body: Json) -> None:
    model.write("colleague", resource_type, resource_id, body)
