from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import MessageId, PatientId, ThreadId
from app.domain.message import Direction, Message
from app.domain.private import Private
from app.inbox.triage import is_unanswered, is_urgent

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def message(minute: int, direction: Direction, urgent: bool = False) -> Message:
    text = Private("Jeg har hoste.")
    sent_at = NOW + timedelta(minutes=minute)
    return Message(
        MessageId(f"m{minute:04}"), ThreadId("t"), PatientId("p"), direction, text, text, sent_at, urgent=urgent
    )


def patient(minute: int, urgent: bool = False) -> Message:
    return message(minute, Direction.FROM_PATIENT, urgent)


def clinic(minute: int) -> Message:
    return message(minute, Direction.FROM_CLINIC)


def test_a_thread_waits_while_the_patient_had_the_last_word() -> None:
    assert is_unanswered([patient(0)])
    assert not is_unanswered([patient(0), clinic(1)])
    assert is_unanswered([patient(2), clinic(1), patient(0)])
    assert not is_unanswered([])


def test_only_what_was_written_since_the_answer_is_urgent() -> None:
    assert is_urgent([patient(0, urgent=True), patient(1)])
    assert not is_urgent([patient(0, urgent=True), clinic(1), patient(2)])
    assert is_urgent([clinic(1), patient(2, urgent=True)])
    assert not is_urgent([message(3, Direction.FROM_CLINIC, urgent=True)])


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12), st.randoms())
def test_the_order_messages_come_in_does_not_matter(thread: list[tuple[bool, bool]], random: Random) -> None:
    messages = [
        message(minute, Direction.FROM_PATIENT if from_patient else Direction.FROM_CLINIC, urgent)
        for minute, (from_patient, urgent) in enumerate(thread)
    ]
    before = is_unanswered(messages), is_urgent(messages)
    random.shuffle(messages)
    assert (is_unanswered(messages), is_urgent(messages)) == before
    assert not before[1] or before[0]
