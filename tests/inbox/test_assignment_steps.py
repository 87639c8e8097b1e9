"""A wish for a thread, and what becomes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId, PatientId, ThreadId
from app.inbox.assignment_steps import (
    Answer,
    Wish,
    acknowledge,
    answer,
    ask,
    effect_of,
    holder_as_if_done,
    take_back,
    waits,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
THREAD, PATIENT = ThreadId("t1"), PatientId("patient-1")
ANNE = ThreadHolder(ClinicianId("anne"), "Anne Dahl", NOW)
BO = ThreadHolder(ClinicianId("bo"), "Bo Friis", NOW)
TAKE = Wish(THREAD, PATIENT, ANNE)
LET_GO = Wish(THREAD, PATIENT, None, over=ANNE.clinician_id)


def asked(wish: Wish = TAKE, before: Assignment | None = None, now: datetime = NOW) -> Assignment:
    step = ask(before, wish, now)
    assert step is not None
    assert step.assignment is not None
    return step.assignment


def answered(
    wish: Assignment, holder: ThreadHolder | None = None, failure: ErrorKind | None = None
) -> Assignment | None:
    step = answer(wish, Answer(effect_of(wish).idempotency_key, holder, failure))
    assert step is not None
    assert step.effects == ()
    return step.assignment


def test_a_wish_waits_with_an_effect_of_its_own() -> None:
    step = ask(None, TAKE, NOW)
    assert step is not None
    assert step.assignment == Assignment(THREAD, PATIENT, ANNE, RowState.QUEUED, NOW)
    assert [effect.idempotency_key for effect in step.effects] == [f"t1:assign_thread:{NOW.isoformat()}"]


def test_the_same_wish_twice_is_one_and_another_one_comes_after_it() -> None:
    first = asked()
    assert ask(first, TAKE, LATER) is None
    second = asked(LET_GO, first, NOW - timedelta(hours=1))  # The clock was set back.
    assert second.changed_at > first.changed_at
    assert effect_of(second) != effect_of(first)
    assert (second.wanted, second.over) == (None, ANNE.clinician_id)
    assert asked(replace(TAKE, over=BO.clinician_id), first, LATER).over == BO.clinician_id


def test_a_wish_that_is_granted() -> None:
    granted = answered(asked(), replace(ANNE, since=LATER))
    assert granted is not None
    assert (granted.row_state, granted.lost_to, granted.wanted) == (RowState.CONFIRMED, None, ANNE)
    gone = answered(asked(LET_GO), None)
    assert gone is not None
    assert (gone.row_state, gone.wanted) == (RowState.CONFIRMED, None)


def test_a_wish_that_came_second_says_who_was_first() -> None:
    lost = answered(asked(), BO)
    assert lost is not None
    assert (lost.row_state, lost.lost_to, lost.failure) == (RowState.CONFLICT, BO, ErrorKind.THREAD_TAKEN)
    step = acknowledge(lost)
    assert step is not None
    assert step.assignment is None
    assert asked(replace(TAKE, over=BO.clinician_id), lost, LATER).lost_to is None


def test_a_wish_that_is_refused() -> None:
    refused = answered(asked(), None, ErrorKind.PRACTICE_REFUSED)
    assert refused is not None
    assert (refused.row_state, refused.failure) == (RowState.CONFLICT, ErrorKind.PRACTICE_REFUSED)


@pytest.mark.parametrize(("wish", "holder"), [(LET_GO, BO), (TAKE, None)])
def test_what_turned_out_otherwise_is_for_the_practice_system_to_tell(
    wish: Wish, holder: ThreadHolder | None
) -> None:
    assert answered(asked(wish), holder) is None


def test_only_the_newest_wish_is_answered() -> None:
    first = asked()
    second = asked(LET_GO, first, LATER)
    old = Answer(effect_of(first).idempotency_key, ANNE)
    assert answer(second, old) is None
    assert answer(None, old) is None
    assert answer(replace(first, row_state=RowState.CONFIRMED), old) is None


def test_only_what_came_to_nothing_is_acknowledged() -> None:
    assert acknowledge(None) is None
    assert acknowledge(asked()) is None
    assert acknowledge(replace(asked(), row_state=RowState.CONFIRMED)) is None


def test_a_wish_taken_back_before_it_left_is_forgotten() -> None:
    wish = asked()
    key = effect_of(wish).idempotency_key
    step = take_back(wish, key, begun=False, now=LATER)
    assert step is not None
    assert (step.assignment, step.effects) == (None, ())
    assert take_back(None, key, begun=False, now=LATER) is None
    assert take_back(asked(LET_GO, wish, LATER), key, begun=False, now=LATER) is None
    assert take_back(replace(wish, row_state=RowState.CONFIRMED), key, begun=True, now=LATER) is None


def test_a_wish_taken_back_that_may_have_arrived_is_let_go_of() -> None:
    wish = asked()
    step = take_back(wish, effect_of(wish).idempotency_key, begun=True, now=LATER)
    assert step is not None
    assert step.assignment is not None
    assert (step.assignment.wanted, step.assignment.over, len(step.effects)) == (None, ANNE.clinician_id, 1)
    letting_go = asked(LET_GO)
    kept = take_back(letting_go, effect_of(letting_go).idempotency_key, begun=True, now=LATER)
    assert kept is not None
    assert (kept.assignment, kept.effects) == (None, ())


def test_who_has_the_thread_as_if_it_were_done() -> None:
    since_later = replace(BO, since=LATER)
    waiting, granted = asked(), replace(asked(), row_state=RowState.CONFIRMED)
    lost = replace(asked(), row_state=RowState.CONFLICT, lost_to=BO)
    assert waits(waiting)
    assert holder_as_if_done(None, BO) == BO
    assert holder_as_if_done(waiting, since_later) == ANNE
    assert holder_as_if_done(granted, None) == ANNE
    assert holder_as_if_done(granted, BO) == ANNE
    assert holder_as_if_done(granted, since_later) == since_later
    assert holder_as_if_done(lost, None) is None
