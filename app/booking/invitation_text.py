"""Makes the text a patient reads out of a template and the facts of a booking."""

from dataclasses import dataclass
from datetime import datetime
from string import Template

from app.booking.message_templates import Language, MessageTemplate
from app.booking.text_rule import Charset
from app.domain.clinic_time import clinic_local
from app.domain.phone import PhoneNumber

MAX_NAME = 40
"""Characters of a name in a text; with two names of this length every template still fits every route."""
MAX_SENDER = 11
"""Characters of an alphanumeric SMS sender (3GPP TS 23.040)."""

_WEEKDAYS: dict[Language, str] = {
    "da": "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
_MONTHS: dict[Language, str] = {
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_WHEN: dict[Language, str] = {
    "da": "{weekday} {day}. {month} kl. {hour:02}.{minute:02}",
    "en": "{weekday} {day} {month} at {hour:02}:{minute:02}",
}
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What a text may tell; nothing of the patient is among it. `link` is empty in a cancellation."""

    link: str
    clinic_name: str
    clinic_phone: PhoneNumber
    clinician_name: str
    start: datetime


def render(template: MessageTemplate, facts: InvitationFacts, charset: Charset) -> str:
    """Return the text for a route with this character set: names clipped and folded into it, the link untouched."""
    return Template(template.body).substitute(
        link=facts.link,
        clinic=_name(facts.clinic_name, charset),
        clinician=_name(facts.clinician_name, charset),
        phone=facts.clinic_phone.shown,
        when=shown_time(facts.start, template.language),
    )


def shown_time(start: datetime, language: Language) -> str:
    """Return an instant as a patient reads it: `tirsdag 24. november kl. 10.20`, in the clinic's time."""
    local = clinic_local(start)
    return _WHEN[language].format(
        weekday=_WEEKDAYS[language].split()[local.weekday()],
        day=local.day,
        month=_MONTHS[language].split()[local.month - 1],
        hour=local.hour,
        minute=local.minute,
    )


def sender_name(clinic_name: str) -> str:
    """Return the SMS sender: as many whole words of the name as 11 of the letters A-Z, a-z and digits hold.

    Danish letters are written out (`Lægehuset Nord` is `Laegehuset`), for many networks drop others.
    """
    folded = Charset.GSM_7.fold(clinic_name).translate(_LETTERS)
    words = ["".join(char for char in word if char.isascii() and char.isalnum()) for word in folded.split()]
    sender = ""
    for word in filter(None, words):
        if sender and len(sender) + len(word) > MAX_SENDER:
            break
        sender += word
    sender = sender[:MAX_SENDER]
    return sender if any(char.isalpha() for char in sender) else "Laegen"


def _name(name: str, charset: Charset) -> str:
    folded = charset.fold(" ".join(name.split()))
    return folded if len(folded) <= MAX_NAME else folded[: MAX_NAME - 3].rstrip() + "..."
