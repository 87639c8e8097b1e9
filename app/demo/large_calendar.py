"""A calendar of three years behind and two months ahead, with a given number of times and of visits."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial

from app.demo.calendar_plan import PlannedSlot, Visit, plan_day
from app.demo.large_letters import Event
from app.demo.seed_files import DemoPatient, DemoPractitioner
from app.demo.seed_resources import appointment, slot
from app.domain.booking import ConsultationForm
from app.domain.clinic_time import clinic_date

AHEAD = timedelta(days=56)
_FORMS = (
    ConsultationForm.IN_PERSON,
    ConsultationForm.IN_PERSON,
    ConsultationForm.TELEPHONE,
    ConsultationForm.VIDEO,
)


def calendar_events(
    slots: int,
    appointments: int,
    *,
    patients: Sequence[DemoPatient],
    clinicians: Sequence[DemoPractitioner],
    reasons: Sequence[str],
    since: datetime,
    now: datetime,
    number: int,
) -> Iterator[Event]:
    """Yield that many slots, and the appointments that hold some of them.

    Raises ValueError when the clinicians do not work enough hours for so many, or there are too few slots.
    """
    if appointments > slots:
        raise ValueError("there are more appointments than slots")
    rng = random.Random(f"{number}:calendar")  # noqa: S311 - a plan, not a secret
    possible = _possible(slots, clinicians, since, now, rng)
    if len(possible) < slots:
        raise ValueError(f"the clinicians have {len(possible)} times in all, not {slots}")
    visits = appointments
    for place, (person, planned) in enumerate(possible[:slots]):
        # Drawing exactly so many of those that are left (Knuth, TAOCP 2, 3.4.2 S).
        taken = rng.random() * (slots - place) < visits
        visit = None
        if taken:
            visits -= 1
            visit = Visit(rng.choice(patients).id, rng.choice(_FORMS), rng.choice(reasons))
        shown = PlannedSlot(planned.start, planned.end, planned.service, visit)
        slot_id = f"tid-{person.id}-{planned.start.astimezone(UTC):%Y%m%d-%H%M}"
        opened = max(since, planned.start - AHEAD)
        booked = opened + (min(planned.start, now) - opened) * rng.random()
        yield _milliseconds(booked if visit else opened), partial(slot, shown, slot_id, person.id)
        if visit:
            over = planned.end <= now
            changed = min(now, planned.end + timedelta(minutes=30 * rng.random())) if over else booked
            yield (
                _milliseconds(changed),
                partial(appointment, shown, visit, slot_id, person.id, over=over),
            )


def _possible(
    count: int, clinicians: Sequence[DemoPractitioner], since: datetime, now: datetime, rng: random.Random
) -> list[tuple[DemoPractitioner, PlannedSlot]]:
    """Return at least `count` times when there are as many: of whole days, spread evenly over the years."""
    first, last = clinic_date(since), clinic_date(now + AHEAD)
    days = [day for offset in range((last - first).days) if (day := first + timedelta(days=offset)).weekday() < 5]
    found: list[tuple[DemoPractitioner, PlannedSlot]] = []
    for day in _evenly(days, clinic_date(now)):
        for person in clinicians:
            planned = plan_day(day, day, person.slot_minutes, patients=(), reasons=(), rng=rng)
            found += ((person, one) for one in planned if one.start - AHEAD <= now)
        if len(found) >= count:
            break
    return found


def _evenly(days: Sequence[date], today: date) -> Iterator[date]:
    """Yield the days that come next, then the others in such an order that every beginning is spread evenly."""
    near = [day for day in days if today <= day <= today + timedelta(days=7)]
    yield from near
    seen = set(near)
    # Halves, quarters, eighths and so on: a van der Corput sequence.
    for place in range(1, 4 * len(days)):
        day = days[int(len(days) * _mirrored(place))]
        if day not in seen:
            seen.add(day)
            yield day
    yield from (day for day in days if day not in seen)


def _mirrored(number: int) -> float:
    """Return the fraction whose binary digits are a number's, read backwards."""
    fraction, weight = 0.0, 0.5
    while number:
        fraction += weight * (number & 1)
        number >>= 1
        weight /= 2
    return fraction


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
