"""Two consoles and a practice system that keeps one holder a thread, in memory."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.domain.actions import ActionResult, PendingAction, ThreadHeld
from app.domain.assignment import Assignment, ThreadHolder
from app.domain.booking import RowState
from app.domain.ids import ActionId, ClinicianId, PatientId, ThreadId
from app.domain.patient import Clinician, Role
from app.inbox.thread_desk import ThreadDesk
from tests.booking.memory_ledger import MemoryLedger

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
THREAD, PATIENT = ThreadId("t1"), PatientId("patient-1")
ANNE = Clinician(ClinicianId("anne"), "Anne Dahl", Role.CLINICIAN)
BO = Clinician(ClinicianId("bo"), "Bo Friis", Role.SECRETARY)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Tasks:
    """The practice system's side: at most one holder a thread, whoever came first unless it is taken over."""

    holders: dict[ThreadId, ThreadHolder | None] = field(default_factory=dict)
    done: set[ActionId] = field(default_factory=set)
    history: list[ThreadHolder | None] = field(default_factory=list)

    def assign(self, action: PendingAction, wish: Assignment, user: ClinicianId) -> ActionResult:
        holder = self.holders.get(wish.thread_id)
        if action.id in self.done or self._stays(wish, holder, user):
            return ThreadHeld(holder)
        self.done.add(action.id)
        self.holders[wish.thread_id] = wish.wanted
        self.history.append(wish.wanted)
        return ThreadHeld(wish.wanted)

    @staticmethod
    def _stays(wish: Assignment, holder: ThreadHolder | None, user: ClinicianId) -> bool:
        if holder is None:
            return wish.wanted is None
        if wish.wanted is not None and holder.clinician_id == wish.wanted.clinician_id:
            return True
        return holder.clinician_id not in ((wish.over, user) if wish.wanted is None else (wish.over,))


class ThreadConsole:
    """One PC with its thread desk; what is under way is carried out and not yet answered."""

    def __init__(self, tasks: Tasks, clock: Clock, user: Clinician) -> None:
        self.user, self._tasks = user, tasks
        self.ledger = MemoryLedger(clock, user.id)
        self.nudges = 0
        self.desk = ThreadDesk(self.ledger, user, clock, self._nudged)
        self.under_way: list[tuple[PendingAction, ActionResult]] = []

    def _nudged(self) -> None:
        self.nudges += 1

    @property
    def wish(self) -> Assignment | None:
        return self.ledger.assignments.get(THREAD)

    async def begin(self) -> bool:
        """Have the first action that waits carried out; its answer is still on its way."""
        heads = self.ledger.heads()
        if not heads or self.under_way:
            return False
        wish = self.wish
        await self.ledger.begin(heads[0].id)
        if wish is None:
            return False
        action = replace(heads[0], begun=True)
        self.under_way.append((action, self._tasks.assign(action, wish, self.user.id)))
        return True

    async def answer(self) -> None:
        """Take in the answers that are on their way."""
        for action, result in self.under_way:
            await self.desk.on_result(action, result)
        self.under_way = []

    async def carry(self) -> bool:
        """Carry one action out; tells whether there was one."""
        await self.answer()
        begun = await self.begin()
        await self.answer()
        return begun

    def read(self) -> None:
        """Read who has the thread, as the sync loop does; what was granted gives way to what is told."""
        holder = self._tasks.holders.get(THREAD)
        self.ledger.holders.pop(THREAD, None)
        if self.wish is not None and self.wish.row_state is RowState.CONFIRMED:
            del self.ledger.assignments[THREAD]
        if holder is not None:
            self.ledger.holders[THREAD] = holder

    async def rest(self) -> None:
        while await self.carry():
            pass
        self.read()
