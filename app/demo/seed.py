"""Filling the demo practice system: people and letters once, and a calendar that is never empty."""

import random
from datetime import UTC, date, datetime, time, timedelta

from app.demo.calendar_plan import EXTRA_SPAN, PlannedSlot, extra_video_slots, plan_day, round_up
from app.demo.neighbours import neighbours
from app.demo.practice_system.searches import MAX_COUNT, parse_search
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.versions import Position, Version
from app.demo.seed_files import DemoPractitioner, SeedFiles
from app.demo.seed_resources import (
    Resource,
    appointment,
    communications,
    organization,
    patient,
    practitioner,
    schedule,
    slot,
)
from app.domain.clinic_time import clinic_date, clinic_local

DAYS_AHEAD = 7
NEIGHBOURS = 400
"""With the patients who write, enough people that hardly anyone comes twice a week."""
_REGULAR, _EXTRA = "tid", "ekstra-video"


def seed(store: ResourceStore, files: SeedFiles, now: datetime, number: int = 1) -> None:
    """Write the clinic, its patients and their letters; the same `now` and `number` always give the same."""
    resources: list[Resource] = [organization(files.organization)]
    resources += [practitioner(person) for person in files.practitioners]
    resources += [schedule(person) for person in files.practitioners if person.slot_minutes]
    everybody = [*files.patients, *neighbours(NEIGHBOURS, clinic_date(now))]
    resources += [patient(person, files.organization.id) for person in everybody]
    messages = [
        message
        for thread in files.threads
        for message in communications(thread, files.organization.id, clinic_local(now), number)
    ]
    resources += sorted(messages, key=lambda message: str(message["sent"]))
    with store.transaction():
        for resource in resources:
            _put(store, resource)


def top_up_calendar(store: ResourceStore, files: SeedFiles, now: datetime, number: int = 1) -> None:
    """Plan the days not planned yet, and see to it that every clinician has free video slots from now on.

    Free slots without a video mark give way to the extra ones; whatever is booked stays.
    """
    clinicians = [person for person in files.practitioners if person.slot_minutes]
    living = _living(store, files, now)
    today = clinic_date(now)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=offset) for offset in range((today - monday).days + DAYS_AHEAD + 1)]
    with store.transaction():
        for person in clinicians:
            planned = _planned_days(store, person, monday)
            for day in days:
                if day not in planned:
                    _plan_day(store, files, person, day, living=living, now=now, number=number)
            _add_extra(store, person, now)


def _planned_days(store: ResourceStore, person: DemoPractitioner, since: date) -> set[date]:
    slots = _slots(store, person, datetime.combine(since, time()))
    return {clinic_date(_span(version)[0]) for version in slots if version.id.startswith(_REGULAR)}


def _plan_day(
    store: ResourceStore,
    files: SeedFiles,
    person: DemoPractitioner,
    day: date,
    *,
    living: list[str],
    now: datetime,
    number: int,
) -> None:
    clinicians = [other.id for other in files.practitioners if other.slot_minutes]
    # Patients are dealt out among the clinicians, so that nobody is in two rooms at once.
    dealt = random.Random(f"{number}:{day}").sample(living, len(living))  # noqa: S311 - a plan, not a secret
    slots = plan_day(
        day,
        clinic_date(now),
        person.slot_minutes,
        patients=dealt[clinicians.index(person.id) :: len(clinicians)],
        reasons=files.reasons,
        rng=random.Random(f"{number}:{day}:{person.id}"),  # noqa: S311 - a plan, not a secret
    )
    first_extra = round_up(now)
    for planned in slots:
        if not planned.overlaps(first_extra, first_extra + EXTRA_SPAN):
            _put_planned(store, planned, f"{_REGULAR}-{person.id}-{_stamp(planned)}", person, now)


def _living(store: ResourceStore, files: SeedFiles, now: datetime) -> list[str]:
    """Return who may come: a large clinic of another making does not have all our people."""
    everybody = [*files.patients, *neighbours(NEIGHBOURS, clinic_date(now))]
    return [one.id for one in everybody if not one.deceased and store.current("Patient", one.id)]


def _add_extra(store: ResourceStore, person: DemoPractitioner, now: datetime) -> None:
    first = round_up(now)
    taken = []
    for version in _slots(store, person, first - timedelta(hours=1)):
        start, end = _span(version)
        if start >= first + EXTRA_SPAN or end <= first:
            continue
        free = version.resource()["status"] == "free" and not _used(store, version)
        if free and version.id.startswith(_REGULAR):
            store.append("Slot", version.id, "DELETE", None)
        else:
            taken.append((start, end))
    for planned in extra_video_slots(clinic_local(now), taken):
        _put_planned(store, planned, f"{_EXTRA}-{person.id}-{_stamp(planned)}", person, now)


def _span(version: Version) -> tuple[datetime, datetime]:
    resource = version.resource()
    return datetime.fromisoformat(str(resource["start"])), datetime.fromisoformat(str(resource["end"]))


def _used(store: ResourceStore, version: Version) -> bool:
    return next(store.referring(version.reference), None) is not None


def _slots(store: ResourceStore, person: DemoPractitioner, after: datetime) -> list[Version]:
    """Return a clinician's slots that start at a time or later."""
    pairs = [("schedule", person.id), ("start", f"ge{after.isoformat()}"), ("_count", str(MAX_COUNT))]
    search = parse_search("Slot", pairs, strict=True)
    found: list[Version] = []
    position: Position | None = None
    while True:
        page = store.search(search, position)
        found += page.versions
        position = page.end
        if position is None:
            return found


def _put_planned(
    store: ResourceStore, planned: PlannedSlot, slot_id: str, person: DemoPractitioner, now: datetime
) -> None:
    _put(store, slot(planned, slot_id, person.id))
    if planned.visit:
        _put(store, appointment(planned, planned.visit, slot_id, person.id, over=planned.end <= now))


def _put(store: ResourceStore, resource: Resource) -> None:
    store.append(str(resource["resourceType"]), str(resource["id"]), "POST", resource)


def _stamp(planned: PlannedSlot) -> str:
    """The slot's UTC start, so that ids stay unique when the clocks go back."""
    return f"{planned.start.astimezone(UTC):%Y%m%d-%H%M}"
