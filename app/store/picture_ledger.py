"""Pictures on their way into the record: a step and its effects are one commit; what it has is dropped here."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, select, update
from sqlalchemy.dialects.sqlite import insert

from app.domain.booking import RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, PatientId, PictureId
from app.domain.ports.pictures import Parked, PictureStep
from app.domain.private import Private
from app.domain.record_picture import PictureRow, RecordPicture, picture_row
from app.store import outbox
from app.store.outbox import Leaving
from app.store.schema import booking, pending_action, record_picture

_BUT_ITS_BYTES = [column for column in record_picture.c if column.name != "jpeg"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What becomes of the action with a step: it leaves the outbox, or stays refused."""

    leaving: Leaving
    parked: Parked | None = None


def change_picture(
    connection: Connection, picture_id: PictureId, step: PictureStep, asked: Asked, now: datetime
) -> tuple[RecordPicture | None, Changes]:
    """Take out or park the action, apply the step, write the picture and its effects.

    Returns the picture as it then stands, and what changed. Raises KlinikError(NOT_WITHDRAWABLE), and UNEXPECTED
    for a picture of a booking that is not kept here.
    """
    changes = outbox.take_out(connection, asked.leaving, now)
    if asked.parked is not None:
        changes |= _park(connection, asked.parked)
    before = read_picture(connection, picture_id)
    transition = step(before)
    if transition is None:
        return before, changes
    after = transition.picture
    if after is not None and after.id != picture_id:
        raise ValueError("a step must keep to its picture")
    if after != before:
        _write(connection, picture_id, after)
        changes |= Changes.PICTURES
    return after, changes | outbox.add_effects(connection, transition.effects, now)


def read_picture(connection: Connection, picture_id: PictureId) -> RecordPicture | None:
    """Return a picture with its bytes, if they are here."""
    row = connection.execute(select(record_picture).where(record_picture.c.id == picture_id)).one_or_none()
    return None if row is None else _parse(row, row.jpeg)


def read_rows(connection: Connection, booking_id: BookingId) -> tuple[PictureRow, ...]:
    """Return how far a booking's pictures are, oldest first; their bytes are not read."""
    rows = connection.execute(
        select(*_BUT_ITS_BYTES)
        .where(record_picture.c.booking_id == booking_id)
        .order_by(record_picture.c.made_at, record_picture.c.id)
    ).all()
    waiting = {action.picture_id: action for action in outbox.waiting_for(connection, booking_id)}
    return tuple(picture_row(_parse(row, None), waiting.get(PictureId(row.id))) for row in rows)


def _park(connection: Connection, parked: Parked) -> Changes:
    """Keep a refused action for later; that it was refused says that it has not been done."""
    changes = outbox.postpone(connection, parked.action_id, parked.until, parked.failure)
    connection.execute(update(pending_action).where(pending_action.c.id == parked.action_id).values(begun=False))
    return changes


def _write(connection: Connection, picture_id: PictureId, after: RecordPicture | None) -> None:
    if after is None:
        connection.execute(delete(record_picture).where(record_picture.c.id == picture_id))
        return
    if not connection.scalar(select(exists().where(booking.c.id == after.booking_id))):
        raise KlinikError(ErrorKind.UNEXPECTED, "a picture without its booking")
    values = _values(after)
    connection.execute(
        insert(record_picture).values(values).on_conflict_do_update(index_elements=["id"], set_=values)
    )


def _parse(row: Row[Any], jpeg: str | None) -> RecordPicture:
    return RecordPicture(
        id=PictureId(row.id),
        booking_id=BookingId(row.booking_id),
        patient_id=PatientId(row.patient_id),
        author=ClinicianId(row.author),
        consent_at=row.consent_at,
        asked=row.asked,
        made_at=row.made_at,
        changed_at=row.changed_at,
        row_state=RowState(row.row_state),
        failure=None if row.failure is None else ErrorKind(row.failure),
        reference=row.reference,
        jpeg=None if jpeg is None else Private(base64.b64decode(jpeg)),
    )


def _values(each: RecordPicture) -> dict[str, object]:
    return {
        "id": each.id,
        "booking_id": each.booking_id,
        "patient_id": each.patient_id,
        "author": each.author,
        "consent_at": each.consent_at,
        "asked": each.asked,
        "made_at": each.made_at,
        "changed_at": each.changed_at,
        "row_state": each.row_state.value,
        "failure": each.failure.value if each.failure else None,
        "reference": each.reference,
        "jpeg": base64.b64encode(each.jpeg.reveal()).decode() if each.jpeg else None,
    }
