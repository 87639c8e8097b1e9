"""The people of a clinic: patients, clinicians and the clinic itself, as the practice system knows them."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, unique

from app.domain.cpr import Cpr
from app.domain.ids import ClinicianId, PatientId
from app.domain.phone import PhoneNumber
from app.domain.private import Private


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient; the id is the practice system's, never the CPR number, for a patient may have none."""

    id: PatientId
    name: Private[str]
    cpr: Private[Cpr] | None
    birth_date: Private[date] | None
    phone: Private[PhoneNumber] | None
    address: Private[str] | None = None


@unique
class Role(Enum):
    """What a person does at the clinic."""

    CLINICIAN = "clinician"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Clinician:
    """Someone who works at the clinic and may own bookings."""

    id: ClinicianId
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic as patients know it: the name in the SMS and the number that calls them."""

    name: str
    phone: PhoneNumber
