"""Pictures for the record: where they are kept with the outbox, who fits them, who takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.actions import ActionResult, PendingAction, PictureEffect
from app.domain.booking import Booking
from app.domain.errors import ErrorKind
from app.domain.ids import ActionId, PictureId
from app.domain.record_picture import RecordPicture


@dataclass(frozen=True, slots=True)
class PictureTransition:
    """What a step about a picture leads to; `picture` None forgets it."""

    picture: RecordPicture | None
    effects: tuple[PictureEffect, ...] = ()


PictureStep = Callable[[RecordPicture | None], PictureTransition | None]
"""Pure: takes the picture as it is kept, returns the transition, or None when nothing changes."""


@dataclass(frozen=True, slots=True)
class Parked:
    """An action that was refused: it stays, is tried again at `until`, and has certainly not been done."""

    action_id: ActionId
    until: datetime
    failure: ErrorKind


class PictureLedger(Protocol):
    """Pictures on their way into the record, written together with the outbox as bookings are.

    Every method may raise KlinikError(DATABASE_DAMAGED | DATABASE_READ_ONLY | DISK_FULL | UNEXPECTED).
    """

    async def change_picture(
        self,
        picture_id: PictureId,
        step: PictureStep,
        *,
        finished: ActionId | None = None,
        withdrawn: PendingAction | None = None,
        parked: Parked | None = None,
    ) -> RecordPicture | None:
        """Apply a step and put its effects in the outbox in one commit; returns the picture as it then stands.

        Raises KlinikError(NOT_WITHDRAWABLE) as `BookingLedger.transition` does, and UNEXPECTED for a picture of a
        booking that is not kept here.
        """
        ...

    async def picture(self, picture_id: PictureId) -> RecordPicture | None: ...


class PictureFitter(Protocol):
    """Writes pictures anew, so that nothing enters the record but what this program made of the picture."""

    async def __call__(self, data: bytes, most: int) -> bytes:
        """Return a JPEG of at most `most` bytes, as large and as fine as that allows, upright, without metadata.

        Raises KlinikError(PICTURE_UNREADABLE) when `data` is no picture.
        """
        ...


class PictureRecord(Protocol):
    """The practice system as far as it takes pictures."""

    async def save_picture(self, action: PendingAction, picture: RecordPicture, booking: Booking) -> ActionResult:
        """Have a picture in the record; safe to repeat. Raises KlinikError when to be tried again later."""
        ...
