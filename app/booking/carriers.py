"""Carry out what the saga asks for at the room service and the SMS gateway; doing it twice changes nothing."""

from datetime import timedelta
from typing import assert_never

from app.booking.invitation_text import InvitationFacts, render, sender_name
from app.booking.linter import lint, sendable
from app.booking.message_templates import Language, TemplateKind, Templates
from app.booking.progress import held_time, patient_came
from app.booking.text_rule import SMS_RULE
from app.domain.actions import (
    ActionKind,
    ActionResult,
    Carried,
    InvitationArrived,
    InvitationTaken,
    NotYet,
    PendingAction,
    Refused,
    RoomEnsured,
)
from app.domain.booking import ROOM_MARGIN, Booking, BookingState
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.invitation import Delivery
from app.domain.patient import Clinic
from app.domain.ports.rooms import RoomRequest, Rooms
from app.domain.ports.sms import SmsGateway, SmsStatus, SmsText
from app.domain.ports.store import Calendar
from app.domain.private import Private

_FIRST_LOOK = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(minutes=1)
_THE_DOCTOR: dict[Language, str] = {"da": "lægen", "en": "the doctor"}


class RoomCarrier:
    """Makes and closes rooms; raises KlinikError(ROOM_UNREACHABLE) when it is to be tried again."""

    def __init__(self, rooms: Rooms, clinic: Clinic, calendar: Calendar, language: Language = "da") -> None:
        self._rooms = rooms
        self._clinic = clinic
        self._calendar = calendar
        self._language: Language = language

    async def __call__(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out ENSURE_ROOM or CLOSE_ROOM for the booking as it is now."""
        try:
            if action.kind is ActionKind.CLOSE_ROOM:
                await self._rooms.close_room(booking.id)
                return Carried()
            if not booking.live:
                return Carried()
            return RoomEnsured(await self._rooms.ensure_room(await self._request(booking)))
        except KlinikError as error:
            if error.kind is ErrorKind.ROOM_REFUSED:
                return Refused(error.kind)
            raise

    async def _request(self, booking: Booking) -> RoomRequest:
        planned = held_time(booking)
        end = max(planned.end, booking.extended_to or planned.end)
        return RoomRequest(
            booking_id=booking.id,
            opens_at=planned.start - ROOM_MARGIN,
            start=planned.start,
            end=end,
            closes_at=end + ROOM_MARGIN,
            clinic_name=self._clinic.name,
            clinician_name=await _clinician_name(self._calendar, booking, self._language),
            clinic_phone=self._clinic.phone.shown,
            language=self._language,
        )


class SmsCarrier:
    """Sends invitations and cancellations and follows them to the telephone.

    `sender` is the name patients see, by default the clinic's. Raises KlinikError(SMS_UNREACHABLE) when it is to be
    tried again.
    """

    def __init__(
        self,
        gateway: SmsGateway,
        clinic: Clinic,
        templates: Templates,
        calendar: Calendar,
        clock: Clock,
        *,
        sender: str = "",
        language: Language = "da",
    ) -> None:
        self._gateway = gateway
        self._clinic = clinic
        self._templates = templates
        self._calendar = calendar
        self._clock = clock
        self._sender = sender_name(sender or clinic.name)
        self._language: Language = language

    async def __call__(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out SEND_INVITATION, SEND_CANCELLATION or WATCH_DELIVERY for the booking as it is now."""
        try:
            if action.kind is ActionKind.WATCH_DELIVERY:
                return await self._watch(booking)
            if action.kind is ActionKind.SEND_CANCELLATION:
                return await self._send(action, booking, TemplateKind.CANCELLATION)
            if not booking.live:
                return Carried()
            return await self._send(action, booking, _invitation_kind(booking))
        except KlinikError as error:
            if error.kind is ErrorKind.SMS_NUMBER_REFUSED:
                return Refused(error.kind)
            raise

    async def _send(self, action: PendingAction, booking: Booking, kind: TemplateKind) -> ActionResult:
        if booking.phone is None:
            return Refused(ErrorKind.PATIENT_HAS_NO_PHONE)
        planned = held_time(booking)
        under_way = booking.state is BookingState.IN_CALL
        if self._clock() >= planned.end and not under_way:
            return Refused(ErrorKind.SMS_UNREACHABLE)  # A text about a time that is over would only confuse.
        if kind.has_link and booking.room is None:
            return Refused(ErrorKind.ROOM_REFUSED)
        link = booking.room.url if kind.has_link and booking.room else None
        facts = InvitationFacts(
            link=link or "",
            clinic_name=self._clinic.name,
            clinic_phone=self._clinic.phone,
            clinician_name=await _clinician_name(self._calendar, booking, self._language),
            start=planned.start,
        )
        body = render(self._templates[kind, self._language], facts, SMS_RULE.charset)
        if not sendable(lint(body, link, SMS_RULE)):
            return Refused(ErrorKind.SETTINGS_INVALID)
        text = SmsText(action.idempotency_key, booking.phone, self._sender, Private(body))
        return InvitationTaken(await self._gateway.send(text))

    async def _watch(self, booking: Booking) -> ActionResult:
        """Ask until the text arrived, the patient did, or the time is over: after that nobody needs to know."""
        now = self._clock()
        taken = next((entry for entry in reversed(booking.ledger) if entry.delivery is Delivery.ACCEPTED), None)
        if taken is None or not booking.live or patient_came(booking) or now >= held_time(booking).end:
            return Carried()
        match await self._gateway.status(taken.reference):
            case SmsStatus.DELIVERED:
                return InvitationArrived()
            case SmsStatus.FAILED:
                return Refused(ErrorKind.SMS_LOST)
            case SmsStatus.QUEUED:
                return NotYet(min(max((now - taken.at) / 2, _FIRST_LOOK), _LONGEST_WAIT))
            case status:
                assert_never(status)


def _invitation_kind(booking: Booking) -> TemplateKind:
    if booking.slot_id is None or booking.state is BookingState.IN_CALL:
        return TemplateKind.INVITATION_NOW
    texted = any(entry.delivery is Delivery.ACCEPTED for entry in booking.ledger)
    return TemplateKind.NEW_TIME if texted else TemplateKind.INVITATION


async def _clinician_name(calendar: Calendar, booking: Booking, language: Language) -> str:
    names = {clinician.id: clinician.name for clinician in await calendar.clinicians()}
    return names.get(booking.clinician_id, _THE_DOCTOR[language])
