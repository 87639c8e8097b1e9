"""The picture desk: saving a patient's still picture in the record, trying it again, taking it back."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from app.booking.picture_steps import again, answer, ask, take_back
from app.domain.actions import ActionResult, NotYet, PendingAction, PictureSaved, Refused
from app.domain.booking import Booking, RowState
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import PictureId, picture_id_of
from app.domain.patient import Clinician
from app.domain.ports.pictures import Parked, PictureFitter, PictureLedger
from app.domain.ports.store import Outbox
from app.domain.private import Private
from app.domain.record_picture import LARGEST_JPEG, SMALLEST_JPEG, RecordPicture

REFUSED_AGAIN = timedelta(hours=1)
"""What was refused stays until a person takes it back, and is tried so often: access may have been renewed."""

OnResult = Callable[[PendingAction, ActionResult], Awaitable[None]]


class PictureDesk:
    """Saves pictures on behalf of `user`; `nudge` wakes whoever carries out the outbox, `fit` makes pictures fit.

    A picture is safe on disk when `save` returns. What the record says to it is told by its row.
    """

    def __init__(
        self,
        ledger: PictureLedger,
        outbox: Outbox,
        user: Clinician,
        clock: Clock,
        nudge: Callable[[], None],
        fit: PictureFitter,
    ) -> None:
        self._ledger = ledger
        self._outbox = outbox
        self._user = user
        self._clock = clock
        self._nudge = nudge
        self._fit = fit

    async def save(self, booking: Booking, data: bytes, consent_at: datetime, *, asked: bool) -> RecordPicture:
        """Save a picture as it came, once however often it is asked for; returns it as it then stands.

        Raises KlinikError: PICTURE_UNREADABLE, and what the ledger raises; nothing is then saved.
        """
        picture_id = picture_id_of(booking.id, data)
        if (known := await self._ledger.picture(picture_id)) is not None:
            return known
        jpeg = await self._fit(data, LARGEST_JPEG)
        now = self._clock()
        wanted = RecordPicture(
            id=picture_id,
            booking_id=booking.id,
            patient_id=booking.patient_id,
            author=self._user.id,
            consent_at=consent_at,
            asked=asked,
            made_at=now,
            changed_at=now,
            jpeg=Private(jpeg),
        )
        saved = await self._ledger.change_picture(picture_id, lambda before: ask(before, wanted))
        self._nudge()
        return saved or wanted

    async def retry(self, picture_id: PictureId) -> None:
        """Have a picture tried now; one the record found too large is made half as large first."""
        picture = await self._ledger.picture(picture_id)
        if picture is None or picture.row_state is RowState.CONFIRMED:
            return
        smaller, now = await self._smaller(picture), self._clock()
        await self._ledger.change_picture(picture_id, lambda before: again(before, smaller, now))
        for action in await self._outbox.waiting_for(picture.booking_id):
            if action.picture_id == picture_id and picture.row_state is RowState.CONFLICT:
                await self._outbox.postpone(action.id, now, None)
            elif action.picture_id == picture_id:
                await self._outbox.retry_now(now, action.id)
        self._nudge()

    async def withdraw(self, action: PendingAction) -> None:
        """Take back a picture that is not under way, and forget it here.

        Raises KlinikError(NOT_WITHDRAWABLE) when the record may have it, or the action is not as it was.
        """
        if action.picture_id is None or action.begun:
            raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, "the record may have it")
        await self._ledger.change_picture(action.picture_id, take_back, withdrawn=action)

    async def on_result(self, action: PendingAction, result: ActionResult) -> None:
        """Take in what came of an action about a picture; NotYet is nothing to take in."""
        if action.picture_id is None or isinstance(result, NotYet):
            return
        now, parked = self._clock(), None
        if not isinstance(result, PictureSaved):
            failure = result.kind if isinstance(result, Refused) else ErrorKind.UNEXPECTED
            parked = Parked(action.id, now + REFUSED_AGAIN, failure)
        await self._ledger.change_picture(
            action.picture_id,
            lambda before: answer(before, result, now),
            finished=None if parked else action.id,
            parked=parked,
        )

    async def _smaller(self, picture: RecordPicture) -> bytes | None:
        if picture.failure is not ErrorKind.PICTURE_TOO_LARGE or picture.jpeg is None:
            return None
        jpeg = picture.jpeg.reveal()
        return None if len(jpeg) <= SMALLEST_JPEG else await self._fit(jpeg, max(SMALLEST_JPEG, len(jpeg) // 2))


def to_whom_it_is_about(bookings: OnResult, pictures: OnResult) -> OnResult:
    """Return what tells each result to the desk whose action it is of."""

    async def tell(action: PendingAction, result: ActionResult) -> None:
        await (bookings if action.picture_id is None else pictures)(action, result)

    return tell
