"""What a person can do about one change that waits in the outbox: have it tried now, or take it back."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from app.booking.desk import BookingDesk
from app.domain.actions import PendingAction
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, PictureId
from app.domain.ports.store import Outbox

WithdrawThread = Callable[[PendingAction], Awaitable[None]]
"""Takes back an action about a thread; raises KlinikError(NOT_WITHDRAWABLE) when it is not as it was."""

_TRIES = 3


class Pictures(Protocol):
    """What can be done about pictures that wait, as `PictureDesk` does it."""

    async def retry(self, picture_id: PictureId) -> None: ...

    async def withdraw(self, action: PendingAction) -> None: ...


class OutboxDesk:
    """Acts on single actions, of bookings, pictures and threads; `nudge` wakes whoever carries them out."""

    def __init__(
        self,
        outbox: Outbox,
        desk: BookingDesk,
        withdraw_thread: WithdrawThread,
        pictures: Pictures,
        nudge: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._desk = desk
        self._withdraw_thread = withdraw_thread
        self._pictures = pictures
        self._nudge = nudge
        self._clock = clock

    async def retry(self, action_id: ActionId) -> None:
        """Have an action, and what it waits behind, tried now; one that is done meanwhile is no error."""
        action = await self._outbox.action(action_id)
        if action is not None and action.picture_id is not None:
            await self._pictures.retry(action.picture_id)
            return
        await self._outbox.retry_now(self._clock(), action_id)
        self._nudge()

    async def withdraw(self, action_id: ActionId) -> None:
        """Take an action back; raises KlinikError(NOT_WITHDRAWABLE) when it is done or cannot be.

        An action that is tried at this very moment changes under our hands, and is taken back as it then is.
        """
        for tries_left in reversed(range(_TRIES)):
            action = await self._outbox.action(action_id)
            if action is None:
                raise KlinikError(ErrorKind.NOT_WITHDRAWABLE, "it waits no longer")
            try:
                await self._withdraw(action)
            except KlinikError as error:
                if error.kind is not ErrorKind.NOT_WITHDRAWABLE or not tries_left:
                    raise
            else:
                return

    async def _withdraw(self, action: PendingAction) -> None:
        if action.picture_id is not None:
            await self._pictures.withdraw(action)
        elif action.booking_id is not None:
            await self._desk.withdraw(action)
        else:
            await self._withdraw_thread(action)
