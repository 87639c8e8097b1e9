"""What the status line and the list of what waits say."""

import pytest

from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.booking import BookingState, RowState
from app.domain.errors import ErrorKind
from app.domain.ids import PatientId
from app.domain.ports.practice_system import ChangeBatch
from app.domain.ports.store import AssignmentTransition
from app.domain.views import FirstSync, Withdrawal
from app.store.local_store import LocalStore
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    IN_AN_HOUR,
    NOW,
    SettableClock,
    a_booking,
    a_patient,
    a_wish,
    fetched,
    gone,
    keep,
    minutes,
    put,
    read_to_the_end,
    thread_effect,
)


async def first_sync(views: StoreViews) -> FirstSync | None:
    return (await views.sync_status()).first_sync


async def test_the_first_reading_until_every_type_was_read_to_its_end(store: LocalStore, views: StoreViews) -> None:
    assert await first_sync(views) == FirstSync(0, None, paused=False)
    for name in ("Patient", "Slot"):
        await store.store(ChangeBatch(name, (), None))
    await store.store(ChangeBatch("Patient", (fetched(a_patient()),), None, expected=3))
    assert await first_sync(views) == FirstSync(1, None, paused=False), "nothing is known of the slots"
    await store.store(ChangeBatch("Slot", (), None, expected=10))
    assert await first_sync(views) == FirstSync(1, 13, paused=False)
    await store.store(ChangeBatch("Patient", (fetched(a_patient(), version="2"),), NOW))
    assert await first_sync(views) == FirstSync(1, 13, paused=False), "a newer version is no other patient"
    await store.store(ChangeBatch("Patient", (), NOW, complete=True))
    assert await first_sync(views) == FirstSync(1, 11, paused=False), "there were fewer than it said"
    await store.store(ChangeBatch("Slot", (), NOW, complete=True))
    assert await first_sync(views) is None
    await store.store(ChangeBatch("Slot", (), NOW))
    assert await first_sync(views) is None
    assert all(point.complete for point in (await store.read_points()).values())


async def test_more_than_the_server_said(store: LocalStore, views: StoreViews) -> None:
    many = tuple(fetched(a_patient(PatientId(f"p{number}"))) for number in range(5))
    await store.store(ChangeBatch("Patient", many, None, expected=3))
    assert await first_sync(views) == FirstSync(5, 5, paused=False)


async def test_what_was_deleted_before_it_was_ever_read_is_not_counted_twice(
    store: LocalStore, views: StoreViews
) -> None:
    await keep(store, a_patient())
    await store.store(ChangeBatch("Patient", (gone(a_patient()),), None))
    await keep(store, a_patient(), version="3", at=NOW + minutes(1))
    assert await first_sync(views) == FirstSync(1, None, paused=False)


async def test_a_pause_is_remembered(store: LocalStore, views: StoreViews) -> None:
    await store.note_paused(True)
    assert await first_sync(views) == FirstSync(0, None, paused=True)
    await store.note_paused(False)
    assert await first_sync(views) == FirstSync(0, None, paused=False)


async def test_the_status_line_counts_what_waits_and_what_fails(store: LocalStore, views: StoreViews) -> None:
    booking = a_booking()
    await put(store, booking, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION, ActionKind.WATCH_DELIVERY)
    write, _, watch = await store.due_actions(NOW)
    await store.postpone(write.id, NOW + minutes(1), ErrorKind.PRACTICE_UNREACHABLE)
    status = await views.sync_status()
    assert (status.pending_actions, status.failing_actions) == (2, 1)
    assert status.action_failure is ErrorKind.PRACTICE_UNREACHABLE
    await store.postpone(watch.id, NOW + minutes(1), ErrorKind.SMS_UNREACHABLE)
    status = await views.sync_status()
    assert (status.pending_actions, status.failing_actions) == (3, 2)
    assert status.action_failure is ErrorKind.PRACTICE_UNREACHABLE, "the oldest is told of first"


async def test_a_new_console_knows_of_no_answer(views: StoreViews) -> None:
    status = await views.sync_status()
    assert (status.last_answer_at, status.failing_since, status.failure) == (None, None, None)
    assert (status.pending_actions, status.failing_actions) == (0, 0)


