from datetime import UTC, date, datetime

from app.domain.actions import ActionKind
from app.domain.booking import BookingState, ConsultationForm, PlannedTime, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId
from app.domain.slot import SlotKind
from app.domain.views import DayRow
from app.store.local_store import LocalStore
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    BO,
    IN_AN_HOUR,
    LISE,
    NOW,
    PER,
    SettableClock,
    a_booking,
    a_patient,
    a_slot,
    an_appointment,
    keep,
    minutes,
    put,
    somebody_elses_booking,
)

TODAY = NOW.date()


async def rows(views: StoreViews, clinician: ClinicianId | None = LISE, day: date = TODAY) -> tuple[DayRow, ...]:
    return await views.day(day, clinician)


async def test_a_free_slot(store: LocalStore, views: StoreViews) -> None:
    slot = a_slot()
    await keep(store, slot)
    assert await rows(views) == (
        DayRow(
            start=slot.start,
            end=slot.end,
            clinician_id=LISE,
            slot_id=slot.id,
            slot_kind=SlotKind.VIDEO,
            free=True,
            form=None,
            patient_id=None,
            patient_name=None,
            booking_id=None,
            booking_state=None,
            row_state=None,
            failure=None,
        ),
    )


async def test_a_click_shows_in_place_of_its_slot_before_anything_has_left(
    store: LocalStore, views: StoreViews
) -> None:
    slot, patient = a_slot(), a_patient()
    booking = a_booking(slot_id=slot.id, start=slot.start, failure=ErrorKind.ROOM_UNREACHABLE)
    await keep(store, slot, patient)
    await put(store, booking, ActionKind.WRITE_APPOINTMENT)
    [row] = await rows(views)
    assert (row.slot_id, row.slot_kind, row.free) == (slot.id, SlotKind.VIDEO, False)
    assert (row.booking_id, row.booking_state) == (booking.id, BookingState.REQUESTED)
    assert (row.row_state, row.failure) == (RowState.SAVED_HERE, ErrorKind.ROOM_UNREACHABLE)
    assert (row.patient_id, row.patient_name, row.form) == (ANNA, patient.name, ConsultationForm.VIDEO)


async def test_one_row_when_the_appointment_of_a_booking_comes_back(store: LocalStore, views: StoreViews) -> None:
    slot = a_slot(free=False)
    by_booking = a_booking(slot_id=slot.id)
    by_appointment = a_booking(start=NOW + minutes(90), appointment_id="a2")
    await put(store, by_booking)
    await put(store, by_appointment)
    await keep(store, slot, an_appointment("a1", booking_id=by_booking.id, slot_id=slot.id))
    await keep(store, an_appointment("a2", start=NOW + minutes(90)))
    assert [row.booking_id for row in await rows(views)] == [by_booking.id, by_appointment.id]


async def test_the_appointment_of_another_console(store: LocalStore, views: StoreViews) -> None:
    slot, elsewhere = a_slot(free=False), somebody_elses_booking()
    await keep(store, slot, a_patient(BO, "Bo Test"))
    await keep(store, an_appointment(booking_id=elsewhere, patient_id=BO, slot_id=slot.id))
    [row] = await rows(views)
    assert (row.booking_id, row.booking_state, row.row_state) == (
        elsewhere,
        BookingState.CONFIRMED,
        RowState.CONFIRMED,
    )
    assert (row.patient_id, row.slot_id, row.free) == (BO, slot.id, False)
    assert row.patient_name is not None
    assert row.patient_name.reveal() == "Bo Test"


async def test_an_appointment_no_console_made_has_the_id_it_is_held_under(
    store: LocalStore, views: StoreViews
) -> None:
    appointment = an_appointment()
    await keep(store, appointment)
    assert [row.booking_id for row in await rows(views)] == [appointment.known_as]
    held = a_booking(id=appointment.known_as, appointment_id=appointment.id, state=BookingState.IN_CALL)
    await put(store, held)
    assert [(row.booking_id, row.booking_state) for row in await rows(views)] == [(held.id, BookingState.IN_CALL)]


async def test_an_appointment_not_yet_accepted_is_not_called_confirmed(
    store: LocalStore, views: StoreViews
) -> None:
    await keep(store, an_appointment(status="proposed", reached=BookingState.REQUESTED))
    [row] = await rows(views)
    assert row.row_state is RowState.SENT


async def test_an_appointment_without_people(store: LocalStore, views: StoreViews) -> None:
    await keep(store, an_appointment(patient_id=None, clinician_id=None))
    assert await rows(views) == ()
    [row] = await rows(views, None)
    assert (row.patient_id, row.patient_name, row.clinician_id) == (None, None, "")


async def test_a_busy_slot_that_nothing_explains_is_shown_as_busy(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_slot(free=False))
    [row] = await rows(views)
    assert (row.free, row.booking_id, row.patient_id) == (False, None, None)


async def test_a_cancelled_booking_frees_its_slot_at_once(store: LocalStore, views: StoreViews) -> None:
    slot = a_slot(free=False)
    booking = a_booking(slot_id=slot.id, state=BookingState.CANCELLED, appointment_id="a1")
    await keep(store, slot, an_appointment("a1", slot_id=slot.id))
    await put(store, booking, ActionKind.CANCEL_APPOINTMENT)
    [row] = await rows(views)
    assert (row.free, row.booking_id) == (True, None)


