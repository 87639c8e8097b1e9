from dataclasses import replace
from datetime import timedelta

import pytest

from app.booking.carriers import RoomCarrier, SmsCarrier
from app.domain.actions import (
    ActionKind,
    Carried,
    InvitationArrived,
    InvitationTaken,
    NotYet,
    Refused,
    RoomEnsured,
)
from app.domain.booking import Booking, BookingState, PlannedTime
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ClinicianId
from app.domain.invitation import Delivery, LedgerEntry, Route
from app.domain.ports.sms import SmsStatus
from tests.booking.fake_rooms import ROOM, FakeRooms
from tests.booking.fakes import CLINIC, NOW, PHONE, TEMPLATES, FakeCalendar, FakeClock, FakeGateway, action, booking

INVITED = replace(
    booking(BookingState.INVITED), room=ROOM, ledger=(LedgerEntry(NOW, Delivery.ACCEPTED, Route.SMS, "ref-1"),)
)
CONFIRMED = replace(booking(BookingState.CONFIRMED), room=ROOM)
CANCELLED = replace(INVITED, state=BookingState.CANCELLED)


class Sms:
    def __init__(self, sender: str = "") -> None:
        self.gateway, self.clock = FakeGateway(), FakeClock()
        self.carrier = SmsCarrier(self.gateway, CLINIC, TEMPLATES, FakeCalendar(), self.clock, sender=sender)

    async def send(self, of: Booking, kind: ActionKind = ActionKind.SEND_INVITATION) -> str:
        """Carry it out and return the text as the patient reads it."""
        result = await self.carrier(action(kind, of), of)
        assert isinstance(result, InvitationTaken)
        (text,) = self.gateway.texts.values()
        assert (text.key, text.to.reveal()) == (f"{of.id}:{kind.value}", PHONE)
        assert result.reference == f"ref-{text.key}"
        return text.body.reveal()


async def test_a_room_opens_before_and_closes_after_and_knows_nothing_of_the_patient() -> None:
    rooms = FakeRooms()
    b = booking()
    assert await RoomCarrier(rooms, CLINIC, FakeCalendar())(action(ActionKind.ENSURE_ROOM, b), b) == RoomEnsured(
        ROOM
    )
    (request,) = rooms.requests
    assert (b.start - request.opens_at, request.closes_at - b.end) == (timedelta(minutes=15), timedelta(minutes=15))
    assert (request.start, request.end, request.language) == (b.start, b.end, "da")
    assert (request.clinic_name, request.clinic_phone) == (CLINIC.name, "33 12 34 56")
    assert request.clinician_name == "Åse Holm"


async def test_the_room_of_a_consultation_that_was_extended_is_open_for_that_whatever_the_calendar_says() -> None:
    rooms, b = FakeRooms(), booking(BookingState.IN_CALL)
    until = b.end + timedelta(minutes=10)
    was = PlannedTime(b.start, b.end, b.slot_id)
    waits = replace(b, end=until, extended_to=until, moved_from=was)
    for each in (waits, replace(waits, moved_from=None), replace(b, extended_to=until)):
        await RoomCarrier(rooms, CLINIC, FakeCalendar())(action(ActionKind.ENSURE_ROOM, each), each)
    closes = until + timedelta(minutes=15)
    assert {(one.start, one.end, one.closes_at) for one in rooms.requests} == {(b.start, until, closes)}


async def test_a_room_of_a_booking_that_is_over_is_only_closed() -> None:
    rooms = FakeRooms()
    carrier = RoomCarrier(rooms, CLINIC, FakeCalendar())
    assert await carrier(action(ActionKind.ENSURE_ROOM, CANCELLED), CANCELLED) == Carried()
    assert await carrier(action(ActionKind.CLOSE_ROOM, CANCELLED), CANCELLED) == Carried()
    assert (rooms.made, rooms.closed) == (0, {CANCELLED.id})