async def test_findings_by_server(store: LocalStore) -> None:
    assert await store.probed("a") is None
    await store.note_probed("a", "atomic")
    await store.note_probed("b", "not atomic")
    await store.note_probed("a", "not atomic after all")
    assert (await store.probed("a"), await store.probed("b")) == ("not atomic after all", "not atomic")


async def test_a_line_of_what_waits(store: LocalStore, views: StoreViews, clock: SettableClock) -> None:
    await keep(store, a_patient())
    booking = a_booking(start=IN_AN_HOUR)
    await put(store, booking, ActionKind.WRITE_APPOINTMENT)
    [action] = await store.waiting_for(booking.id)
    await store.postpone(action.id, NOW + minutes(3), ErrorKind.PRACTICE_UNREACHABLE)
    [line] = await views.waiting_actions()
    assert (line.id, line.kind, line.patient_id) == (action.id, ActionKind.WRITE_APPOINTMENT, ANNA)
    assert (line.patient_name, line.booking_start, line.made_at) == (a_patient().name, IN_AN_HOUR, NOW)
    assert (line.attempts, line.last_failure) == (1, ErrorKind.PRACTICE_UNREACHABLE)
    assert (line.next_try_at, line.withdrawal) == (NOW + minutes(3), Withdrawal.CANCELS_BOOKING)


async def test_nothing_is_tried_before_what_it_waits_behind(store: LocalStore, views: StoreViews) -> None:
    first, second = a_booking(), a_booking()
    await put(store, first, ActionKind.WRITE_APPOINTMENT, ActionKind.ENSURE_ROOM)
    await put(store, second, ActionKind.WRITE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT)
    [head, _] = await store.waiting_for(first.id)
    await store.postpone(head.id, NOW + minutes(5), ErrorKind.PRACTICE_SLOW)
    later = [line.next_try_at == NOW + minutes(5) for line in await views.waiting_actions()]
    assert later == [True, False, True, True]


async def test_as_many_lines_as_the_status_line_counts(store: LocalStore, views: StoreViews) -> None:
    await put(store, a_booking(), ActionKind.SEND_INVITATION, ActionKind.WATCH_DELIVERY)
    assert len(await views.waiting_actions()) == (await views.sync_status()).pending_actions == 1
    watch = next(each for each in await store.due_actions(NOW) if each.kind is ActionKind.WATCH_DELIVERY)
    await store.postpone(watch.id, NOW, ErrorKind.SMS_UNREACHABLE)
    assert len(await views.waiting_actions()) == (await views.sync_status()).pending_actions == 2


async def test_what_withdrawing_a_line_means(store: LocalStore, views: StoreViews) -> None:
    over = a_booking(state=BookingState.ENDED)
    await put(store, over, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_CANCELLATION)
    wish = a_wish()
    await store.assign(wish.thread_id, lambda _: AssignmentTransition(wish, (thread_effect(wish),)))
    lines = await views.waiting_actions()
    assert [(line.withdrawal, line.booking_start is None) for line in lines] == [
        (Withdrawal.NOT_POSSIBLE, False), (Withdrawal.DROPS_TEXT, False), (Withdrawal.LETS_GO_OF_THREAD, True),
    ]  # fmt: skip


@pytest.mark.parametrize("complete", [False, True])
async def test_a_point_reads_back_as_it_was_stored(store: LocalStore, complete: bool) -> None:
    await store.store(ChangeBatch("Patient", (), NOW, complete=complete))
    point = (await store.read_points())["Patient"]
    assert (point.at, point.complete) == (NOW, complete)
    await read_to_the_end(store)
    assert (await store.read_points())["Patient"].at == NOW


async def test_what_two_people_disagree_about_is_listed_until_somebody_has_chosen(
    store: LocalStore, views: StoreViews
) -> None:
    await keep(store, a_patient())
    there = Arrangement(IN_AN_HOUR, IN_AN_HOUR + minutes(10), None, None, "video", Standing.BOOKED)
    disputed = a_booking(row_state=RowState.CONFLICT, conflict=Conflict(Wish.CANCEL, there, there, there))
    decided = a_booking(row_state=RowState.QUEUED, conflict=Conflict(Wish.CANCEL, there, there, there))
    refused = a_booking(row_state=RowState.CONFLICT)
    for each in (disputed, decided, refused):
        await put(store, each)
    assert [each.booking for each in await views.to_settle()] == [disputed]
    assert (await views.sync_status()).to_settle == 1
