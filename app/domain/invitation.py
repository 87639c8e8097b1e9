"""The invitation: the text with the link, the route it takes, and what is known of its way to the patient."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.domain.errors import ErrorKind


@unique
class Route(Enum):
    """How an invitation travels."""

    SMS = "sms"
    E_CONSULTATION = "e_consultation"
    SPOKEN_CODE = "spoken_code"


@unique
class Delivery(Enum):
    """How far an invitation has come; later members are further on, FAILED is a dead end."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    OPENED = "opened"
    TESTED = "tested"
    WAITING = "waiting"
    IN_CALL = "in_call"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the delivery ledger: what became known, when, by which route, and why it failed."""

    at: datetime
    delivery: Delivery
    route: Route
    reference: str = ""
    failure: ErrorKind | None = None