async def test_a_refusing_room_service_is_final_and_a_silent_one_is_not() -> None:
    rooms = FakeRooms()
    carrier, b = RoomCarrier(rooms, CLINIC, FakeCalendar()), booking()
    rooms.failure = ErrorKind.ROOM_REFUSED
    for kind in (ActionKind.ENSURE_ROOM, ActionKind.CLOSE_ROOM):
        assert await carrier(action(kind, b), b) == Refused(ErrorKind.ROOM_REFUSED)
    rooms.failure = ErrorKind.ROOM_UNREACHABLE
    with pytest.raises(KlinikError):
        await carrier(action(ActionKind.ENSURE_ROOM, b), b)


async def test_the_invitation_of_a_planned_and_of_an_instant_booking() -> None:
    planned = await Sms().send(CONFIRMED)
    assert planned.split("\n")[0] == ROOM.url
    assert "Åse Holm, Lægehuset Søndergade, tirsdag 24. november kl. 10.00" in planned
    instant = await Sms().send(replace(CONFIRMED, slot_id=None))
    assert "Nu er Åse Holm fra Lægehuset Søndergade klar til videosamtale" in instant


async def test_a_patient_who_is_talked_to_is_told_to_come_now_also_past_the_planned_end() -> None:
    texted = (LedgerEntry(NOW, Delivery.ACCEPTED, Route.SMS, "ref-1"),)
    late = replace(CONFIRMED, state=BookingState.IN_CALL, end=NOW, ledger=texted)
    assert "klar til videosamtale" in await Sms().send(late)


async def test_a_patient_who_was_texted_before_is_told_that_the_time_is_another_now() -> None:
    texted = replace(CONFIRMED, ledger=(LedgerEntry(NOW, Delivery.ACCEPTED, Route.SMS, "ref-1"),))
    text = await Sms().send(texted)
    assert text.split("\n")[0] == ROOM.url
    assert "er nu tirsdag 24. november kl. 10.00" in text
    never_left = replace(CONFIRMED, ledger=(LedgerEntry(NOW, Delivery.QUEUED, Route.SMS),))
    assert await Sms().send(never_left) == await Sms().send(CONFIRMED)


async def test_the_cancellation_has_no_link() -> None:
    text = await Sms().send(CANCELLED, ActionKind.SEND_CANCELLATION)
    assert "aflyst" in text
    assert "https://" not in text


async def test_the_cancellation_of_an_invitation_that_never_left_is_true_too() -> None:
    """Whether an invitation reached the gateway before the console died nobody knows, so one text fits both."""
    never_left = replace(CANCELLED, ledger=(LedgerEntry(NOW, Delivery.QUEUED, Route.SMS),))
    sms = Sms()
    assert await sms.carrier(action(ActionKind.SEND_INVITATION, never_left), never_left) == Carried()
    text = await sms.send(never_left, ActionKind.SEND_CANCELLATION)
    assert "Har du fået et link, virker det ikke længere." in text


async def test_a_clinician_not_read_yet_is_the_doctor() -> None:
    text = await Sms().send(replace(CONFIRMED, clinician_id=ClinicianId("new")))
    assert "Videokonsultation med lægen, Lægehuset Søndergade, tirsdag" in text


@pytest.mark.parametrize(("setting", "sender"), [("", "Laegehuset"), ("Søndergade", "Soendergade")])
async def test_the_sender(setting: str, sender: str) -> None:
    sms = Sms(setting)
    await sms.send(CONFIRMED)
    assert next(iter(sms.gateway.texts.values())).sender == sender


@pytest.mark.parametrize(
    ("of", "result"),
    [
        (CANCELLED, Carried()),
        (replace(CONFIRMED, phone=None), Refused(ErrorKind.PATIENT_HAS_NO_PHONE)),
        (replace(CONFIRMED, end=NOW), Refused(ErrorKind.SMS_UNREACHABLE)),
        (replace(CONFIRMED, room=None), Refused(ErrorKind.ROOM_REFUSED)),
        (
            replace(CONFIRMED, room=replace(ROOM, url="https://x.example/" + "y" * 80)),
            Refused(ErrorKind.SETTINGS_INVALID),
        ),
    ],
)
async def test_what_is_not_sent(of: Booking, result: object) -> None:
    sms = Sms()
    assert await sms.carrier(action(ActionKind.SEND_INVITATION, of), of) == result
    assert not sms.gateway.texts


