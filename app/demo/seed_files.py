"""The demo's people and letters as they stand in resources/demo, read into plain data."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.domain.cpr import parse_cpr

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "demo"


@dataclass(frozen=True, slots=True)
class DemoPractitioner:
    """Someone at the clinic; `slot_minutes` is 0 for those without a calendar."""

    id: str
    given: str
    family: str
    title: str
    authorisation: str
    slot_minutes: int

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class DemoOrganization:
    """The clinic; `phone` is in E.164 form, `address` is street, postal code and city."""

    id: str
    name: str
    phone: str
    sor: str
    ydernummer: str
    address: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """A test person; exactly one of `cpr` and `ecpr` is set."""

    id: str
    given: str
    family: str
    cpr: str
    ecpr: str
    born: date
    gender: str
    address: tuple[str, str, str]
    phone: str
    deceased: bool

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a thread; `author` is `patient` or a practitioner's id, `age` how long ago it was sent."""

    author: str
    age: timedelta
    text: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """A written consultation, oldest letter first."""

    patient_id: str
    subject: str
    urgent: bool
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class SeedFiles:
    """Everything the seed is made from."""

    organization: DemoOrganization
    practitioners: tuple[DemoPractitioner, ...]
    patients: tuple[DemoPatient, ...]
    threads: tuple[Thread, ...]
    reasons: tuple[str, ...]


def read_seed_files(directory: Path = RESOURCES) -> SeedFiles:
    """Read the three seed files; raises KeyError or ValueError when one is not as it should be."""
    clinic, patients, threads = (
        tomllib.loads((directory / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("clinic", "patients", "threads")
    )
    organization = clinic["organization"]
    practitioners = tuple(
        DemoPractitioner(
            id=item["id"],
            given=item["name"][0],
            family=item["name"][1],
            title=item["title"],
            authorisation=item.get("authorisation", ""),
            slot_minutes=item.get("slot_minutes", 0),
        )
        for item in clinic["practitioner"]
    )
    short_names = {item.id.partition("-")[0]: item.id for item in practitioners}
    return SeedFiles(
        organization=DemoOrganization(
            id=organization["id"],
            name=organization["name"],
            phone=organization["phone"],
            sor=organization["sor"],
            ydernummer=organization["ydernummer"],
            address=(organization["address"], organization["postal_code"], organization["city"]),
        ),
        practitioners=practitioners,
        patients=tuple(_patient(item) for item in patients["patient"]),
        threads=tuple(_thread(item, short_names) for item in threads["thread"]),
        reasons=tuple(clinic["reasons"]),
    )


def parse_age(text: str) -> timedelta:
    """Read an age such as `2d 3h 10m`; raises ValueError when it is not one."""
    match = re.fullmatch(r"(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)?", text)
    if match is None or not any(match.groups()):
        raise ValueError("an age is written as in 2d 3h 10m")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def _patient(item: dict[str, object]) -> DemoPatient:
    cpr = str(item.get("cpr", ""))
    given, family = _texts(item["name"])
    street, postal_code, city = _texts(item["address"])
    born = parse_cpr(cpr).birth_date if cpr else item["birth_date"]
    if not isinstance(born, date):
        raise TypeError("birth_date is a date")
    return DemoPatient(
        id=str(item["id"]),
        given=given,
        family=family,
        cpr=cpr,
        ecpr=str(item.get("ecpr", "")),
        born=born,
        gender=("male" if int(cpr[-1]) % 2 else "female") if cpr else str(item["gender"]),
        address=(street, postal_code, city),
        phone=str(item.get("phone", "")),
        deceased=bool(item.get("deceased", False)),
    )


def _thread(item: dict[str, object], short_names: dict[str, str]) -> Thread:
    messages = item["message"]
    if not isinstance(messages, list):
        raise TypeError("message is a list")
    letters = tuple(
        Letter(
            author=message["from"] if message["from"] == "patient" else short_names[message["from"]],
            age=parse_age(message["ago"]),
            text=message["text"].strip(),
            pictures=_texts(message.get("pictures", [])),
        )
        for message in messages
    )
    return Thread(str(item["patient"]), str(item["subject"]), bool(item.get("urgent", False)), letters)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return tuple(str(item) for item in value)
