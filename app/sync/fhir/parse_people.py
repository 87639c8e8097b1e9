"""Patient and Practitioner as the console knows them (DK Core identifiers)."""

from datetime import date

from app.domain.cpr import Cpr, parse_cpr
from app.domain.ids import ClinicianId, PatientId
from app.domain.patient import Clinician, Patient, Role
from app.domain.phone import PhoneNumber, parse_phone
from app.domain.private import Private
from app.sync.fhir.codes import AUTHORISATION_SYSTEM, CPR_SYSTEM
from app.sync.fhir.elements import as_object, checked_id, full_date, identifiers, objects, text, texts
from app.sync.fhir.json_text import JsonObject

_NAMELESS = "Uden navn"
_NAME_ORDER = ("official", "usual", "")
_NOT_IN_USE = "old"
_ADMINISTRATIVE = ("sekretær", "secretary", "receptionist")


def parse_patient(resource: JsonObject) -> Patient:
    """Read a Patient; what is missing or unreadable is None. Raises ValueError without an id."""
    cpr = _cpr(resource)
    born = full_date(resource.get("birthDate")) or (cpr.birth_date if cpr else None)
    phone = _phone(resource)
    address = _address(resource)
    return Patient(
        id=PatientId(checked_id(resource.get("id"))),
        name=Private(_name(resource)),
        cpr=Private(cpr) if cpr else None,
        birth_date=_private_date(born),
        phone=Private(phone) if phone else None,
        address=Private(address) if address else None,
    )


def parse_practitioner(resource: JsonObject) -> Clinician:
    """Read a Practitioner; raises ValueError without an id.

    FHIR R4 keeps the role elsewhere; here only who is named a secretary, and has no authorisation of their own, is
    taken for one.
    """
    titles = " ".join(
        title
        for qualification in objects(resource.get("qualification"))
        for code in (as_object(qualification.get("code")),)
        for title in (
            text(code.get("text")),
            *(text(coding.get("display")) for coding in objects(code.get("coding"))),
        )
    )
    authorised = any(identifiers(resource, AUTHORISATION_SYSTEM))
    secretary = not authorised and any(word in titles.lower() for word in _ADMINISTRATIVE)
    return Clinician(
        id=ClinicianId(checked_id(resource.get("id"))),
        name=_name(resource),
        role=Role.SECRETARY if secretary else Role.CLINICIAN,
    )


def _private_date(day: date | None) -> Private[date] | None:
    return Private(day) if day else None


def _name(resource: JsonObject) -> str:
    names = [name for name in objects(resource.get("name")) if text(name.get("use")) != _NOT_IN_USE]
    names.sort(key=lambda name: _rank(text(name.get("use"))))
    for name in names:
        parts = [*texts(name.get("prefix")), *texts(name.get("given")), text(name.get("family"))]
        if whole := text(name.get("text")) or " ".join(part for part in parts if part):
            return whole
    return _NAMELESS


def _rank(use: str) -> int:
    return _NAME_ORDER.index(use) if use in _NAME_ORDER else len(_NAME_ORDER)


def _cpr(resource: JsonObject) -> Cpr | None:
    for value in identifiers(resource, CPR_SYSTEM):
        try:
            return parse_cpr(value)
        except ValueError:
            continue
    return None


def _phone(resource: JsonObject) -> PhoneNumber | None:
    """The first readable number, mobile ones first: the invitation goes there as a text."""
    points = [
        point
        for point in objects(resource.get("telecom"))
        if text(point.get("system")) in ("phone", "sms") and text(point.get("use")) != _NOT_IN_USE
    ]
    points.sort(key=lambda point: text(point.get("system")) != "sms" and text(point.get("use")) != "mobile")
    for point in points:
        try:
            return parse_phone(text(point.get("value")))
        except ValueError:
            continue
    return None


def _address(resource: JsonObject) -> str:
    for address in objects(resource.get("address")):
        if text(address.get("use")) == _NOT_IN_USE:
            continue
        town = " ".join(part for part in (text(address.get("postalCode")), text(address.get("city"))) if part)
        lines = [part for part in (*texts(address.get("line")), town) if part]
        if whole := text(address.get("text")) or ", ".join(lines):
            return whole
    return ""
