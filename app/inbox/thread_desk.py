"""The thread desk: taking a thread and letting it go, so that two colleagues do not answer the same patient."""

from collections.abc import Callable

from app.domain.actions import ActionResult, NotYet, PendingAction, Refused, ThreadHeld
from app.domain.assignment import ThreadHolder
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ClinicianId, PatientId, ThreadId
from app.domain.patient import Clinician
from app.domain.ports.store import AssignmentLedger
from app.inbox.assignment_steps import Answer, Wish, acknowledge, answer, ask, holder_as_if_done, take_back, waits


class ThreadDesk:
    """Takes threads for `user`, who is at this console; `nudge` wakes whoever carries out the outbox.

    A wish is durable when its method returns. Whether it was granted the practice system says; when not, the wish
    stays with who was first until `acknowledge`.
    """

    def __init__(self, ledger: AssignmentLedger, user: Clinician, clock: Clock, nudge: Callable[[], None]) -> None:
        self._ledger = ledger
        self._user = user
        self._clock = clock
        self._nudge = nudge

    async def take(self, thread_id: ThreadId, patient_id: PatientId, over: ClinicianId | None = None) -> None:
        """Take a thread; taking one's own is nothing to do.

        Raises KlinikError(THREAD_TAKEN) when a colleague has it who is not the one it was to be taken from.
        """
        wish, known = await self._ledger.assignment(thread_id), await self._ledger.holder(thread_id)
        holder = holder_as_if_done(wish, known)
        mine = holder is not None and holder.clinician_id == self._user.id
        if mine and (known is not None or (wish is not None and waits(wish))):
            return
        if holder is not None and not mine and holder.clinician_id != over:
            raise KlinikError(ErrorKind.THREAD_TAKEN, "a colleague has it")
        now = self._clock()
        await self._ask(Wish(thread_id, patient_id, ThreadHolder(self._user.id, self._user.name, now), over))

    async def let_go(self, thread_id: ThreadId, patient_id: PatientId) -> None:
        """Let go of a thread; one that is not one's own stays as it is."""
        holder = holder_as_if_done(await self._ledger.assignment(thread_id), await self._ledger.holder(thread_id))
        if holder is not None and holder.clinician_id == self._user.id:
            await self._ask(Wish(thread_id, patient_id, None, over=self._user.id))

    async def acknowledge(self, thread_id: ThreadId) -> None:
        """Forget that a colleague was first, or that the wish came to nothing in another way."""
        await self._ledger.assign(thread_id, acknowledge)

    async def withdraw(self, action: PendingAction) -> None:
        """Take back a wish that waits; raises KlinikError(NOT_WITHDRAWABLE) when it is not as it was."""
        if action.thread_id is None:
            raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, "no action about a thread")
        now = self._clock()
        await self._ledger.assign(
            action.thread_id,
            lambda before: take_back(before, action.idempotency_key, action.begun, now),
            withdrawn=action,
        )
        self._nudge()

    async def on_result(self, action: PendingAction, result: ActionResult) -> None:
        """Take in what came of an action about a thread; NotYet is nothing to take in."""
        if action.thread_id is None or isinstance(result, NotYet):
            return
        came = _answer(action.idempotency_key, result)
        await self._ledger.assign(action.thread_id, lambda before: answer(before, came), finished=action.id)

    async def _ask(self, wish: Wish) -> None:
        now = self._clock()
        await self._ledger.assign(wish.thread_id, lambda before: ask(before, wish, now))
        self._nudge()


def _answer(key: str, result: ActionResult) -> Answer:
    match result:
        case ThreadHeld(holder):
            return Answer(key, holder)
        case Refused(failure):
            return Answer(key, None, failure)
        case _:
            return Answer(key, None, ErrorKind.UNEXPECTED)
