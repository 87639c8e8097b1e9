"""The demo's data: valid, free of overlaps, always bookable, and of test persons only."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.demo.calendar_plan import extra_video_slots, plan_day, round_up
from app.demo.practice_system.elements import references_in
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.validation import check_resource
from app.demo.practice_system.writing import writing
from app.demo.seed import seed, top_up_calendar
from app.demo.seed_files import parse_age, read_seed_files
from app.domain.clinic_time import clinic_local
from app.domain.cpr import parse_cpr
from app.domain.phone import parse_phone
from tests.demo.fhir import HandClock

FILES = read_seed_files()
CLINICIANS = [person.id for person in FILES.practitioners if person.slot_minutes]
NIGHT = datetime(2026, 11, 22, 1, 33, 20, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 8, 2, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@contextmanager
def seeded(now: datetime, number: int = 1) -> Iterator[tuple[ResourceStore, HandClock]]:
    clock = HandClock(now)
    store = ResourceStore(":memory:", clock)
    try:
        seed(store, FILES, now, number)
        top_up_calendar(store, FILES, now, number)
        yield store, clock
    finally:
        store.close()


def everything(store: ResourceStore, resource_type: str | None = None) -> list[dict[str, Any]]:
    """Return the current resources."""
    versions = store.history(resource_type, None, 0, None, 100_000)
    current = {}
    for version in reversed(versions):
        current[version.reference] = version
    return [version.resource() for version in current.values() if version.body]


def spans(store: ResourceStore, clinician: str) -> list[tuple[datetime, datetime, dict[str, Any]]]:
    """Return a clinician's slots by start."""
    return sorted(
        (
            (datetime.fromisoformat(slot["start"]), datetime.fromisoformat(slot["end"]), slot)
            for slot in everything(store, "Slot")
            if slot["schedule"]["reference"] == f"Schedule/{clinician}"
        ),
        key=lambda span: span[0],
    )


def check_calendar(store: ResourceStore, now: datetime) -> None:
    for clinician in CLINICIANS:
        slots = spans(store, clinician)
        for (_, end, _), (start, _, _) in pairwise(slots):
            assert end <= start
        window = [one for one in slots if one[0] < round_up(now) + timedelta(hours=2) and one[1] > round_up(now)]
        for _, _, slot in window:
            assert slot["status"] != "free" or slot["serviceType"][0]["coding"][0]["code"] == "video"
        free = [start for start, _, slot in window if slot["status"] == "free"]
        assert free, "there is always something to book"


@given(MOMENTS, st.integers(0, 3))
@settings(max_examples=4)
def test_no_slots_overlap_and_the_demo_works_at_any_hour(now: datetime, number: int) -> None:
    with seeded(now, number) as (store, clock):
        check_calendar(store, now)
        for clinician in CLINICIANS:
            free = [start for start, _, slot in spans(store, clinician) if slot["id"].startswith("ekstra-video")]
            assert free == [round_up(now) + timedelta(minutes=10 * step) for step in range(12)]
        clock.forward(minutes=37)
        top_up_calendar(store, FILES, clock.now, number)
        check_calendar(store, clock.now)
        clock.forward(days=5)
        top_up_calendar(store, FILES, clock.now, number)
        check_calendar(store, clock.now)


@pytest.mark.parametrize("now", [NIGHT, MORNING])
def test_all_that_is_seeded_is_valid(now: datetime) -> None:
    with seeded(now) as (store, _):
        for resource in everything(store):
            check_resource(resource["resourceType"], resource)
            for reference in references_in(resource):
                target = store.current(*reference.split("/"))
                assert target is not None, reference
        # The clinic's own rule holds too: each resource may be written as it stands.
        with writing(store, "http://localhost/fhir") as unit:
            for resource in everything(store, "Appointment"):
                unit.update("Appointment", resource["id"], resource, None)
        busy = {slot["id"] for slot in everything(store, "Slot") if slot["status"] == "busy"}
        held = {one["slot"][0]["reference"].removeprefix("Slot/") for one in everything(store, "Appointment")}
        assert held == busy


def test_the_same_now_and_number_give_the_same() -> None:
    with seeded(MORNING) as (first, _), seeded(MORNING) as (second, _), seeded(MORNING, 2) as (other, _):
        assert everything(first) == everything(second)
        assert everything(first, "Appointment") != everything(other, "Appointment")