async def test_a_moved_booking_shows_at_its_new_time_and_frees_the_old_one_at_once(
    store: LocalStore, views: StoreViews
) -> None:
    old, new = a_slot("old", free=False), a_slot("new", IN_AN_HOUR + minutes(20))
    planned = PlannedTime(old.start, old.end, old.id)
    moved = a_booking(
        slot_id=new.id, start=new.start, appointment_id="a1", moved_from=planned, row_state=RowState.QUEUED,
        row_state_at=NOW,
    )  # fmt: skip
    await keep(store, old, new, an_appointment("a1", slot_id=old.id))
    await put(store, moved, ActionKind.MOVE_APPOINTMENT)
    first, second = await rows(views)
    assert (first.slot_id, first.free, first.booking_id) == (old.id, True, None)
    assert (second.slot_id, second.booking_id) == (new.id, moved.id)
    assert (second.row_state, second.row_state_at) == (RowState.QUEUED, NOW)
    assert await store.free_slots(LISE, NOW, 9, list(SlotKind)) == (), "it would be refused until the move is done"
    await keep(store, an_appointment("a2", slot_id=old.id, patient_id=BO))
    first, _ = await rows(views)
    assert (first.free, first.patient_id) == (False, BO)


async def test_an_old_slot_that_was_closed_since_is_not_freed_by_a_move(
    store: LocalStore, views: StoreViews
) -> None:
    old, new = a_slot("old", free=False), a_slot("new", IN_AN_HOUR + minutes(20))
    planned = PlannedTime(old.start, old.end, old.id)
    await keep(store, old, new, an_appointment("a1", new.start, slot_id=new.id))
    await put(store, a_booking(slot_id=new.id, start=new.start, appointment_id="a1", moved_from=planned))
    first, _ = await rows(views)
    assert not first.free


async def test_since_when_the_row_of_another_console_is_known(
    store: LocalStore, views: StoreViews, clock: SettableClock
) -> None:
    read_at = clock.move(minutes(2))
    await keep(store, an_appointment())
    [row] = await rows(views)
    assert row.row_state_at == read_at


async def test_a_slot_closed_later_is_not_freed_by_an_old_cancellation(
    store: LocalStore, views: StoreViews
) -> None:
    slot = a_slot(free=False)
    await keep(store, slot, an_appointment("a1", slot_id=slot.id, reached=BookingState.CANCELLED))
    await put(store, a_booking(slot_id=slot.id, state=BookingState.CANCELLED, appointment_id="a1"))
    [row] = await rows(views)
    assert not row.free


async def test_a_taken_slot_shows_who_took_it_once_that_is_known(
    store: LocalStore, views: StoreViews, clock: SettableClock
) -> None:
    slot, elsewhere = a_slot(), somebody_elses_booking()
    await keep(store, slot)
    await put(store, a_booking(slot_id=slot.id, state=BookingState.SLOT_TAKEN, changed_at=clock.move(minutes(1))))
    [row] = await rows(views)
    assert (row.free, row.booking_id) == (False, None)
    await keep(store, an_appointment(booking_id=elsewhere, slot_id=slot.id))
    [row] = await rows(views)
    assert (row.free, row.booking_id) == (False, elsewhere)


async def test_what_the_practice_system_cancelled_is_gone_here_unless_ours_is_on_its_way(
    store: LocalStore, views: StoreViews
) -> None:
    booking = a_booking(appointment_id="a1")
    await put(store, booking, ActionKind.WRITE_APPOINTMENT)
    await keep(store, an_appointment("a1", reached=BookingState.CANCELLED))
    assert [row.booking_id for row in await rows(views)] == [booking.id]
    [action] = await store.due_actions(NOW)
    await store.transition(booking.id, lambda _: None, finished=action.id)
    assert await rows(views) == ()


async def test_an_instant_booking_has_no_slot(store: LocalStore, views: StoreViews) -> None:
    await put(store, a_booking(start=NOW))
    [row] = await rows(views)
    assert (row.slot_id, row.slot_kind, row.free) == (None, SlotKind.ANY, False)


async def test_by_start_for_one_clinician_or_all(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_slot("late", NOW + minutes(50)), a_slot("early", NOW), a_slot("pers", clinician_id=PER))
    await put(store, a_booking(start=NOW + minutes(20), clinician_id=PER))
    await keep(store, an_appointment(start=NOW + minutes(30)))
    assert [row.start for row in await rows(views)] == [NOW, NOW + minutes(30), NOW + minutes(50)]
    assert [row.start for row in await rows(views, PER)] == [NOW + minutes(20), IN_AN_HOUR]
    assert len(await rows(views, None)) == 5


async def test_a_day_is_the_clinics_own_also_when_the_clock_changes(store: LocalStore, views: StoreViews) -> None:
    before, first, last, after = (
        datetime(2026, 10, 24, 21, 59, tzinfo=UTC),
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 22, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 23, 0, tzinfo=UTC),
    )
    for number, start in enumerate((before, first, last, after)):
        await keep(store, a_slot(f"s{number}", start))
    day = await rows(views, day=date(2026, 10, 25))
    assert [row.start for row in day] == [first, last]


async def test_an_extended_consultation_shows_its_longer_time_at_once(store: LocalStore, views: StoreViews) -> None:
    slot, until = a_slot(), IN_AN_HOUR + minutes(20)
    was = PlannedTime(slot.start, slot.end, slot.id)
    longer = a_booking(
        slot_id=slot.id, start=slot.start, end=until, extended_to=until, moved_from=was, state=BookingState.IN_CALL
    )
    await keep(store, slot)
    await put(store, longer, ActionKind.MOVE_APPOINTMENT)
    [row] = await rows(views)
    assert (row.start, row.end, row.slot_id) == (slot.start, until, slot.id)
