"""Wishes for threads and who has them: kept with the outbox, and shown as if what waits were done."""

from dataclasses import replace

import pytest

from app.domain.assignment import Assignment
from app.domain.booking import RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ThreadId
from app.domain.ports.practice_system import ChangeBatch
from app.domain.ports.store import AssignmentTransition
from app.store.local_store import LocalStore
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    LISE,
    NOW,
    PER,
    a_held_thread,
    a_holder,
    a_message,
    a_wish,
    gone,
    keep,
    minutes,
    thread_effect,
)

T1 = ThreadId("t1")


async def wish_for(store: LocalStore, wish: Assignment, *occasions: str) -> None:
    effects = tuple(thread_effect(wish, occasion) for occasion in occasions)
    await store.assign(wish.thread_id, lambda _: AssignmentTransition(wish, effects))


async def shown(views: StoreViews) -> tuple[object, ...]:
    [row] = await views.inbox()
    return row.holder, row.holder_state, row.lost_to


async def test_a_wish_is_kept_with_its_effects(store: LocalStore) -> None:
    wish = a_wish(over=PER, lost_to=a_holder(PER, NOW - minutes(1)), failure=ErrorKind.THREAD_TAKEN)
    await wish_for(store, wish, "1")
    assert await store.assignment(T1) == wish
    [action] = await store.due_actions(NOW)
    assert (action.thread_id, action.booking_id, action.patient_id) == (T1, None, ANNA)
    assert (action.idempotency_key, action.queue) == (thread_effect(wish).idempotency_key, "practice:thread:t1")
    letting_go = a_wish(wanted=None, over=None)
    await wish_for(store, letting_go)
    assert await store.assignment(T1) == letting_go


async def test_each_wish_is_asked_for_once_and_in_order(store: LocalStore) -> None:
    await wish_for(store, a_wish(), "1", "1", "2")
    [first] = await store.due_actions(NOW)
    await store.assign(T1, lambda _: None, finished=first.id)
    [second] = await store.due_actions(NOW)
    assert second.idempotency_key.endswith(":2")
    await wish_for(store, a_wish(), "1")
    assert await store.due_actions(NOW) == (second,)


async def test_a_settled_wish_is_forgotten_with_its_action(store: LocalStore) -> None:
    await wish_for(store, a_wish(), "1")
    [action] = await store.due_actions(NOW)
    assert await store.assign(T1, lambda _: AssignmentTransition(None), finished=action.id) is None
    assert await store.assignment(T1) is None
    assert await store.due_actions(NOW) == ()


async def test_a_wish_cannot_be_forgotten_while_something_waits_for_it(store: LocalStore) -> None:
    await wish_for(store, a_wish(), "1")
    with pytest.raises(KlinikError) as refused:
        await store.assign(T1, lambda _: AssignmentTransition(None))
    assert refused.value.kind is ErrorKind.NOT_WITHDRAWABLE
    assert await store.assignment(T1) == a_wish()


async def test_a_wish_taken_back(store: LocalStore) -> None:
    await wish_for(store, a_wish(), "1")
    [action] = await store.due_actions(NOW)
    assert await store.begin(action.id)
    with pytest.raises(KlinikError) as refused:
        await store.assign(T1, lambda _: AssignmentTransition(None), withdrawn=action)
    assert refused.value.kind is ErrorKind.NOT_WITHDRAWABLE
    await store.assign(T1, lambda _: AssignmentTransition(None), withdrawn=replace(action, begun=True))
    assert await store.assignment(T1) is None
    assert await store.due_actions(NOW) == ()


async def test_a_step_must_keep_to_its_thread(store: LocalStore) -> None:
    with pytest.raises(ValueError, match="its thread"):
        await store.assign(ThreadId("t2"), lambda _: AssignmentTransition(a_wish()))


async def test_who_has_it_as_the_practice_system_says(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message())
    assert await shown(views) == (None, None, None)
    held = a_held_thread()
    await keep(store, held)
    assert await store.holder(T1) == held.holder
    assert await shown(views) == (held.holder, RowState.CONFIRMED, None)
    await keep(store, replace(held, holder=None), version="2", at=NOW + minutes(1))
    assert await store.holder(T1) is None
    assert await shown(views) == (None, None, None)
    await keep(store, held, version="3", at=NOW + minutes(2))
    await store.store(ChangeBatch("Task", (gone(held, "4", NOW + minutes(3)),), None))
    assert await store.holder(T1) is None


async def test_of_two_that_have_it_the_one_who_took_it_last(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message())
    await keep(store, a_held_thread("h1", holder=a_holder(PER, NOW)))
    await keep(store, a_held_thread("h2", holder=a_holder(LISE, NOW + minutes(1))))
    assert await store.holder(T1) == a_holder(LISE, NOW + minutes(1))
    assert await shown(views) == (a_holder(LISE, NOW + minutes(1)), RowState.CONFIRMED, None)


PERS = a_held_thread().holder
MINE = a_wish().wanted


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (a_wish(), (MINE, RowState.QUEUED, None)),
        (a_wish(wanted=None), (None, RowState.QUEUED, None)),
        (a_wish(row_state=RowState.CONFIRMED), (MINE, RowState.CONFIRMED, None)),
        (a_wish(failure=ErrorKind.PRACTICE_REFUSED), (PERS, RowState.CONFIRMED, None)),
        (a_wish(row_state=RowState.CONFLICT), (PERS, RowState.CONFIRMED, None)),
        (a_wish(lost_to=PERS), (PERS, RowState.CONFIRMED, PERS)),
    ],
)
async def test_as_if_done_where_somebody_else_has_it(
    store: LocalStore, views: StoreViews, wish: Assignment, expected: tuple[object, ...]
) -> None:
    await keep(store, a_message(), a_held_thread())
    await wish_for(store, wish)
    assert await shown(views) == expected


async def test_a_granted_wish_lasts_until_the_practice_system_tells_who_has_it(
    store: LocalStore, views: StoreViews
) -> None:
    await keep(store, a_message(), a_held_thread())
    await wish_for(store, a_wish(row_state=RowState.CONFIRMED))
    assert await shown(views) == (MINE, RowState.CONFIRMED, None)
    # Taken over since, though by a clock that is behind.
    await keep(store, a_held_thread(holder=a_holder(PER, NOW - minutes(5))), version="2", at=NOW + minutes(1))
    assert await store.assignment(T1) is None
    assert await shown(views) == (a_holder(PER, NOW - minutes(5)), RowState.CONFIRMED, None)


async def test_news_of_a_thread_leaves_a_wish_that_is_on_its_way(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message())
    await wish_for(store, a_wish())
    await keep(store, a_held_thread())
    assert await shown(views) == (MINE, RowState.QUEUED, None)


async def test_who_was_first_is_told_before_it_has_been_read(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message())
    await wish_for(store, a_wish(lost_to=PERS))
    assert await shown(views) == (PERS, RowState.CONFIRMED, PERS)
