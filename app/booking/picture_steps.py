"""The life of a picture on its way into the record: saved here, taken or refused, tried again, taken back; pure."""

from dataclasses import replace
from datetime import datetime

from app.domain.actions import ActionResult, PictureEffect, PictureSaved, Refused
from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.domain.ports.pictures import PictureTransition
from app.domain.private import Private
from app.domain.record_picture import RecordPicture


def ask(before: RecordPicture | None, wanted: RecordPicture) -> PictureTransition | None:
    """Return the transition that saves a picture, once: one that is kept already stays as it is."""
    return None if before is not None else PictureTransition(wanted, (effect_of(wanted),))


def answer(before: RecordPicture | None, result: ActionResult, now: datetime) -> PictureTransition | None:
    """Return what an answer leads to: the bytes go when the record has them, and stay when it refuses them."""
    if before is None or before.row_state is RowState.CONFIRMED:
        return None
    match result:
        case PictureSaved(reference):
            taken = replace(before, row_state=RowState.CONFIRMED, failure=None, reference=reference, jpeg=None)
            return PictureTransition(replace(taken, changed_at=_later(before, now)))
        case Refused(kind):
            return _refused(before, kind, now)
        case _:
            return _refused(before, ErrorKind.UNEXPECTED, now)


def again(before: RecordPicture | None, smaller: bytes | None, now: datetime) -> PictureTransition | None:
    """Return the transition that has a picture tried once more, as it is or made `smaller`."""
    if before is None or before.row_state is RowState.CONFIRMED:
        return None
    jpeg = before.jpeg if smaller is None else Private(smaller)
    tried = replace(before, row_state=RowState.SAVED_HERE, failure=None, jpeg=jpeg)
    return PictureTransition(
        tried if tried == before else replace(tried, changed_at=_later(before, now)), (effect_of(before),)
    )


def take_back(before: RecordPicture | None) -> PictureTransition | None:
    """Return the transition that forgets a picture the record does not have."""
    if before is None or before.row_state is RowState.CONFIRMED:
        return None
    return PictureTransition(None)


def effect_of(picture: RecordPicture) -> PictureEffect:
    """Return the effect that has a picture saved."""
    return PictureEffect(picture.id, picture.booking_id, picture.patient_id)


def _refused(before: RecordPicture, kind: ErrorKind, now: datetime) -> PictureTransition | None:
    refused = replace(before, row_state=RowState.CONFLICT, failure=kind)
    return None if refused == before else PictureTransition(replace(refused, changed_at=_later(before, now)))


def _later(before: RecordPicture, now: datetime) -> datetime:
    """Never earlier than it was, whatever the clock says: of two files the later change counts."""
    return max(now, before.changed_at)
