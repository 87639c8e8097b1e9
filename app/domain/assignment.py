"""Who has taken a thread: the clinic's consoles agree on it through the practice system."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId, PatientId, ThreadId

ANSWERS_FOR = timedelta(minutes=15)
"""Who took a thread is taken to be answering it for so long; after that they merely have it."""


@dataclass(frozen=True, slots=True)
class ThreadHolder:
    """Who has a thread, since when; the name is a colleague's, as the practice system gives it."""

    clinician_id: ClinicianId
    name: str
    since: datetime

    def answering(self, now: datetime) -> bool:
        """Tell whether the holder is likely to be writing right now."""
        return self.since <= now < self.since + ANSWERS_FOR


@dataclass(frozen=True, slots=True)
class Assignment:
    """What this console wishes for a thread, and what came of it.

    `wanted` is who is to have it, None to let go of it. `over` is the holder the wish knowingly replaces: a wish
    without one yields to whoever has the thread. `lost_to` is who was first, when the wish was not granted.
    """

    thread_id: ThreadId
    patient_id: PatientId
    wanted: ThreadHolder | None
    row_state: RowState
    changed_at: datetime
    over: ClinicianId | None = None
    lost_to: ThreadHolder | None = None
    failure: ErrorKind | None = None


@dataclass(frozen=True, slots=True)
class HeldThread:
    """A thread's holder as the practice system has it; `id` is the resource's, `holder` None when it was let go."""

    id: str
    thread_id: ThreadId
    patient_id: PatientId | None
    holder: ThreadHolder | None
