import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from app.domain.booking import MADE_LONG_AGO, BookingState, ConsultationForm, RowState
from app.domain.ids import BookingId, MessageId, PatientId, ThreadId
from app.domain.message import Direction
from app.domain.patient import Clinician, Role
from app.domain.private import Private
from app.domain.slot import SlotKind
from app.domain.waiting import PatientPhase, PatientPresence
from app.store.database import Database
from app.store.local_store import LocalStore
from app.store.presences import Presences
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    BO,
    IN_AN_HOUR,
    LISE,
    NOW,
    SettableClock,
    a_booking,
    a_message,
    a_patient,
    a_slot,
    an_appointment,
    keep,
    minutes,
    put,
    somebody_elses_booking,
)

ABSENT = (PatientPhase.NOT_OPENED, PatientPhase.AWAY, PatientPhase.LEFT)


async def test_an_inbox_row(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_patient())
    await keep(store, a_message("m1", NOW, attachments=1), a_message("m2", NOW + minutes(1), attachments=2))
    await keep(
        store, a_message("m3", NOW + minutes(2), subject=Private("Ny"), body=Private(" Linje\n\n to  " * 99))
    )
    [row] = await views.inbox()
    assert (row.thread_id, row.patient_id, row.messages, row.attachments) == ("t1", ANNA, 3, 3)
    assert (row.newest_at, row.unanswered, row.urgent) == (NOW + minutes(2), True, False)
    assert (row.patient_name, row.subject) == (a_patient().name, Private("Ny"))
    assert row.preview.reveal().startswith("Linje to Linje to")
    assert len(row.preview.reveal()) <= 200
    assert (row.booking_id, row.booking_state, row.booking_start) == (None, None, None)


async def test_urgent_first_then_unanswered_then_newest_and_no_more_than_asked_for(
    store: LocalStore, views: StoreViews
) -> None:
    for name, minute, direction, urgent in (
        ("answered-new", 9, Direction.FROM_CLINIC, False),
        ("open-old", 1, Direction.FROM_PATIENT, False),
        ("open-new", 5, Direction.FROM_PATIENT, False),
        ("urgent-old", 0, Direction.FROM_PATIENT, True),
        ("urgent-new", 3, Direction.FROM_PATIENT, True),
        ("answered-old", 2, Direction.FROM_CLINIC, True),
    ):
        message = a_message(
            name, NOW + minutes(minute), thread_id=ThreadId(name), direction=direction, urgent=urgent
        )
        await keep(store, message)
    order = [row.thread_id for row in await views.inbox()]
    assert order == ["urgent-new", "urgent-old", "open-new", "open-old", "answered-new", "answered-old"]
    assert [row.thread_id for row in await views.inbox(limit=1)] == ["urgent-new"]


async def test_urgent_until_the_clinic_answers(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message("m1", NOW, urgent=True), a_message("m2", NOW + minutes(1)))
    assert [row.urgent for row in await views.inbox()] == [True]
    await keep(store, a_message("m3", NOW + minutes(2), direction=Direction.FROM_CLINIC))
    await keep(store, a_message("m4", NOW + minutes(3)))
    assert [(row.urgent, row.unanswered) for row in await views.inbox()] == [(False, True)]


async def test_the_booking_a_thread_led_to(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message("m1"), a_message("m2", NOW + minutes(1)))
    kept = a_booking(message_id=MessageId("m1"))
    given_up = a_booking(
        message_id=MessageId("m2"), made_at=NOW + minutes(2), state=BookingState.CANCELLED, start=NOW
    )
    await put(store, given_up)
    [row] = await views.inbox()
    assert (row.booking_id, row.booking_state) == (given_up.id, BookingState.CANCELLED)
    await put(store, kept)
    [row] = await views.inbox()
    assert (row.booking_id, row.booking_state, row.booking_start) == (kept.id, kept.state, kept.start)
    await keep(store, an_appointment(booking_id=kept.id, reached=BookingState.CANCELLED))
    [row] = await views.inbox()
    assert row.booking_state is BookingState.CANCELLED


