"""One conversation as its window holds it: the call while it opens, goes on and ends, and the record of it all."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from app.domain.booking import Booking
from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import KlinikError
from app.ui.parts import Call, ConsoleParts
from app.video.machine.call_view import CallView

_log = logging.getLogger(__name__)


class Conversation:
    """What is chosen while the call opens, to end or to telephone, holds once it has opened.

    `on_open` gets the call before the patient is let in, `on_view` each new view until the conversation is over,
    `on_record` is told when the record has something new to keep, and `on_link` when the link is to be sent because
    the patient's page is not open. `record` is of a consultation that is on the telephone and is to go on by video.
    """

    def __init__(
        self,
        parts: ConsoleParts,
        booking: Booking,
        on_open: Callable[[Call], None],
        on_view: Callable[[CallView], None],
        on_record: Callable[[], None],
        on_link: Callable[[], None],
        record: CallRecord | None = None,
    ) -> None:
        self._parts = parts
        self._booking = booking
        self._on_open = on_open
        self._on_view = on_view
        self._on_record = on_record
        self._on_link = on_link
        self._link_sent = False
        now = parts.clock()
        self.call: Call | None = None
        self.record = record or CallRecord(now, (MediumStep(now, Medium.VIDEO, StepReason.STARTED),))
        self.over = self.by_telephone = False
        self._taken_up = record is not None

    @property
    def on_the_telephone(self) -> bool:
        """Whether the conversation goes on by telephone, with or without a call that video could come back by."""
        return self.record.medium is Medium.TELEPHONE

    async def begin(self) -> None:
        """Open the call and let the patient in; raises KlinikError when no call can be opened."""
        call = await self._parts.open_call(self._booking, self._take)
        if self.over:
            await call.end()
            return
        self.call = call
        self._on_open(call)
        if self._taken_up:
            call.take_up(self.record)
            await call.try_again()
        elif self.by_telephone:
            await call.continue_by_telephone()
        else:
            await call.start()
        self._take(call.view)

    def note_telephone(self) -> None:
        """Go on by telephone without a call; one that is opening will tell the patient, and open no devices."""
        self.by_telephone = True
        step = MediumStep(self._parts.clock(), Medium.TELEPHONE, StepReason.NEVER_CONNECTED)
        self.record = replace(self.record, steps=(*self.record.steps, step))
        self._on_record()

    def want_video(self) -> None:
        """Have the call that is opened next bring the conversation from the telephone to video."""
        self._taken_up = True

    def note_no_video(self) -> None:
        """Stay on the telephone: no call can be opened, or none is wanted any more."""
        self._taken_up, self.by_telephone = False, True

    def conclude(self) -> None:
        """Close the record; nothing that the call does from now on is heard of."""
        self.over = True
        if self.record.ended_at is None:
            ended = max(self._parts.clock(), self.record.steps[-1].at)
            self.record = replace(self.record, ended_at=ended)

    async def keep(self) -> None:
        """Save the record with the booking, so that its times, medium and fee survive this program."""
        try:
            await self._parts.desk.call_noted(self._booking.id, self.record)
        except KlinikError as error:
            # The sheet still has the record; only a restart before it is saved would miss it.
            _log.warning("the call could not be noted: %s", error)

    async def hang_up(self) -> None:
        """Give camera, microphone and room back; one that still opens is ended when it has opened.

        The record is kept meanwhile: a disk that is slow or fails must not leave the microphone open.
        """
        self.conclude()
        ending = () if self.call is None else (self.call.end(),)
        for outcome in await asyncio.gather(self.keep(), *ending, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    def _take(self, view: CallView) -> None:
        if not self.over:
            before, self.record = self.record, view.record
            self._on_view(view)
            if self.record != before:
                self._on_record()
            if view.link_wanted and not self._link_sent:
                self._on_link()
            self._link_sent = view.link_wanted
