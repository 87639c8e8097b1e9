"""The tables as queries name them; the migrations make them, and a test keeps the two alike."""

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

from app.store.instant import Instant

metadata = MetaData()


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, String) for name in names]


def _instants(*names: str) -> list[Column[Any]]:
    return [Column(name, Instant) for name in names]


def _key(name: str) -> Column[Any]:
    return Column(name, String, primary_key=True)


# What the practice system has, kept verbatim, and beside it what is read out of it.

resource = Table(
    "resource",
    metadata,
    _key("type"),
    _key("id"),
    *_texts("version"),
    *_instants("last_updated"),
    Column("raw", LargeBinary),
    Column("deleted", Boolean),
    *_texts("item_kind", "item_id"),
)

patient = Table(
    "patient",
    metadata,
    _key("id"),
    *_texts("name", "cpr", "birth_date", "phone", "address"),
    *_instants("fetched_at"),
)

clinician = Table("clinician", metadata, _key("id"), *_texts("name", "role"))

slot = Table(
    "slot",
    metadata,
    _key("id"),
    *_texts("clinician_id", "kind", "version"),
    *_instants("starts_at", "ends_at", "fetched_at"),
    Column("free", Boolean),
)

message = Table(
    "message",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String, unique=True),
    *_texts("thread_id", "patient_id", "direction", "subject", "body"),
    *_instants("sent_at"),
    Column("urgent", Boolean),
    Column("attachments", Integer),
)

thread = Table(
    "thread",
    metadata,
    _key("id"),
    *_texts("patient_id", "subject", "preview"),
    *_instants("newest_at"),
    Column("unanswered", Boolean),
    Column("urgent", Boolean),
    Column("messages", Integer),
    Column("attachments", Integer),
)

thread_holder = Table(
    "thread_holder",
    metadata,
    _key("id"),
    *_texts("thread_id", "patient_id", "clinician_id", "name"),
    *_instants("since"),
)

appointment = Table(
    "appointment",
    metadata,
    _key("id"),
    *_texts("booking_id", "patient_id", "clinician_id", "slot_id", "form", "status", "reached", "changed_by"),
    *_instants("starts_at", "ends_at", "made_at", "fetched_at", "version_at"),
)

# What only this PC knows.


def _booking_columns() -> list[Column[Any]]:
    return [
        _key("id"),
        *_texts("patient_id", "clinician_id", "made_by", "form", "state", "slot_id", "message_id", "phone"),
        *_texts("room_code", "room_url", "appointment_id", "ledger", "call", "outcome", "row_state", "failure"),
        *_texts("moved_from_slot", "conflict", "settled_by", "claimed_slots"),
        *_instants("starts_at", "ends_at", "made_at", "changed_at", "row_state_at"),
        *_instants("moved_from_start", "moved_from_end", "version_at", "extended_to"),
    ]


booking = Table("booking", metadata, *_booking_columns(), Column("live", Boolean))

consultation = Table("consultation", metadata, *_booking_columns())
"""An SQL view with the columns of a booking: this console's bookings and the appointments of others."""

assignment = Table(
    "assignment",
    metadata,
    _key("thread_id"),
    *_texts("patient_id", "wanted_by", "wanted_name", "row_state", "over", "lost_to", "lost_to_name", "failure"),
    *_instants("wanted_since", "changed_at", "lost_to_since"),
)

record_picture = Table(
    "record_picture",
    metadata,
    _key("id"),
    *_texts("booking_id", "patient_id", "author", "row_state", "failure", "reference", "jpeg"),
    *_instants("consent_at", "made_at", "changed_at"),
    Column("asked", Boolean),
)

pending_action = Table(
    "pending_action",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("id", String, unique=True),
    *_texts("kind", "channel", "queue", "booking_id", "thread_id", "patient_id"),
    Column("idempotency_key", String, unique=True),
    *_instants("made_at", "not_before"),
    Column("attempts", Integer),
    *_texts("last_failure"),
    Column("begun", Boolean),
    *_texts("picture_id"),
)

carried_key = Table("carried_key", metadata, _key("idempotency_key"), *_instants("carried_at"))

# How the reading goes, and how this PC's copy has been looked after.

read_point = Table(
    "read_point",
    metadata,
    _key("type"),
    *_instants("at"),
    Column("complete", Boolean),
    Column("fetched", Integer),
    Column("expected", Integer),
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("one", Integer, primary_key=True),
    *_instants("last_answer_at", "failing_since"),
    *_texts("failure"),
    Column("paused", Boolean),
)

finding = Table("finding", metadata, _key("server"), *_texts("finding"))

upkeep = Table(
    "upkeep",
    metadata,
    Column("one", Integer, primary_key=True),
    *_instants("checked_at", "tidied_at", "repaired_at"),
    Column("lost_actions", Integer),
    Column("generation", Integer),
)


def among(parameter: str) -> Select[tuple[str]]:
    """Select the strings of a parameter that holds a JSON array.

    However many there are, the statement is the same, so that it is prepared once.
    """
    return select(func.json_each(bindparam(parameter, type_=String)).table_valued("value").c.value)
