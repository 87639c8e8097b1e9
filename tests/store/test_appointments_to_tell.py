"""What a batch says of bookings made here; an appointment that is deleted is told of as one withdrawn."""

from dataclasses import replace

from app.domain.actions import ActionKind
from app.domain.booking import Booking, BookingState
from app.domain.ports.practice_system import ChangeBatch
from app.store.local_store import LocalStore
from tests.store.builders import (
    SettableClock,
    a_booking,
    a_patient,
    an_appointment,
    fetched,
    gone,
    keep,
    minutes,
    put,
)


def batch(*appointment_ids: str, present: frozenset[str] | None = None) -> ChangeBatch:
    deleted = tuple(gone(an_appointment(each)) for each in appointment_ids)
    return ChangeBatch("Appointment", deleted, None, present)


async def made_here(store: LocalStore, appointment_id: str) -> Booking:
    booking = replace(a_booking(), appointment_id=appointment_id)
    await put(store, booking, ActionKind.WRITE_APPOINTMENT)
    return booking


async def test_one_that_is_brought_is_told_of_when_its_booking_was_made_here(store: LocalStore) -> None:
    booking = await made_here(store, "a1")
    ours, others = an_appointment("a1", booking_id=booking.id), an_appointment("a2")
    brought = ChangeBatch("Appointment", (fetched(others), fetched(ours)), None)
    assert await store.appointments_to_tell(brought) == (ours,)


async def test_one_that_was_read(store: LocalStore) -> None:
    await keep(store, an_appointment("a1"), an_appointment("a2"))
    [told] = await store.appointments_to_tell(batch("a2"))
    assert (told.id, told.reached, told.status) == ("a2", BookingState.CANCELLED, "entered-in-error")
    assert told.version_at == batch("a2").resources[0].last_updated


async def test_one_that_was_made_here_and_never_read(store: LocalStore) -> None:
    booking = await made_here(store, "a1")
    [told] = await store.appointments_to_tell(batch("a1"))
    assert (told.known_as, told.reached) == (booking.id, BookingState.CANCELLED)


async def test_one_that_is_no_longer_listed(store: LocalStore) -> None:
    booking = await made_here(store, "a1")
    await keep(store, an_appointment("a1", booking_id=booking.id), an_appointment("a2"))
    [told] = await store.appointments_to_tell(batch(present=frozenset({"a2"})))
    assert told.known_as == booking.id
    assert told.version_at is not None
    assert told.version_at > an_appointment("a1").start - minutes(600)


async def test_one_made_here_and_not_read_yet_is_not_missed_in_a_list(store: LocalStore) -> None:
    """It may have been made after the list was."""
    await made_here(store, "a1")
    assert await store.appointments_to_tell(batch(present=frozenset())) == ()


async def test_told_once_only(store: LocalStore) -> None:
    await keep(store, an_appointment("a1"))
    await store.store(batch("a1"))
    assert await store.appointments_to_tell(batch("a1")) == ()
    assert await store.appointments_to_tell(batch(present=frozenset())) == ()


async def test_other_types_and_batches_that_take_nothing_away_say_nothing(store: LocalStore) -> None:
    await keep(store, an_appointment("a1"), a_patient())
    assert await store.appointments_to_tell(ChangeBatch("Patient", (gone(a_patient()),), None, frozenset())) == ()
    assert await store.appointments_to_tell(ChangeBatch("Appointment", (), None)) == ()


async def test_one_made_here_and_never_read_is_asked_for_after_a_while(
    store: LocalStore, clock: SettableClock
) -> None:
    """A colleague may have deleted it before it was read, and a list cannot miss what was never in the copy."""
    booking = await made_here(store, "a1")
    await keep(store, an_appointment("a2"))
    assert await store.held("Appointment") == {"a2"}
    clock.move(minutes(1000))
    assert await store.held("Appointment") == {"a1", "a2"}
    assert await store.held("Slot") == frozenset()
    asked_for = ChangeBatch("Appointment", (), None, frozenset({"a2"}), gone=frozenset({"a1"}))
    [told] = await store.appointments_to_tell(asked_for)
    assert (told.known_as, told.reached) == (booking.id, BookingState.CANCELLED)
