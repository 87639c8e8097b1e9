"""The one write-read loop: what was clicked goes out, what changed comes in, and neither waits for the other."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from app.domain.actions import ActionResult, Channel, PendingAction
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import PracticeSystem
from app.domain.ports.store import AssignmentLedger, BookingLedger, LocalCopy
from app.sync.reading import NUDGE_GAP, OnAppointment, Reading
from app.sync.sending import CARRY_LIMIT, Carrier, OnResult, Sending


class SyncLoop:
    """Carries due actions and reads changes every `poll_every`, or at once when nudged.

    `carriers` holds one carrier for each channel; the practice system's own `write` is taken for PRACTICE when
    there is none. Wishes for threads go to the practice system's `assign`. `on_result` gets every result about a
    booking but NotYet, `on_thread_result` those about threads; each must finish the action in the outbox.
    `on_appointment` gets each appointment, as often as it is read, so it must be safe to repeat: this is where a
    booking that was answered with `proposed` is confirmed later, or found moved, cancelled or ended. Raises
    ValueError when a channel has no carrier.
    """

    def __init__(
        self,
        practice: PracticeSystem,
        ledger: BookingLedger,
        assignments: AssignmentLedger,
        local_copy: LocalCopy,
        carriers: Mapping[Channel, Carrier],
        on_result: OnResult,
        on_thread_result: OnResult,
        *,
        clock: Clock,
        poll_every: timedelta,
        on_appointment: OnAppointment | None = None,
        carry_limit: timedelta = CARRY_LIMIT,
        nudge_gap: timedelta = NUDGE_GAP,
    ) -> None:
        self._carriers = {Channel.PRACTICE: practice.write, **carriers}
        if missing := sorted(channel.value for channel in set(Channel) - self._carriers.keys()):
            raise ValueError(f"no carrier for {', '.join(missing)}")
        self._practice = practice
        self._ledger = ledger
        self._assignments = assignments
        self._on_result = on_result
        self._on_thread_result = on_thread_result
        self._sending = Sending(ledger, self._carry, self._report, clock, carry_limit)
        self._reading = Reading(
            practice,
            local_copy,
            clock,
            poll_every,
            on_appointment=on_appointment,
            on_back=self._sending.practice_back,
            nudge_gap=nudge_gap,
        )

    async def run(self) -> None:
        """Work until cancelled. No failure ends it: each is logged, noted and tried again after a pause."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sending.run())
            group.create_task(self._reading.run())

    def nudge(self) -> None:
        """Look at the outbox and read the practice system now; call it in the loop's own thread."""
        self._sending.wake()
        self._reading.wake()

    def retry(self) -> None:
        """Do what a nudge does, and let what was postponed after a failure run at once: a person asked for it."""
        self._sending.retry()
        self._reading.wake()

    def pause(self) -> None:
        """Stop reading after the page under way; what was clicked here still goes out."""
        self._reading.pause()

    def resume(self) -> None:
        """Go on reading from where it was stopped."""
        self._reading.resume()

    async def _carry(self, action: PendingAction) -> ActionResult:
        if action.thread_id is not None:
            assignment = await self._assignments.assignment(action.thread_id)
            if assignment is None:
                raise KlinikError(ErrorKind.UNEXPECTED, "an action without its wish")
            return await self._practice.assign(action, assignment)
        booking = await self._ledger.booking(action.booking_id) if action.booking_id else None
        if booking is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "an action without its booking")
        return await self._carriers[action.kind.channel](action, booking)

    async def _report(self, action: PendingAction, result: ActionResult) -> None:
        await (self._on_result if action.thread_id is None else self._on_thread_result)(action, result)
        if action.kind.channel is Channel.PRACTICE:
            self._reading.wake()
