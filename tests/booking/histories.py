"""Histories of a booking for property tests: anything that can happen, in any order; the clock may jump back."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import strategies as st

from app.booking.events import (
    AppointmentConfirmed,
    AppointmentEnded,
    AppointmentPending,
    AppointmentRefused,
    AppointmentTimed,
    AppointmentWithdrawn,
    CallBegan,
    CallNoted,
    CancelAsked,
    CancellationUndelivered,
    CancellationWritten,
    ConflictFound,
    ConflictSettled,
    Event,
    ExtendAsked,
    InvitationAccepted,
    InvitationDelivered,
    InvitationFailed,
    LinkAsked,
    MoveAsked,
    MoveRefused,
    MoveTaken,
    MoveTakenBack,
    OutcomeChosen,
    OutcomeWritten,
    PatientSeen,
    RecordRefused,
    Requested,
    RoomRefused,
    RoomStands,
)
from app.booking.saga import advance
from app.domain.actions import ActionKind
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish
from app.domain.booking import Booking, ConsultationForm, PlannedTime
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind
from app.domain.ids import ClinicianId, SlotId
from app.domain.ports.store import Transition
from app.domain.waiting import PatientPhase
from tests.booking.fake_rooms import ROOM
from tests.booking.fakes import DOCTOR, NOW, booking, outcome

COLLEAGUE = "Bo Friis"
RECORD = CallRecord(NOW, (MediumStep(NOW, Medium.VIDEO, StepReason.STARTED),))


def at(hours: int) -> PlannedTime:
    """Return a quarter of an hour that begins so many hours from now; the booking itself is at 1."""
    start = NOW + timedelta(hours=hours)
    return PlannedTime(start, start + timedelta(minutes=15), SlotId(f"slot-{hours * 60}"))


def arrangement(hours: int, standing: Standing = Standing.BOOKED, clinician: ClinicianId = DOCTOR) -> Arrangement:
    planned = at(hours)
    return Arrangement(planned.start, planned.end, planned.slot_id, clinician, "video", standing)


def conflict(wish: Wish, mine: Arrangement, theirs: Arrangement) -> Conflict:
    return Conflict(wish, arrangement(1), mine, theirs, COLLEAGUE, None)


failures = st.sampled_from(ErrorKind)
versions = st.sampled_from([None, NOW, NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)])
times = st.builds(at, st.integers(1, 3))
ends = st.integers(1, 3).map(lambda steps: at(1).end + steps * timedelta(minutes=10))
names = st.sampled_from(["", COLLEAGUE])
arrangements = st.builds(arrangement, st.integers(1, 3), st.sampled_from(Standing))
unsent = st.frozensets(
    st.sampled_from([ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION, ActionKind.MOVE_APPOINTMENT])
)
straightforward: st.SearchStrategy[Event] = st.one_of(
    st.just(RoomStands(ROOM)),
    st.builds(RoomRefused, failures),
    st.builds(AppointmentPending, st.just("a1"), versions),
    st.builds(AppointmentConfirmed, st.just("a1"), versions),
    st.builds(AppointmentRefused, failures, names),
    st.builds(InvitationAccepted, st.sampled_from(["r1", "r2"])),
    st.just(InvitationDelivered()),
    st.builds(InvitationFailed, failures),
    st.builds(PatientSeen, st.sampled_from(PatientPhase)),
    st.just(LinkAsked()),
    st.just(CallBegan()),
    st.just(CallNoted(RECORD)),
    st.builds(MoveAsked, times),
    st.builds(ExtendAsked, ends),
    st.builds(MoveTaken, st.just("a1"), st.booleans(), st.none() | times, versions, st.booleans()),
    st.builds(MoveRefused, failures, names),
    st.just(MoveTakenBack()),
    st.builds(CancelAsked, st.just(frozenset()) | unsent),
    st.builds(CancellationWritten, versions),
    st.builds(CancellationUndelivered, failures),
    st.just(OutcomeChosen(outcome())),
    st.builds(OutcomeWritten, versions),
)
elsewhere: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        lambda planned, by, version: AppointmentTimed(
            planned.start, planned.end, planned.slot_id, DOCTOR, by, version
        ),
        times,
        names,
        versions,
    ),
    st.builds(AppointmentWithdrawn, names, versions),
    st.builds(AppointmentEnded, st.just("a1"), names, versions),
)
contested: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        lambda wish, mine, theirs: ConflictFound(conflict(wish, mine, theirs)),
        st.sampled_from(Wish),
        arrangements,
        arrangements,
    ),
    st.builds(ConflictSettled, st.booleans()),
    st.builds(RecordRefused, failures, names),
)
Script = list[tuple[Event, int]]
seconds = st.integers(-60, 600)
histories: st.SearchStrategy[Script] = st.lists(
    st.tuples(st.one_of(straightforward, elsewhere, contested), seconds), max_size=40
)
uncontested: st.SearchStrategy[Script] = st.lists(
    st.tuples(st.one_of(straightforward, elsewhere), seconds), max_size=40
)


def request(form: ConsultationForm, slot_id: SlotId | None = None) -> Requested:
    b = booking(form=form)
    return Requested(b.id, b.patient_id, b.clinician_id, b.made_by, form, b.start, b.end, slot_id, None, b.phone)


requests = st.builds(request, st.sampled_from(ConsultationForm), st.sampled_from([None, SlotId("slot-60")]))


@dataclass(frozen=True)
class Taken:
    """One step that changed something."""

    event: Event
    before: Booking
    step: Transition

    @property
    def after(self) -> Booking:
        return self.step.booking


def steps(asked: Requested, script: Script) -> list[Taken]:
    """Return each step that changed something; the first is the booking's making."""
    first = advance(None, asked, NOW)
    assert first is not None
    current, now, taken = first.booking, NOW, [Taken(asked, first.booking, first)]
    for event, later in script:
        now = now + timedelta(seconds=later)
        step = advance(current, event, now)
        if step is not None:
            taken.append(Taken(event, current, step))
            current = step.booking
    return taken