async def test_a_refused_number_is_final_and_a_silent_gateway_is_not() -> None:
    sms = Sms()
    sms.gateway.failure = ErrorKind.SMS_NUMBER_REFUSED
    sent = action(ActionKind.SEND_INVITATION, CONFIRMED)
    assert await sms.carrier(sent, CONFIRMED) == Refused(ErrorKind.SMS_NUMBER_REFUSED)
    sms.gateway.failure = ErrorKind.SMS_UNREACHABLE
    with pytest.raises(KlinikError):
        await sms.carrier(sent, CONFIRMED)


@pytest.mark.parametrize(
    ("status", "result"),
    [(SmsStatus.DELIVERED, InvitationArrived()), (SmsStatus.FAILED, Refused(ErrorKind.SMS_LOST))],
)
async def test_a_text_is_followed_to_its_end(status: SmsStatus, result: object) -> None:
    sms = Sms()
    sms.gateway.statuses = [status]
    assert await sms.carrier(action(ActionKind.WATCH_DELIVERY, INVITED), INVITED) == result


async def test_a_text_under_way_is_asked_for_ever_more_seldom_until_the_booking_is_over() -> None:
    sms = Sms()
    watch = action(ActionKind.WATCH_DELIVERY, INVITED)
    waits = []
    for seconds in (0, 10, 20, 600):
        sms.clock.now = NOW + timedelta(seconds=seconds)
        sms.gateway.statuses = [SmsStatus.QUEUED]
        result = await sms.carrier(watch, INVITED)
        assert isinstance(result, NotYet)
        waits.append(result.again_after.total_seconds())
    assert waits == [2, 5, 10, 60]
    sms.clock.now = INVITED.end
    assert await sms.carrier(watch, INVITED) == Carried()


async def test_a_gateway_that_knows_nothing_of_a_text_is_asked_until_the_time_is_over_and_no_longer() -> None:
    sms = Sms()
    sms.gateway.failure = ErrorKind.SMS_UNREACHABLE
    watch = action(ActionKind.WATCH_DELIVERY, INVITED)
    with pytest.raises(KlinikError):
        await sms.carrier(watch, INVITED)
    sms.clock.now = INVITED.end
    assert await sms.carrier(watch, INVITED) == Carried()


async def test_nothing_is_watched_once_the_patient_came_or_the_booking_is_over() -> None:
    came = replace(INVITED, ledger=(*INVITED.ledger, LedgerEntry(NOW, Delivery.OPENED, Route.SMS)))
    for of in (came, CANCELLED, replace(INVITED, ledger=())):
        sms = Sms()
        sms.gateway.statuses = [SmsStatus.QUEUED]
        assert await sms.carrier(action(ActionKind.WATCH_DELIVERY, of), of) == Carried()
        assert sms.gateway.statuses == [SmsStatus.QUEUED]


async def test_while_a_move_is_on_its_way_room_and_text_keep_to_what_the_calendar_says() -> None:
    moving = replace(CONFIRMED, start=NOW + timedelta(hours=9), end=NOW + timedelta(hours=10))
    moving = replace(moving, moved_from=PlannedTime(CONFIRMED.start, CONFIRMED.end, CONFIRMED.slot_id))
    rooms = FakeRooms()
    await RoomCarrier(rooms, CLINIC, FakeCalendar())(action(ActionKind.ENSURE_ROOM, moving), moving)
    assert (rooms.requests[0].start, rooms.requests[0].end) == (CONFIRMED.start, CONFIRMED.end)
    assert await Sms().send(moving) == await Sms().send(CONFIRMED)
