"""What taking back a waiting change would mean, for each kind of change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.actions import ActionKind, Effect, PendingAction, ThreadEffect
from app.domain.ids import ActionId, BookingId, PatientId, ThreadId
from app.domain.views import Withdrawal
from app.domain.withdrawal import withdrawal_of

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BOOKING, PATIENT, THREAD = BookingId("b1"), PatientId("p1"), ThreadId("t1")
NOT_POSSIBLE = Withdrawal.NOT_POSSIBLE
OF_A_LIVE_BOOKING = {
    ActionKind.ENSURE_ROOM: Withdrawal.CANCELS_BOOKING,
    ActionKind.WRITE_APPOINTMENT: Withdrawal.CANCELS_BOOKING,
    ActionKind.MOVE_APPOINTMENT: Withdrawal.STAYS_WHERE_IT_WAS,
    ActionKind.SEND_INVITATION: Withdrawal.DROPS_TEXT,
    ActionKind.SEND_CANCELLATION: Withdrawal.DROPS_TEXT,
    ActionKind.CANCEL_APPOINTMENT: NOT_POSSIBLE,
    ActionKind.WRITE_OUTCOME: NOT_POSSIBLE,
    ActionKind.CLOSE_ROOM: NOT_POSSIBLE,
    ActionKind.WATCH_DELIVERY: NOT_POSSIBLE,
}


def action(kind: ActionKind, occasion: str = "") -> PendingAction:
    key = Effect(kind, BOOKING, PATIENT, occasion).idempotency_key
    return PendingAction(ActionId("a1"), 1, kind, BOOKING, PATIENT, key, NOW, NOW, "queue")


@pytest.mark.parametrize("kind", OF_A_LIVE_BOOKING)
def test_of_a_booking_that_is_ahead(kind: ActionKind) -> None:
    assert withdrawal_of(action(kind), live=True) is OF_A_LIVE_BOOKING[kind]


@pytest.mark.parametrize("kind", OF_A_LIVE_BOOKING)
def test_of_a_booking_that_is_over_only_a_text_can_be_dropped(kind: ActionKind) -> None:
    dropped = OF_A_LIVE_BOOKING[kind] is Withdrawal.DROPS_TEXT
    assert withdrawal_of(action(kind), live=False) is (Withdrawal.DROPS_TEXT if dropped else NOT_POSSIBLE)


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        (ActionKind.ENSURE_ROOM, NOT_POSSIBLE),
        (ActionKind.WRITE_APPOINTMENT, NOT_POSSIBLE),
        (ActionKind.MOVE_APPOINTMENT, Withdrawal.STAYS_WHERE_IT_WAS),
        (ActionKind.SEND_INVITATION, Withdrawal.DROPS_TEXT),
    ],
)
def test_what_is_asked_for_once_more_does_not_cancel_the_booking(kind: ActionKind, means: Withdrawal) -> None:
    assert withdrawal_of(action(kind, NOW.isoformat()), live=True) is means


def test_a_wish_for_a_thread_lets_go_of_it() -> None:
    effect = ThreadEffect(ActionKind.ASSIGN_THREAD, THREAD, PATIENT, "now")
    key, queue = effect.idempotency_key, effect.queue
    wish = PendingAction(ActionId("a1"), 1, effect.kind, None, PATIENT, key, NOW, NOW, queue, thread_id=THREAD)
    assert withdrawal_of(wish, live=True) is Withdrawal.LETS_GO_OF_THREAD


@pytest.mark.parametrize("live", [True, False])
def test_a_picture_is_dropped_as_long_as_the_record_cannot_have_it(live: bool) -> None:
    picture = action(ActionKind.SAVE_PICTURE, "picture")
    assert withdrawal_of(picture, live) is Withdrawal.DROPS_PICTURE
    assert withdrawal_of(replace(picture, begun=True), live) is NOT_POSSIBLE


def test_every_kind_is_thought_of() -> None:
    assert {*OF_A_LIVE_BOOKING, ActionKind.ASSIGN_THREAD, ActionKind.SAVE_PICTURE} == set(ActionKind)
