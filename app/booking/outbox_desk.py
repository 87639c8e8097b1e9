"""What a person can do about one change that waits in the outbox: have it tried now, or take it back."""

from collections.abc import Awaitable, Callable

from app.booking.desk import BookingDesk
from app.domain.actions import PendingAction
from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId
from app.domain.ports.store import Outbox

WithdrawThread = Callable[[PendingAction], Awaitable[None]]
"""Takes back an action about a thread; raises KlinikError(NOT_WITHDRAWABLE) when it is not as it was."""

_TRIES = 3


class OutboxDesk:
    """Acts on single actions, of bookings and of threads; `nudge` wakes whoever carries them out."""

    def __init__(
        self,
        outbox: Outbox,
        desk: BookingDesk,
        withdraw_thread: WithdrawThread,
        nudge: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._desk = desk
        self._withdraw_thread = withdraw_thread
        self._nudge = nudge
        self._clock = clock

    async def retry(self, action_id: ActionId) -> None:
        """Have an action, and what it waits behind, tried now; one that is done meanwhile is no error."""
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
                await (self._desk.withdraw(action) if action.booking_id else self._withdraw_thread(action))
            except KlinikError as error:
                if error.kind is not ErrorKind.NOT_WITHDRAWABLE or not tries_left:
                    raise
            else:
                return
