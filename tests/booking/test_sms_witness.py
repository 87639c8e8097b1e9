"""What is remembered of a text with the link."""

from contextlib import suppress
from dataclasses import replace

import pytest

from app.booking.sms_witness import SmsWitness, TextNews
from app.domain.actions import ActionKind, ActionResult, InvitationTaken, PendingAction, Refused
from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from tests.booking.fakes import NOW, action, booking


class Gateway:
    """Answers as told, or raises."""

    def __init__(self) -> None:
        self.answer: ActionResult | ErrorKind = InvitationTaken("ref-1")

    async def carry(self, _action: PendingAction, _booking: Booking) -> ActionResult:
        if isinstance(self.answer, ErrorKind):
            raise KlinikError(self.answer)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "news"),
    [
        (InvitationTaken("ref-1"), TextNews()),
        (Refused(ErrorKind.SMS_NUMBER_REFUSED), TextNews(failed=True)),
        (ErrorKind.SMS_UNREACHABLE, TextNews(waiting_since=NOW)),
    ],
)
async def test_the_newest_text_counts(answer: ActionResult | ErrorKind, news: TextNews) -> None:
    gateway, of = Gateway(), booking()
    witness = SmsWitness(gateway.carry, lambda: NOW)
    gateway.answer = answer
    for _ in range(2):
        with suppress(KlinikError):
            await witness(action(ActionKind.SEND_INVITATION, of), of)
    assert witness.of(of.id) == news
    assert witness.of(replace(of, id=type(of.id)("another")).id) == TextNews()
    gateway.answer = InvitationTaken("ref-2")
    await witness(action(ActionKind.SEND_INVITATION, of), of)
    assert witness.of(of.id) == TextNews()
