from dataclasses import replace

import pytest

from app.domain.booking import BookingState, RowState
from app.domain.ids import SlotId
from app.domain.patient import Clinician, Role
from app.domain.ports.practice_system import ChangeBatch, Fetched
from app.domain.slot import Slot, SlotKind
from app.store.local_store import LocalStore
from tests.store.builders import (
    LISE,
    NOW,
    PER,
    SettableClock,
    a_booking,
    a_slot,
    an_appointment,
    keep,
    minutes,
    put,
    somebody_elses_booking,
)

LIVE = [state for state in BookingState if state not in (BookingState.CANCELLED, BookingState.SLOT_TAKEN)]


async def free(store: LocalStore, limit: int = 10) -> list[SlotId]:
    return [slot.id for slot in await store.free_slots(LISE, NOW, limit, list(SlotKind))]


def slots(count: int) -> list[Slot]:
    return [a_slot(f"s{n}", NOW + minutes(10 * n)) for n in range(count)]


async def test_free_slots_of_one_clinician_by_start(store: LocalStore) -> None:
    first, second, third = slots(3)
    await keep(store, third, first, replace(second, free=False))
    await keep(store, a_slot("past", NOW - minutes(1)), a_slot("pers", clinician_id=PER))
    assert await store.free_slots(LISE, NOW, 10, list(SlotKind)) == (first, third)
    assert await free(store, limit=1) == ["s0"]


async def test_only_the_wanted_kinds_count_towards_the_limit(store: LocalStore) -> None:
    on_the_phone, unmarked, by_video = slots(3)
    await keep(
        store, replace(on_the_phone, kind=SlotKind.TELEPHONE), replace(unmarked, kind=SlotKind.ANY), by_video
    )
    wanted = await store.free_slots(LISE, NOW, 2, {SlotKind.ANY, SlotKind.VIDEO})
    assert [slot.id for slot in wanted] == [unmarked.id, by_video.id]


@pytest.mark.parametrize("state", LIVE)
async def test_a_slot_asked_for_here_is_not_free(store: LocalStore, state: BookingState) -> None:
    first, second = slots(2)
    await keep(store, first, second)
    await put(store, a_booking(slot_id=first.id, start=first.start, state=state))
    assert await free(store) == [second.id]


async def test_a_cancelled_booking_gives_its_slot_back(store: LocalStore) -> None:
    [slot] = slots(1)
    await keep(store, slot)
    await put(store, a_booking(slot_id=slot.id, start=slot.start, state=BookingState.CANCELLED))
    assert await free(store) == [slot.id]


async def test_a_refused_slot_is_offered_again_only_when_it_was_fetched_anew(
    store: LocalStore, clock: SettableClock
) -> None:
    [slot] = slots(1)
    await keep(store, slot)
    refused_at = clock.move(minutes(1))
    await put(
        store,
        a_booking(slot_id=slot.id, start=slot.start, state=BookingState.SLOT_TAKEN, changed_at=refused_at),
    )
    assert await free(store) == []
    clock.move(minutes(1))
    await keep(store, slot, version="2")
    assert await free(store) == [slot.id]


async def test_a_slot_that_an_appointment_of_another_holds_is_not_free(store: LocalStore) -> None:
    first, second = slots(2)
    await keep(store, first, second)
    await keep(store, an_appointment("a1", slot_id=first.id, start=first.start))
    await keep(
        store,
        an_appointment("a2", slot_id=second.id, start=second.start, reached=BookingState.CANCELLED),
    )
    assert await free(store) == [second.id]


async def test_a_booking_cancelled_elsewhere_gives_its_slot_back(store: LocalStore) -> None:
    [slot] = slots(1)
    booking = a_booking(slot_id=slot.id, start=slot.start, appointment_id="a1", row_state=RowState.CONFIRMED)
    await keep(store, slot)
    await put(store, booking)
    assert await free(store) == []
    await keep(store, an_appointment("a1", slot_id=slot.id, start=slot.start, reached=BookingState.CANCELLED))
    assert await free(store) == [slot.id]


async def test_an_appointment_is_found_by_the_id_its_booking_is_known_as(store: LocalStore) -> None:
    made_there = an_appointment("a1", slot_id=SlotId("s1"))
    made_by_a_console = an_appointment("a2", booking_id=somebody_elses_booking(), made_at=NOW)
    without_people = an_appointment("a3", patient_id=None, clinician_id=None)
    await keep(store, made_there, made_by_a_console, without_people)
    for each in (made_there, made_by_a_console, without_people):
        assert await store.appointment(each.known_as) == replace(each, booking_id=each.known_as)
    assert await store.appointment(somebody_elses_booking()) is None


async def test_of_two_appointments_of_a_booking_the_one_that_stands_is_found(store: LocalStore) -> None:
    booking_id = somebody_elses_booking()
    stands = an_appointment("a1", booking_id=booking_id)
    await keep(store, stands, an_appointment("a2", booking_id=booking_id, reached=BookingState.CANCELLED))
    assert await store.appointment(booking_id) == stands


async def test_clinicians_by_name(store: LocalStore) -> None:
    people = [Clinician(PER, "Per Ås", Role.SECRETARY), Clinician(LISE, "Lise Holm", Role.CLINICIAN)]
    batch = tuple(Fetched("Practitioner", each.id, "1", NOW, b"", deleted=False, item=each) for each in people)
    await store.store(ChangeBatch("Practitioner", batch, NOW))
    assert await store.clinicians() == (people[1], people[0])


async def test_what_is_unknown(store: LocalStore) -> None:
    assert await store.slot(SlotId("none")) is None
    assert await store.clinicians() == ()
    assert await free(store) == []
