import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError

from app.domain.actions import ActionKind
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ports.practice_system import ChangeBatch
from app.domain.ports.store import AssignmentTransition, Transition
from app.domain.waiting import PatientPhase, PatientPresence
from app.store.local_store import LocalStore
from app.store.presences import Presences
from tests.store.builders import (
    NOW,
    a_booking,
    a_held_thread,
    a_message,
    a_patient,
    a_slot,
    a_wish,
    an_appointment,
    effect,
    keep,
    minutes,
    put,
    read_to_the_end,
    thread_effect,
)

BOOKED = Changes.BOOKINGS | Changes.MESSAGES | Changes.PATIENTS | Changes.CALENDAR | Changes.WAITING


@pytest.fixture
def heard(store: LocalStore) -> list[Changes]:
    heard: list[Changes] = []
    store.subscribe(heard.append)
    return heard


async def test_each_commit_tells_once_what_to_read_again(store: LocalStore, heard: list[Changes]) -> None:
    booking = a_booking()
    await put(store, booking, ActionKind.ENSURE_ROOM)
    assert heard.pop() == BOOKED | Changes.OUTBOX
    [action] = await store.due_actions(NOW)
    await store.postpone(action.id, NOW + minutes(1), ErrorKind.ROOM_UNREACHABLE)
    assert heard.pop() == Changes.OUTBOX
    await store.retry_now(NOW)
    assert heard.pop() == Changes.OUTBOX
    await store.transition(booking.id, lambda _: None, finished=action.id)
    assert heard.pop() == Changes.OUTBOX
    await store.note_answer(NOW)
    assert heard.pop() == Changes.SYNC | Changes.ANSWERED
    await store.note_answer(NOW)
    assert heard.pop() == Changes.ANSWERED
    await store.note_failure(NOW, ErrorKind.PRACTICE_SLOW)
    assert heard.pop() == Changes.SYNC
    await store.note_answer(NOW)
    assert heard.pop() == Changes.SYNC | Changes.ANSWERED
    assert heard == []


async def test_a_batch_tells_which_views_show_it(store: LocalStore, heard: list[Changes]) -> None:
    await read_to_the_end(store)
    heard.clear()
    await keep(store, a_slot(), a_message(), a_held_thread(), an_appointment(), a_patient())
    assert heard == [
        Changes.CALENDAR,
        Changes.MESSAGES,
        Changes.MESSAGES,
        Changes.CALENDAR | Changes.BOOKINGS | Changes.PATIENTS | Changes.WAITING,
        Changes.PATIENTS | Changes.MESSAGES | Changes.CALENDAR | Changes.WAITING,
    ]


async def test_the_first_reading_tells_how_far_it_has_come(store: LocalStore, heard: list[Changes]) -> None:
    await store.store(ChangeBatch("Patient", (), None))
    await store.store(ChangeBatch("Patient", (), None, expected=3))
    await keep(store, a_patient())
    await store.store(ChangeBatch("Patient", (), NOW, complete=True))
    assert [bool(each & Changes.SYNC) for each in heard] == [True] * 4
    heard.clear()
    await store.store(ChangeBatch("Patient", (), NOW + minutes(1)))
    assert heard == []
    for paused in (True, True, False):
        await store.note_paused(paused)
    assert heard == [Changes.SYNC] * 2


async def test_a_wish_for_a_thread_tells_once(store: LocalStore, heard: list[Changes]) -> None:
    wish = a_wish()
    transition = AssignmentTransition(wish, (thread_effect(wish),))
    await store.assign(wish.thread_id, lambda _: transition)
    assert heard == [Changes.MESSAGES | Changes.OUTBOX]
    await store.assign(wish.thread_id, lambda _: transition)
    assert len(heard) == 1


async def test_what_changes_nothing_is_silent(store: LocalStore, heard: list[Changes]) -> None:
    booking = a_booking()
    await put(store, booking, ActionKind.ENSURE_ROOM)
    await store.store(ChangeBatch("Patient", (), NOW))
    heard.clear()
    again = Transition(booking, (effect(booking, ActionKind.ENSURE_ROOM),))
    await store.transition(booking.id, lambda _: again)
    await store.transition(booking.id, lambda _: None)
    await store.retry_now(NOW)
    await store.store(ChangeBatch("Patient", (), NOW))
    await store.due_actions(NOW)
    assert heard == []


async def test_a_step_that_fails_is_silent(store: LocalStore, heard: list[Changes]) -> None:
    booking = a_booking()
    stray = Transition(booking, (effect(a_booking(), ActionKind.ENSURE_ROOM),))
    with pytest.raises(IntegrityError):
        await store.transition(booking.id, lambda _: stray)
    assert heard == []


async def test_a_listener_hears_in_the_loop_before_the_caller_goes_on_and_reads_the_new(store: LocalStore) -> None:
    booking = a_booking()
    loops = []
    store.subscribe(lambda _: loops.append(asyncio.get_running_loop()))
    await put(store, booking)
    assert loops == [asyncio.get_running_loop()]


async def test_a_listener_that_ended_hears_no_more(store: LocalStore, heard: list[Changes]) -> None:
    ends: list[Callable[[], None]] = []
    other: list[Changes] = []
    ends.append(store.subscribe(lambda _: ends[1]()))
    ends.append(store.subscribe(other.append))
    await put(store, a_booking())
    assert other == []
    assert len(heard) == 1
    ends[0]()
    ends[0]()


async def test_a_broken_listener_does_not_silence_the_others(store: LocalStore) -> None:
    heard: list[Changes] = []
    reported: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

    def broken(_: Changes) -> None:
        raise ZeroDivisionError

    store.subscribe(broken)
    store.subscribe(heard.append)
    await put(store, a_booking())
    assert len(heard) == 1
    assert isinstance(reported[0]["exception"], ZeroDivisionError)


def present(phase: PatientPhase = PatientPhase.WAITING) -> PatientPresence:
    return PatientPresence(a_booking().id, phase, NOW)


def test_presences_hold_the_latest_word_until_the_line_breaks() -> None:
    changes: list[None] = []
    book = Presences(lambda: changes.append(None))
    first = present(PatientPhase.OPENED)
    later = PatientPresence(first.booking_id, PatientPhase.TESTED, NOW)
    for presence in (first, later, later, other := present()):
        book.note(presence)
    assert (book.of(first.booking_id), book.all()) == (later, (later, other))
    assert len(changes) == 3
    book.line_down()
    book.line_down()
    assert (book.of(first.booking_id), book.all()) == (None, ())
    assert len(changes) == 4


async def test_a_presence_is_told_as_a_change_of_the_waiting_list(
    presences: Presences, store: LocalStore, heard: list[Changes]
) -> None:
    presences.note(present())
    await store.due_actions(NOW)
    assert heard == [Changes.WAITING]
