"""The demo clinic's calendar as a pure plan: which slots a clinician has on a day, and which are taken."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.domain.booking import ConsultationForm
from app.domain.clinic_time import CLINIC_ZONE

EXTRA_STEP = timedelta(minutes=10)
EXTRA_SPAN = timedelta(hours=2)
_ROUNDING = timedelta(minutes=5)

_OPENS, _LUNCH, _LUNCH_ENDS, _CLOSES = time(8), time(12), time(12, 30), time(16)
_VIDEO_BLOCK = range(13, 15)
_SHARE_TAKEN_TODAY, _SHARE_LOST_A_DAY, _LEAST_SHARE = 0.5, 0.06, 0.12
_FORM_ODDS: dict[str | None, tuple[ConsultationForm, ...]] = {
    "video": (ConsultationForm.VIDEO,),
    "regular": (ConsultationForm.IN_PERSON, ConsultationForm.IN_PERSON, ConsultationForm.TELEPHONE),
    None: (ConsultationForm.IN_PERSON, ConsultationForm.TELEPHONE, ConsultationForm.VIDEO),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment that holds a planned slot."""

    patient_id: str
    form: ConsultationForm
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A slot with aware start and end; `service` is the code it is set aside for, None when open to any."""

    start: datetime
    end: datetime
    service: str | None
    visit: Visit | None = None

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether the slot shares any time with the half-open span [start, end)."""
        return self.start < end and start < self.end


def plan_day(
    day: date, today: date, minutes: int, *, patients: Sequence[str], reasons: Sequence[str], rng: random.Random
) -> tuple[PlannedSlot, ...]:
    """Return a clinician's slots of `minutes` on a day by start; none at weekends.

    `patients` may come that day, each at most once; the further off the day, the fewer have booked.
    """
    if day.weekday() >= 5:
        return ()
    share = max(_LEAST_SHARE, _SHARE_TAKEN_TODAY - _SHARE_LOST_A_DAY * max(0, (day - today).days))
    waiting = rng.sample(list(patients), len(patients))
    slots = []
    for number, (start, end) in enumerate(_working_times(day, timedelta(minutes=minutes))):
        service = _service(start, number)
        visit = None
        if waiting and rng.random() < share:
            visit = Visit(waiting.pop(), rng.choice(_FORM_ODDS[service]), rng.choice(reasons))
        slots.append(PlannedSlot(start, end, service, visit))
    return tuple(slots)


def extra_video_slots(now: datetime, taken: Iterable[tuple[datetime, datetime]]) -> tuple[PlannedSlot, ...]:
    """Return free video slots every ten minutes for two hours from `now`, rounded up to five minutes.

    Those that would overlap a `taken` span are left out. Whatever the hour, the demo has something to book.
    """
    first = round_up(now)
    busy = tuple(taken)
    slots = [
        PlannedSlot(first + EXTRA_STEP * number, first + EXTRA_STEP * (number + 1), "video")
        for number in range(EXTRA_SPAN // EXTRA_STEP)
    ]
    return tuple(slot for slot in slots if not any(slot.overlaps(start, end) for start, end in busy))


def round_up(now: datetime) -> datetime:
    """Return the next whole five minutes, or `now` itself when it is one."""
    return now + (_EPOCH - now) % _ROUNDING


def _working_times(day: date, length: timedelta) -> Iterable[tuple[datetime, datetime]]:
    for opens, closes in ((_OPENS, _LUNCH), (_LUNCH_ENDS, _CLOSES)):
        start = datetime.combine(day, opens, CLINIC_ZONE)
        while (end := start + length) <= datetime.combine(day, closes, CLINIC_ZONE):
            yield start, end
            start = end


def _service(start: datetime, number: int) -> str | None:
    """A block of video after lunch, single video slots in the morning, and times that are open to any form."""
    if start.hour in _VIDEO_BLOCK or (start.hour in (9, 10) and number % 4 == 1):
        return "video"
    return None if number % 3 == 2 else "regular"


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
