"""A patient's still picture on its way into the record, and where the practice system has it once it is there."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.actions import PendingAction
from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, BookingId, ClinicianId, PatientId, PictureId
from app.domain.private import Private

LARGEST_JPEG = 740_000
"""Bytes of a picture in the record: as base64 with all that is said of it, a resource of less than 1 MB."""
SMALLEST_JPEG = 40_000
"""Bytes below which a picture is not made smaller for a practice system that finds it too large."""


@dataclass(frozen=True, slots=True)
class RecordPicture:
    """One picture somebody chose to save.

    `id` is derived from its booking and the picture as it came, so that saving it twice is saving it once. `jpeg`
    is what is sent, None once the practice system has it as `reference` (`DocumentReference/17`). `asked` tells
    whether the patient said yes to being asked, at `consent_at`, or sent it of themselves then. `author` is who
    saved it.
    `row_state` is SAVED_HERE until it has been answered: then CONFIRMED, or CONFLICT with the `failure`.
    """

    id: PictureId
    booking_id: BookingId
    patient_id: PatientId
    author: ClinicianId
    consent_at: datetime
    asked: bool
    made_at: datetime
    changed_at: datetime
    row_state: RowState = RowState.SAVED_HERE
    failure: ErrorKind | None = None
    reference: str = ""
    jpeg: Private[bytes] | None = None


@dataclass(frozen=True, slots=True)
class PictureRow:
    """How far a picture is, as a screen shows it; `since` is since when, `failure` why it is not further."""

    id: PictureId
    row_state: RowState
    since: datetime
    failure: ErrorKind | None = None
    action_id: ActionId | None = None


def picture_row(picture: RecordPicture, waiting: PendingAction | None) -> PictureRow:
    """Return what is to be shown of a picture; `waiting` is what is left to do about it in the outbox.

    What is being tried for the first time is sent, for nobody knows better; what failed and will be tried again
    waits.
    """
    state, failure = picture.row_state, picture.failure
    if state is RowState.SAVED_HERE and waiting is not None:
        failure = waiting.last_failure
        if failure is not None:
            state = RowState.QUEUED
        elif waiting.begun:
            state = RowState.SENT
    return PictureRow(picture.id, state, picture.changed_at, failure, waiting.id if waiting else None)
