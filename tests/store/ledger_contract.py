"""What every `BookingLedger` does; a test class inherits it and gives the `ledger` fixture."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.actions import ActionKind, PendingAction
from app.domain.booking import BookingState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, PatientId, new_booking_id
from app.domain.ports.store import BookingLedger, Transition
from tests.store.builders import ANNA, BO, NOW, SettableClock, a_booking, effect, minutes, put

ROOM, WRITE, CANCEL = ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT, ActionKind.CANCEL_APPOINTMENT
SMS, WATCH = ActionKind.SEND_INVITATION, ActionKind.WATCH_DELIVERY


def kinds(actions: tuple[PendingAction, ...]) -> list[ActionKind]:
    return [action.kind for action in actions]


@pytest.mark.contract
class LedgerContract:
    async def test_a_step_is_kept_with_its_effects(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        effects = (effect(booking, ROOM), effect(booking, WRITE))
        assert await ledger.transition(booking.id, lambda _: Transition(booking, effects)) == booking
        assert await ledger.booking(booking.id) == booking
        due = await ledger.due_actions(NOW)
        assert kinds(due) == [ROOM, WRITE]
        assert [action.idempotency_key for action in due] == [each.idempotency_key for each in effects]
        assert {(action.booking_id, action.patient_id) for action in due} == {(booking.id, booking.patient_id)}
        assert {(action.made_at, action.not_before, action.attempts) for action in due} == {(NOW, NOW, 0)}
        assert len({action.id for action in due}) == 2

    async def test_a_step_sees_what_is_stored(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        seen = []

        def step(stored: object) -> Transition:
            seen.append(stored)
            return Transition(replace(booking, state=BookingState.CONFIRMED))

        await ledger.transition(booking.id, step)
        await ledger.transition(booking.id, step)
        assert seen == [None, replace(booking, state=BookingState.CONFIRMED)]

    async def test_a_step_that_changes_nothing(self, ledger: BookingLedger) -> None:
        assert await ledger.transition(new_booking_id(), lambda _: None) is None
        booking = a_booking()
        await put(ledger, booking)
        assert await ledger.transition(booking.id, lambda _: None) == booking

    async def test_a_step_that_fails_changes_nothing(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, ROOM)
        [action] = await ledger.due_actions(NOW)

        def broken(_: object) -> Transition:
            raise LookupError("on purpose")

        with pytest.raises(LookupError):
            await ledger.transition(booking.id, broken, finished=action.id)
        assert await ledger.due_actions(NOW) == (action,)

    async def test_an_unknown_booking(self, ledger: BookingLedger) -> None:
        assert await ledger.booking(new_booking_id()) is None

    async def test_live_bookings_by_start(self, ledger: BookingLedger) -> None:
        late, early = a_booking(start=NOW + minutes(90)), a_booking(start=NOW + minutes(30))
        over = [
            a_booking(state=state)
            for state in (BookingState.ENDED, BookingState.CANCELLED, BookingState.SLOT_TAKEN)
        ]
        for booking in (late, early, *over):
            await put(ledger, booking)
        assert await ledger.live_bookings() == (early, late)

    async def test_an_effect_waiting_is_not_added_again(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, ROOM)
        before = await ledger.due_actions(NOW)
        await put(ledger, booking, ROOM)
        assert await ledger.due_actions(NOW) == before

    async def test_an_effect_carried_out_is_not_added_again(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, ROOM)
        [action] = await ledger.due_actions(NOW)
        again = Transition(booking, (effect(booking, ROOM), effect(booking, WRITE)))
        await ledger.transition(booking.id, lambda _: again, finished=action.id)
        assert kinds(await ledger.due_actions(NOW)) == [WRITE]

    async def test_finished_leaves_also_when_the_step_changes_nothing(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, ROOM)
        [action] = await ledger.due_actions(NOW)
        await ledger.transition(booking.id, lambda _: None, finished=action.id)
        assert await ledger.due_actions(NOW) == ()
        await put(ledger, booking, ROOM)
        assert await ledger.due_actions(NOW) == ()

    async def test_finishing_twice_is_no_error(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, ROOM)
        [action] = await ledger.due_actions(NOW)
        for _ in range(2):
            await ledger.transition(booking.id, lambda _: None, finished=action.id)
        assert await ledger.due_actions(NOW) == ()

    async def test_one_channel_of_one_booking_goes_in_order(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, WRITE, CANCEL)
        [write] = await ledger.due_actions(NOW)
        assert write.kind is WRITE
        await ledger.postpone(write.id, NOW + minutes(5), ErrorKind.PRACTICE_UNREACHABLE)
        assert await ledger.due_actions(NOW) == ()
        await ledger.transition(booking.id, lambda _: None, finished=write.id)
        assert kinds(await ledger.due_actions(NOW)) == [CANCEL]

    async def test_the_practice_system_is_written_to_in_one_line_for_each_patient(
        self, ledger: BookingLedger
    ) -> None:
        first, second, other = a_booking(), a_booking(), a_booking(patient_id=BO)
        await put(ledger, first, WRITE, ROOM)
        await put(ledger, second, WRITE, ROOM)
        await put(ledger, other, WRITE)
        due = await ledger.due_actions(NOW)
        assert [(action.booking_id, action.kind) for action in due] == [
            (first.id, WRITE), (first.id, ROOM), (second.id, ROOM), (other.id, WRITE),
        ]  # fmt: skip
        assert [action.queue for action in due] == [
            f"practice:{ANNA}", f"room:{first.id}", f"room:{second.id}", f"practice:{BO}",
        ]  # fmt: skip
        await ledger.transition(first.id, lambda _: None, finished=due[0].id)
        assert (second.id, WRITE) in [(each.booking_id, each.kind) for each in await ledger.due_actions(NOW)]

    async def test_other_channels_and_patients_do_not_wait(self, ledger: BookingLedger) -> None:
        first, second = a_booking(), a_booking(patient_id=BO)
        await put(ledger, first, WRITE, SMS, WATCH)
        await put(ledger, second, WRITE)
        due = await ledger.due_actions(NOW)
        assert kinds(due) == [WRITE, SMS, WATCH, WRITE]
        await ledger.postpone(due[0].id, NOW + minutes(5), ErrorKind.PRACTICE_UNREACHABLE)
        assert kinds(await ledger.due_actions(NOW)) == [SMS, WATCH, WRITE]

    async def test_oldest_first_by_a_growing_sequence(self, ledger: BookingLedger) -> None:
        bookings = [a_booking(patient_id=PatientId(f"p{number}")) for number in range(4)]
        for booking in bookings:
            await put(ledger, booking, WRITE)
        due = await ledger.due_actions(NOW)
        assert [action.booking_id for action in due] == [booking.id for booking in bookings]
        await ledger.transition(bookings[-1].id, lambda _: None, finished=due[-1].id)
        await put(ledger, bookings[-1], CANCEL)
        sequences = [action.sequence for action in (*due, *(await ledger.due_actions(NOW))[-1:])]
        assert sequences == sorted(set(sequences))

    async def test_postponed_until_then(self, ledger: BookingLedger) -> None:
        await put(ledger, a_booking(), WRITE)
        [action] = await ledger.due_actions(NOW)
        then = NOW + minutes(2)
        await ledger.postpone(action.id, then, None)
        assert await ledger.due_actions(then - timedelta(microseconds=1)) == ()
        assert await ledger.due_actions(then) == (replace(action, not_before=then),)

    async def test_a_failure_counts_and_waiting_does_not(self, ledger: BookingLedger) -> None:
        await put(ledger, a_booking(), WRITE)
        [action] = await ledger.due_actions(NOW)
        for failure in (ErrorKind.PRACTICE_SLOW, None, ErrorKind.PRACTICE_ERROR):
            await ledger.postpone(action.id, NOW, failure)
        [action] = await ledger.due_actions(NOW)
        assert (action.attempts, action.last_failure) == (2, ErrorKind.PRACTICE_ERROR)

    async def test_retry_now(self, ledger: BookingLedger, clock: SettableClock) -> None:
        await put(ledger, a_booking(), WRITE)
        [action] = await ledger.due_actions(NOW)
        await ledger.postpone(action.id, NOW + minutes(60), ErrorKind.PRACTICE_UNREACHABLE)
        later = clock.move(minutes(1))
        await ledger.retry_now(later)
        [again] = await ledger.due_actions(later)
        assert (again.id, again.attempts) == (action.id, 1)

    async def test_retrying_one_lets_those_before_it_run_too_and_no_others(self, ledger: BookingLedger) -> None:
        first, second, other = a_booking(), a_booking(), a_booking(patient_id=BO)
        for booking in (first, second, other):
            await put(ledger, booking, WRITE, CANCEL)
        later = NOW + minutes(60)
        for booking in (first, second, other):
            for action in await ledger.waiting_for(booking.id):
                await ledger.postpone(action.id, later, ErrorKind.PRACTICE_UNREACHABLE)
        [asked, _] = await ledger.waiting_for(second.id)
        await ledger.retry_now(NOW, asked.id)
        waiting = [
            action.not_before == NOW
            for booking in (first, second, other)
            for action in await ledger.waiting_for(booking.id)
        ]
        assert waiting == [True, True, True, False, False, False]
        assert [action.booking_id for action in await ledger.due_actions(NOW)] == [first.id]

    async def test_postponing_what_is_gone_is_no_error(self, ledger: BookingLedger) -> None:
        await ledger.postpone(ActionId("gone"), NOW, None)
        assert await ledger.due_actions(NOW) == ()

    async def test_an_action_by_its_id_and_all_of_a_booking(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, WRITE, SMS, CANCEL)
        await put(ledger, a_booking(), WRITE)
        waiting = await ledger.waiting_for(booking.id)
        assert kinds(waiting) == [WRITE, SMS, CANCEL]
        assert [await ledger.action(each.id) for each in waiting] == list(waiting)
        assert await ledger.action(ActionId("gone")) is None
        assert await ledger.waiting_for(new_booking_id()) == ()

    async def test_begun_is_written_down_and_stays(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, WRITE)
        [action] = await ledger.waiting_for(booking.id)
        assert not action.begun
        assert await ledger.begin(action.id)
        assert await ledger.begin(action.id)
        await ledger.postpone(action.id, NOW + minutes(1), ErrorKind.PRACTICE_SLOW)
        await ledger.retry_now(NOW)
        [action] = await ledger.waiting_for(booking.id)
        assert action.begun
        await ledger.transition(booking.id, lambda _: None, finished=action.id)
        assert not await ledger.begin(action.id)

    async def test_what_is_withdrawn_can_be_asked_for_again(self, ledger: BookingLedger) -> None:
        booking = a_booking()
        await put(ledger, booking, WRITE, SMS)
        waiting = await ledger.waiting_for(booking.id)
        again = Transition(booking, (effect(booking, WRITE),))
        await ledger.transition(booking.id, lambda _: again, withdrawn=waiting)
        [action] = await ledger.waiting_for(booking.id)
        assert action.kind is WRITE
        assert action.id not in [each.id for each in waiting]

    @pytest.mark.parametrize("how", ["gone", "begun"])
    async def test_what_is_gone_or_begun_since_is_not_withdrawn(self, ledger: BookingLedger, how: str) -> None:
        booking = a_booking()
        await put(ledger, booking, WRITE, SMS)
        seen = await ledger.waiting_for(booking.id)
        if how == "gone":
            await ledger.transition(booking.id, lambda _: None, finished=seen[1].id)
        else:
            assert await ledger.begin(seen[1].id)
        left = await ledger.waiting_for(booking.id)
        cancelled = Transition(replace(booking, state=BookingState.CANCELLED), (effect(booking, CANCEL),))
        with pytest.raises(KlinikError) as refused:
            await ledger.transition(booking.id, lambda _: cancelled, withdrawn=seen)
        assert refused.value.kind is ErrorKind.NOT_WITHDRAWABLE
        assert await ledger.waiting_for(booking.id) == left
        assert await ledger.booking(booking.id) == booking