def test_booked_slots_stay_when_the_calendar_is_topped_up() -> None:
    early = MORNING - timedelta(hours=3)
    with seeded(early) as (store, clock):
        before = {one["id"]: one for one in everything(store, "Appointment")}
        clock.now = MORNING
        top_up_calendar(store, FILES, MORNING)
        after = {one["id"]: one for one in everything(store, "Appointment")}
        assert before.items() <= after.items()
        versions = store.newest_seq()
        top_up_calendar(store, FILES, MORNING)
        assert store.newest_seq() == versions


def test_the_patients_are_test_persons() -> None:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    for patient in FILES.patients:
        assert "Test" in patient.given.split()
        assert bool(patient.cpr) is not bool(patient.ecpr)
        if patient.cpr:
            digits = parse_cpr(patient.cpr).digits
            assert sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if patient.phone:
            assert parse_phone(patient.phone).e164 == patient.phone
    today = date(2026, 11, 23)
    assert any(not patient.phone and not patient.deceased for patient in FILES.patients)
    assert any(patient.ecpr for patient in FILES.patients)
    assert any((today - patient.born).days < 6 * 365 and not patient.deceased for patient in FILES.patients)


def test_the_letters_are_many_and_half_are_unanswered() -> None:
    with seeded(NIGHT) as (store, _):
        messages = everything(store, "Communication")
        assert len(messages) >= 40
        threads: dict[str, list[dict[str, Any]]] = {}
        for message in messages:
            threads.setdefault(message["extension"][0]["valueString"], []).append(message)
        unanswered = 0
        for thread in threads.values():
            thread.sort(key=lambda message: datetime.fromisoformat(message["sent"]))
            for earlier, later in pairwise(thread):
                assert later["inResponseTo"] == [{"reference": f"Communication/{earlier['id']}"}]
            from_patient = thread[-1]["sender"]["reference"].startswith("Patient/")
            assert thread[-1]["status"] == ("in-progress" if from_patient else "completed")
            unanswered += from_patient
        assert 0.4 <= unanswered / len(threads) <= 0.6
        ages = [NIGHT - datetime.fromisoformat(message["sent"]) for message in messages]
        assert timedelta() < min(ages) < timedelta(minutes=30)
        assert timedelta(days=10) < max(ages) < timedelta(days=15)
        assert any(message["priority"] == "urgent" for message in messages)
        pictures = [part["contentAttachment"] for message in messages for part in message["payload"][1:]]
        assert pictures
        assert all(part["contentType"] == "image/png" and part["size"] > 100 for part in pictures)


@given(MOMENTS, st.lists(st.tuples(st.integers(-120, 240), st.integers(1, 60)), max_size=5))
def test_extra_slots_leave_what_is_taken(now: datetime, taken: list[tuple[int, int]]) -> None:
    busy = [(now + timedelta(minutes=start), now + timedelta(minutes=start + length)) for start, length in taken]
    slots = extra_video_slots(now, busy)
    assert all(slot.start >= now and slot.start.minute % 5 == 0 for slot in slots)
    assert not any(slot.overlaps(start, end) for slot in slots for start, end in busy)
    assert busy or len(slots) == 12


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from([10, 15]), st.integers())
def test_a_day_is_weekdays_eight_to_four_with_lunch(day: date, minutes: int, number: int) -> None:
    patients = [f"p{index}" for index in range(8)]
    slots = plan_day(
        day, date(2026, 6, 1), minutes, patients=patients, reasons=["Kontrol"], rng=random.Random(number)
    )
    assert bool(slots) is (day.weekday() < 5)
    visitors = [slot.visit.patient_id for slot in slots if slot.visit]
    assert len(visitors) == len(set(visitors))
    for slot in slots:
        local = clinic_local(slot.start)
        assert 8 <= local.hour < 16
        assert (local.hour, local.minute) not in ((12, 0), (12, 10), (12, 15), (12, 20))
        assert slot.end - slot.start == timedelta(minutes=minutes)
    assert not slots or any(slot.service == "video" for slot in slots)


@pytest.mark.parametrize("text", ["", "3", "h", "10m 2h", "1d2"])
def test_an_age_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match="age"):
        parse_age(text)


def test_ages() -> None:
    assert parse_age("2d 3h 10m") == timedelta(days=2, hours=3, minutes=10)
    assert parse_age("9m") == timedelta(minutes=9)
