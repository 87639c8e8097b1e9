"""The SMS gateway: takes a text for a number and tells later whether it arrived."""

from dataclasses import dataclass
from enum import Enum, unique
from typing import Protocol

from app.domain.phone import PhoneNumber
from app.domain.private import Private


@unique
class SmsStatus(Enum):
    """What the gateway knows of a text."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SmsText:
    """A text to send; `key` makes a repeated call return the first one's reference instead of sending twice."""

    key: str
    to: Private[PhoneNumber]
    sender: str
    body: Private[str]


class SmsGateway(Protocol):
    """Raises KlinikError: SMS_UNREACHABLE (try again) or SMS_NUMBER_REFUSED (do not)."""

    async def send(self, text: SmsText) -> str:
        """Hand the text over; returns the gateway's reference."""
        ...

    async def status(self, reference: str) -> SmsStatus:
        """Return what the gateway knows of a text it took."""
        ...
