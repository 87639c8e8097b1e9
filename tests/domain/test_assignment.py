"""Who has taken a thread, and for how long that means an answer is being written."""

from datetime import UTC, datetime, timedelta

from app.domain.assignment import ANSWERS_FOR, ThreadHolder
from app.domain.ids import ClinicianId, ThreadId, assignment_uuid

SINCE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOLDER = ThreadHolder(ClinicianId("doctor-1"), "Åse Holm", SINCE)


def test_who_took_a_thread_is_taken_to_be_answering_for_a_while() -> None:
    assert HOLDER.answering(SINCE)
    assert HOLDER.answering(SINCE + ANSWERS_FOR - timedelta(microseconds=1))
    assert not HOLDER.answering(SINCE + ANSWERS_FOR)
    assert not HOLDER.answering(SINCE - timedelta(seconds=1))


def test_every_console_knows_a_thread_by_the_same_uuid() -> None:
    assert assignment_uuid(ThreadId("t1")) == assignment_uuid(ThreadId("t1"))
    assert assignment_uuid(ThreadId("t1")) != assignment_uuid(ThreadId("t2"))
