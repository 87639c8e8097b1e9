"""The tables as queries name them; the migrations make them, and a test keeps the two alike."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    bindparam,
    func,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole microseconds since 1970 so that SQL compares and sorts numbers."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData()

resource = Table(
    "resource",
    metadata,
    Column("type", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("version", String),
    Column("last_updated", Instant),
    Column("raw", LargeBinary),
    Column("deleted", Boolean),
    Column("base", LargeBinary),
    Column("item_kind", String),
    Column("item_id", String),
)

watermark = Table("watermark", metadata, Column("type", String, primary_key=True), Column("at", Instant))

sync_state = Table(
    "sync_state",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("last_answer_at", Instant),
    Column("failing_since", Instant),
    Column("failure", String),
)

patient = Table(
    "patient",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("cpr", String),
    Column("birth_date", String),
    Column("phone", String),
    Column("address", String),
    Column("fetched_at", Instant),
)

clinician = Table(
    "clinician",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),
    Column("role", String),
)

slot = Table(
    "slot",
    metadata,
    Column("id", String, primary_key=True),
    Column("clinician_id", String),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("kind", String),
    Column("free", Boolean),
    Column("version", String),
    Column("fetched_at", Instant),
)

message = Table(
    "message",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, unique=True),
    Column("thread_id", String),
    Column("patient_id", String),
    Column("direction", String),
    Column("subject", String),
    Column("body", String),
    Column("sent_at", Instant),
    Column("urgent", Boolean),
    Column("attachments", Integer),
)

thread = Table(
    "thread",
    metadata,
    Column("id", String, primary_key=True),
    Column("patient_id", String),
    Column("subject", String),
    Column("preview", String),
    Column("newest_at", Instant),
    Column("unanswered", Boolean),
    Column("urgent", Boolean),
    Column("messages", Integer),
    Column("attachments", Integer),
)

appointment = Table(
    "appointment",
    metadata,
    Column("id", String, primary_key=True),
    Column("booking_id", String),
    Column("patient_id", String),
    Column("clinician_id", String),
    Column("slot_id", String),
    Column("form", String),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("status", String),
    Column("reached", String),
    Column("made_at", Instant),
    Column("fetched_at", Instant),
)


def _booking_columns() -> list[Column[Any]]:
    instants = {"starts_at", "ends_at", "made_at", "changed_at"}
    names = (
        *(
            "id",
            "patient_id",
            "clinician_id",
            "made_by",
            "form",
            "starts_at",
            "ends_at",
            "made_at",
            "state",
            "slot_id",
        ),
        *(
            "message_id",
            "phone",
            "room_code",
            "room_url",
            "appointment_id",
            "ledger",
            "call",
            "outcome",
            "row_state",
        ),
        *("failure", "changed_at"),
    )
    return [Column(name, Instant if name in instants else String, primary_key=name == "id") for name in names]


booking = Table("booking", metadata, *_booking_columns(), Column("live", Boolean))

consultation = Table("consultation", metadata, *_booking_columns())
"""An SQL view with the columns of a booking: this console's bookings and the appointments of others."""

pending_action = Table(
    "pending_action",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("id", String, unique=True),
    Column("kind", String),
    Column("channel", String),
    Column("booking_id", String),
    Column("patient_id", String),
    Column("idempotency_key", String, unique=True),
    Column("made_at", Instant),
    Column("not_before", Instant),
    Column("attempts", Integer),
    Column("last_failure", String),
)

carried_key = Table(
    "carried_key", metadata, Column("idempotency_key", String, primary_key=True), Column("carried_at", Instant)
)


def among(parameter: str) -> Select[tuple[str]]:
    """Select the strings of a parameter that holds a JSON array.

    However many there are, the statement is the same, so that it is prepared once.
    """
    return select(func.json_each(bindparam(parameter, type_=String)).table_valued("value").c.value)
