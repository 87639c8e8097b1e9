"""Which free slot a click books: chosen by rule, so that the button can name the time before the click."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.domain.booking import ConsultationForm
from app.domain.clinic_time import clinic_date, clinic_local
from app.domain.slot import Slot, SlotKind

_MARK = {
    ConsultationForm.VIDEO: SlotKind.VIDEO,
    ConsultationForm.TELEPHONE: SlotKind.TELEPHONE,
    ConsultationForm.IN_PERSON: SlotKind.IN_PERSON,
}


@dataclass(frozen=True, slots=True)
class SlotRule:
    """What makes a slot suitable; `opens` and `closes` are clinic time, weekdays count from Monday = 0.

    The hours default to day time in the agreement between the regions and the GPs: weekdays 8 to 16. They hold for
    unmarked slots; one that the clinic has marked for the form is meant to be used, whatever its hour.
    """

    lead_time: timedelta = timedelta(minutes=2)
    opens: time = time(8)
    closes: time = time(16)
    weekdays: frozenset[int] = frozenset(range(5))
    form: ConsultationForm = ConsultationForm.VIDEO
    alternatives: int = 5


@dataclass(frozen=True, slots=True)
class SlotProposal:
    """The slot a click would book (None when there is none) and the next ones by start."""

    first: Slot | None
    alternatives: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class BusySpan:
    """A half-open span [start, end), aware UTC, in which the clinician is taken."""

    start: datetime
    end: datetime


def choose_slots(
    free: Sequence[Slot], now: datetime, rule: SlotRule, busy: Sequence[BusySpan] = ()
) -> SlotProposal:
    """Choose among a clinician's slots, in any order, the one to book and those to offer beside it.

    The earliest suitable slot decides the day; on that day the first one marked for the form wins over the
    unmarked, so that the clinic's own marks are used up first but nobody waits a day for one. No two slots of the
    proposal overlap.
    """
    suitable = sorted(
        (slot for slot in free if _suits(slot, now, rule, busy)),
        key=lambda slot: (slot.start, slot.kind is SlotKind.ANY, slot.end, slot.id),
    )
    if not suitable:
        return SlotProposal(None)
    day = clinic_date(suitable[0].start)
    first = next(
        (slot for slot in suitable if slot.kind is _MARK[rule.form] and clinic_date(slot.start) == day), suitable[0]
    )
    offered = [first]
    for slot in suitable:
        if len(offered) > rule.alternatives:
            break
        if not any(slot.overlaps(other.start, other.end) for other in offered):
            offered.append(slot)
    return SlotProposal(first, tuple(offered[1:]))


def _suits(slot: Slot, now: datetime, rule: SlotRule, busy: Sequence[BusySpan]) -> bool:
    return (
        slot.free
        and (slot.kind is _MARK[rule.form] or (slot.kind is SlotKind.ANY and _in_hours(slot, rule)))
        and slot.start < slot.end
        and slot.start >= now + rule.lead_time
        and not any(slot.overlaps(span.start, span.end) for span in busy)
    )


def _in_hours(slot: Slot, rule: SlotRule) -> bool:
    start, end = clinic_local(slot.start), clinic_local(slot.end)
    return (
        start.weekday() in rule.weekdays
        and start.date() == end.date()
        and rule.opens <= start.time()
        and end.time() <= rule.closes
    )
