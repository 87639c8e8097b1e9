"""What can be shown to the patient, written out from our own data: an appointment, a message, or a few words."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.booking import Booking, ConsultationForm
from app.domain.clinic_time import clinic_local
from app.domain.message import Direction, Message
from app.ui.danish_time import clock_text, long_day_text, moment_text
from app.ui.words import consultation_text
from app.video.side.messages import Card
from app.video.side.parse import clean_text
from app.video.side.write import fits

LONGEST_TEXT = 6000
"""Characters of a card's text; what is longer is cut, and says so."""
_LONGEST_LINE = 200


def note_card(text: str) -> Card | None:
    """Return what the clinician wrote, None for nothing."""
    translate = QCoreApplication.translate
    tidy = clean_text(text)
    return _fitting(Card(translate("ShareCards", "From your doctor"), (), tidy)) if tidy else None


def appointment_card(booking: Booking, clinician_name: str, clinic_name: str) -> Card:
    """Return when and with whom an appointment is."""
    translate = QCoreApplication.translate
    start, by_video = clinic_local(booking.start), booking.form is ConsultationForm.VIDEO
    rows = (
        (translate("ShareCards", "Day"), long_day_text(start.date())),
        (translate("ShareCards", "Time"), clock_text(booking.start)),
        (translate("ShareCards", "With"), clinician_name or clinic_name),
        (translate("ShareCards", "Where"), translate("ShareCards", "On video") if by_video else clinic_name),
    )
    return _fitting(Card(translate("ShareCards", "Your appointment"), tuple(row for row in rows if row[1])))


def message_card(message: Message, now: datetime) -> Card:
    """Return a message of the correspondence, word for word."""
    translate = QCoreApplication.translate
    ours = message.direction is Direction.FROM_CLINIC
    writer = translate("ShareCards", "The clinic") if ours else translate("ShareCards", "You")
    rows = (
        (translate("ShareCards", "Written by"), writer),
        (translate("ShareCards", "When"), moment_text(message.sent_at, now)),
    )
    title = clean_text(message.subject.reveal()) or translate("ShareCards", "Message")
    return _fitting(Card(title, rows, clean_text(message.body.reveal())))


def appointment_name(booking: Booking, now: datetime) -> str:
    """Return the line an appointment is chosen by."""
    return f"{consultation_text(booking)}\n{moment_text(booking.start, now)}"


def message_name(message: Message, now: datetime) -> str:
    """Return the line a message is chosen by."""
    translate = QCoreApplication.translate
    ours = message.direction is Direction.FROM_CLINIC
    who = translate("ShareCards", "The clinic") if ours else translate("ShareCards", "The patient")
    return f"{message.subject.reveal()}\n{who}  ·  {moment_text(message.sent_at, now)}"


def _fitting(card: Card) -> Card:
    """Cut what is too long until the card can be sent in one message."""
    rows = tuple((name, _cut(value, _LONGEST_LINE)) for name, value in card.rows)
    most = LONGEST_TEXT
    cut = Card(_cut(card.title, _LONGEST_LINE), rows, _cut(card.text, most))
    while not fits(cut):
        most = most * 3 // 4
        cut = replace(cut, text=_cut(card.text, most))
    return cut


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()} …"
