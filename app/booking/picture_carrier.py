"""Carries a picture into the record: reads its bytes when they are to be sent, and not before."""

from app.domain.actions import ActionResult, PendingAction
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.pictures import PictureLedger, PictureRecord


class PictureCarrier:
    """The carrier of Channel.PICTURE."""

    def __init__(self, record: PictureRecord, ledger: PictureLedger) -> None:
        self._record = record
        self._ledger = ledger

    async def __call__(self, action: PendingAction, booking: Booking) -> ActionResult:
        """Carry out an action about a picture; raises KlinikError when to be tried again later."""
        picture = await self._ledger.picture(action.picture_id) if action.picture_id else None
        if picture is None:
            raise KlinikError(ErrorKind.UNEXPECTED, "an action without its picture")
        return await self._record.save_picture(action, picture, booking)