async def test_a_message_before_its_patient(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message())
    [row] = await views.inbox()
    assert row.patient_name.reveal() == ""


async def test_a_thread_oldest_first(store: LocalStore, views: StoreViews) -> None:
    late, early = a_message("m1", NOW + minutes(1)), a_message("m2", NOW)
    await keep(store, late, early, a_message("m3", thread_id=ThreadId("other")))
    shown = await views.thread(ThreadId("t1"))
    assert shown is not None
    assert (shown.patient_id, shown.messages) == (ANNA, (early, late))
    assert await views.thread(ThreadId("none")) is None


async def test_a_patient_card_with_bookings_from_here_and_elsewhere(store: LocalStore, views: StoreViews) -> None:
    here, elsewhere = a_booking(appointment_id="a1"), somebody_elses_booking()
    await keep(store, a_patient(), an_appointment("a1"))
    await put(store, here)
    await put(store, a_booking(patient_id=BO))
    later = an_appointment("a2", NOW + minutes(120), booking_id=elsewhere)
    await keep(store, later)
    card = await views.patient_card(ANNA)
    assert card is not None
    assert card.patient == a_patient()
    other, own = card.bookings
    assert own == here
    assert (other.id, other.appointment_id, other.start, other.end) == (elsewhere, "a2", later.start, later.end)
    assert (other.clinician_id, other.state, other.row_state) == (LISE, BookingState.CONFIRMED, RowState.CONFIRMED)
    assert other.phone == a_patient().phone


async def test_an_unknown_patient_has_no_card(views: StoreViews) -> None:
    assert await views.patient_card(PatientId("nobody")) is None


async def waiting(views: StoreViews) -> list[BookingId]:
    return [row.booking.id for row in await views.waiting()]


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (IN_AN_HOUR - minutes(15) - timedelta(microseconds=1), False),
        (IN_AN_HOUR - minutes(15), True),
        (IN_AN_HOUR + minutes(25), True),
        (datetime(2026, 11, 20, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), False),
    ],
)
async def test_a_consultation_is_listed_from_its_room_opens_until_it_has_an_outcome_that_day(
    store: LocalStore, views: StoreViews, clock: SettableClock, now: datetime, shown: bool
) -> None:
    booking = a_booking()
    await put(store, booking)
    clock.now = now
    assert await waiting(views) == ([booking.id] if shown else [])
    await put(store, replace(booking, state=BookingState.ENDED))
    assert await waiting(views) == []


async def test_a_room_open_over_midnight_is_listed(
    store: LocalStore, views: StoreViews, clock: SettableClock
) -> None:
    midnight = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    booking = a_booking(start=midnight - minutes(20), end=midnight - minutes(1))
    await put(store, booking)
    clock.now = midnight + minutes(14)
    assert await waiting(views) == [booking.id]


@pytest.mark.parametrize(("phase", "shown"), [(phase, phase not in ABSENT) for phase in PatientPhase])
async def test_a_patient_who_is_there_is_listed_whatever_the_hour(
    store: LocalStore, views: StoreViews, presences: Presences, phase: PatientPhase, shown: bool
) -> None:
    booking = a_booking()
    await put(store, booking)
    presences.note(presence := PatientPresence(booking.id, phase, NOW))
    rows = await views.waiting()
    assert [(row.booking, row.presence) for row in rows] == ([(booking, presence)] if shown else [])


@pytest.mark.parametrize("state", [BookingState.WAITING, BookingState.IN_CALL])
async def test_who_waited_or_talks_stays_listed_when_the_line_is_down(
    store: LocalStore, views: StoreViews, clock: SettableClock, state: BookingState
) -> None:
    booking = a_booking(state=state)
    await put(store, booking)
    clock.move(minutes(600))
    [row] = await views.waiting()
    assert (row.booking, row.presence) == (booking, None)


