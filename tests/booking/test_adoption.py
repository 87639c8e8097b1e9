"""Appointments made by another console or in the practice system, handled here as one's own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.actions import ActionKind, Carried
from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.practice_system import Appointment
from tests.booking.fakes import DOCTOR, NOW, PATIENT, PHONE, World, outcome

ELSEWHERE = BookingId("0d2cd1f4-6f0e-4f6a-9d7b-0c5d5a6f1b11")
MADE_ELSEWHERE = Appointment(
    id="a1",
    booking_id=ELSEWHERE,
    patient_id=PATIENT,
    clinician_id=DOCTOR,
    slot_id=None,
    form=ConsultationForm.VIDEO,
    start=NOW,
    end=NOW + timedelta(minutes=15),
    status="booked",
    reached=BookingState.CONFIRMED,
)
OF_THE_PRACTICE_SYSTEM = replace(MADE_ELSEWHERE, booking_id=None)
BOTH = pytest.mark.parametrize("held", [MADE_ELSEWHERE, OF_THE_PRACTICE_SYSTEM])


def world_with(held: Appointment) -> World:
    world = World()
    world.calendar.appointments = [held]
    return world


def pending(world: World) -> list[ActionKind]:
    return [action.kind for action in world.ledger.outbox.values()]


@BOTH
async def test_who_holds_the_call_can_save_its_outcome(held: Appointment) -> None:
    world = world_with(held)
    desk = world.console().desk
    begun = await desk.call_started(held.known_as)
    assert world.ledger.bookings == {held.known_as: begun}
    assert (begun.state, begun.row_state, begun.appointment_id) == (
        BookingState.IN_CALL,
        RowState.CONFIRMED,
        "a1",
    )
    assert (begun.patient_id, begun.clinician_id, begun.start, begun.end) == (PATIENT, DOCTOR, held.start, held.end)
    assert begun.phone is not None
    assert begun.phone.reveal() == PHONE
    ended = await desk.finish(held.known_as, outcome())
    assert (ended.state, ended.outcome) == (BookingState.ENDED, outcome())
    assert pending(world) == [ActionKind.WRITE_OUTCOME, ActionKind.CLOSE_ROOM]


@BOTH
async def test_the_call_is_noted_whoever_made_the_appointment(held: Appointment) -> None:
    world = world_with(held)
    record = CallRecord(NOW, (MediumStep(NOW, Medium.TELEPHONE, StepReason.CLINICIAN_CHOSE),))
    assert (await world.console().desk.call_noted(held.known_as, record)).call == record
    assert set(world.ledger.bookings) == {held.known_as}


@BOTH
async def test_an_outcome_without_a_call_is_saved_in_one_step(held: Appointment) -> None:
    world = world_with(held)
    await world.console().desk.finish(held.known_as, outcome())
    assert pending(world) == [ActionKind.WRITE_OUTCOME, ActionKind.CLOSE_ROOM]


@BOTH
async def test_it_is_cancelled_and_the_patient_told(held: Appointment) -> None:
    world = world_with(held)
    desk = world.console().desk
    cancelled = await desk.cancel(held.known_as)
    assert cancelled.state is BookingState.CANCELLED
    assert pending(world) == [ActionKind.CANCEL_APPOINTMENT]
    (action,) = world.ledger.outbox.values()
    await desk.on_result(action, Carried())
    assert pending(world) == [ActionKind.SEND_CANCELLATION, ActionKind.CLOSE_ROOM]


async def test_other_forms_have_no_room_to_close() -> None:
    held = replace(OF_THE_PRACTICE_SYSTEM, form=ConsultationForm.IN_PERSON)
    world = world_with(held)
    await world.console().desk.cancel(held.known_as)
    assert pending(world) == [ActionKind.CANCEL_APPOINTMENT]


async def test_one_not_yet_accepted_is_confirmed_without_an_invitation_of_ours() -> None:
    held = replace(MADE_ELSEWHERE, status="proposed", reached=BookingState.REQUESTED)
    world = world_with(held)
    desk = world.console().desk
    assert (await desk.call_started(held.known_as)).row_state is RowState.SENT
    await desk.on_appointment(MADE_ELSEWHERE)
    assert world.ledger.bookings[held.known_as].row_state is RowState.CONFIRMED
    assert pending(world) == []


@pytest.mark.parametrize(
    "held",
    [
        replace(MADE_ELSEWHERE, patient_id=None),
        replace(MADE_ELSEWHERE, clinician_id=None),
    ],
)
async def test_one_without_people_cannot_be_held(held: Appointment) -> None:
    world = world_with(held)
    with pytest.raises(KlinikError) as refused:
        await world.console().desk.finish(held.known_as, outcome())
    assert refused.value.kind is ErrorKind.UNEXPECTED
    assert not world.ledger.bookings


async def test_what_was_ended_elsewhere_takes_no_outcome_here() -> None:
    held = replace(OF_THE_PRACTICE_SYSTEM, status="fulfilled", reached=BookingState.ENDED)
    world = world_with(held)
    desk = world.console().desk
    for late in (desk.finish(held.known_as, outcome()), desk.cancel(held.known_as)):
        with pytest.raises(KlinikError) as refused:
            await late
        assert refused.value.kind is ErrorKind.CONFLICT
    assert not world.ledger.bookings


async def test_an_appointment_keeps_the_same_id_on_every_console() -> None:
    assert MADE_ELSEWHERE.known_as == ELSEWHERE
    assert OF_THE_PRACTICE_SYSTEM.known_as == replace(OF_THE_PRACTICE_SYSTEM, start=NOW - timedelta(1)).known_as
    assert OF_THE_PRACTICE_SYSTEM.known_as != replace(OF_THE_PRACTICE_SYSTEM, id="a2").known_as