@pytest.mark.parametrize("made_at", [None, NOW - minutes(60)])
async def test_what_was_only_fetched_now_was_not_made_now(
    store: LocalStore, views: StoreViews, made_at: datetime | None
) -> None:
    await keep(store, a_patient(), an_appointment(made_at=made_at))
    card = await views.patient_card(ANNA)
    assert card is not None
    assert [booking.made_at for booking in card.bookings] == [made_at or MADE_LONG_AGO]


async def test_only_live_video_is_waited_for_by_start(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_patient())
    late, early = a_booking(start=NOW + minutes(5)), a_booking(start=NOW - minutes(5))
    for booking in (late, early):
        await put(store, booking)
    for state in (BookingState.ENDED, BookingState.CANCELLED, BookingState.SLOT_TAKEN):
        await put(store, a_booking(start=NOW, state=state))
    for form in (ConsultationForm.TELEPHONE, ConsultationForm.IN_PERSON):
        await put(store, a_booking(start=NOW, form=form))
    rows = await views.waiting()
    assert [row.booking for row in rows] == [early, late]
    assert {row.patient_name.reveal() for row in rows} == {a_patient().name.reveal()}


async def test_whose_patient_waits_is_told(store: LocalStore, views: StoreViews) -> None:
    await put(store, a_booking(start=NOW))
    [row] = await views.waiting()
    assert row.clinician_name == ""
    await keep(store, Clinician(LISE, "Lise Holm", Role.CLINICIAN))
    [row] = await views.waiting()
    assert row.clinician_name == "Lise Holm"


async def test_a_booking_of_another_console_waits_here_too_once_its_room_is_known(
    store: LocalStore, views: StoreViews, presences: Presences
) -> None:
    elsewhere = somebody_elses_booking()
    await keep(store, an_appointment(start=NOW, booking_id=elsewhere))
    assert await waiting(views) == []
    presences.note(PatientPresence(elsewhere, PatientPhase.AWAY, NOW))
    assert await waiting(views) == [elsewhere]


async def test_what_the_practice_system_ended_no_longer_waits_unless_the_patient_is_there(
    store: LocalStore, views: StoreViews
) -> None:
    expected, waits, talks = (
        a_booking(start=NOW + minutes(number), state=state)
        for number, state in enumerate((BookingState.DELIVERED, BookingState.WAITING, BookingState.IN_CALL))
    )
    for number, booking in enumerate((expected, waits, talks)):
        await put(store, booking)
        await keep(store, an_appointment(f"a{number}", booking_id=booking.id, reached=BookingState.ENDED))
    assert await waiting(views) == [waits.id, talks.id]


async def test_no_view_reads_through_a_large_table(
    store: LocalStore, views: StoreViews, presences: Presences, database: Database
) -> None:
    await keep(store, a_patient(), a_message(), a_slot(), an_appointment())
    await put(store, a_booking(message_id=MessageId("m1"), slot_id=a_slot().id))
    read: dict[str, Any] = {}

    def note(_connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            read[statement] = parameters

    def plans(connection: Connection) -> list[str]:
        event.remove(connection, "before_cursor_execute", note)
        return [
            f"{step.detail} in {statement}"
            for statement, parameters in read.items()
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]

    await database.run(lambda connection: event.listen(connection, "before_cursor_execute", note))
    for view in (views.inbox(), views.waiting(), views.day(NOW.date(), LISE), views.day(NOW.date(), None)):
        await view
    await views.thread(ThreadId("t1"))
    await views.patient_card(ANNA)
    await store.free_slots(LISE, IN_AN_HOUR, 5, list(SlotKind))
    await store.live_bookings()
    await store.due_actions(NOW)
    await views.waiting_actions()
    await views.sync_status()
    await keep(store, a_message("m2"))
    steps = await database.run(plans)
    slow = re.compile(
        r"SCAN (message|slot|appointment|booking|patient|resource|newest|answer|earlier|[abm])\b"
        r"|SCAN thread in|SEARCH .* AUTOMATIC .*INDEX"
    )
    through = [step for step in steps if slow.match(step)]
    assert len(read) >= 10
    assert through == []
