"""What the contracts of the practice system share: two consoles of one clinic, and a look at the server."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from app.domain.actions import ActionKind, AppointmentBooked
from app.domain.booking import Booking
from app.domain.outcome import OutcomeKind
from app.domain.ports.practice_system import PracticeSystem
from tests.sync.bookings import action_for, booking_for, outcome
from tests.sync.consoles import Console
from tests.sync.server import Clinic, Proxy, Server

WRITES = (
    ActionKind.WRITE_APPOINTMENT,
    ActionKind.MOVE_APPOINTMENT,
    ActionKind.WRITE_OUTCOME,
    ActionKind.CANCEL_APPOINTMENT,
)
WRITTEN_TYPES = ("Slot", "Appointment", "Encounter", "ChargeItem", "DocumentReference")


async def versions(server: Server, clinic: Clinic) -> dict[str, str]:
    """Every resource of the clinic that writing touches, with its version: equal means nothing happened."""
    found: dict[str, str] = {}
    for resource_type in WRITTEN_TYPES:
        query = {"schedule": clinic.schedule} if resource_type == "Slot" else {"patient": clinic.patient}
        for resource in await server.find(resource_type, **query):
            found[f"{resource_type}/{resource['id']}"] = resource["meta"]["versionId"]
    return found


def counts(found: dict[str, str]) -> dict[str, int]:
    return {kind: sum(1 for name in found if name.startswith(f"{kind}/")) for kind in WRITTEN_TYPES}


def marks(slot: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The marks on a slot, each with the name of who put it there."""
    for mark in slot.get("identifier", []):
        yield mark["value"], mark.get("assigner", {}).get("display", "")


async def booked(practice: PracticeSystem, booking: Booking, console: str = "") -> Booking:
    """Have a booking written, and return it as its console then knows it."""
    result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT, console=console), booking)
    assert isinstance(result, AppointmentBooked)
    return replace(booking, appointment_id=result.appointment_id)


async def tried_out(practice: PracticeSystem, clinic: Clinic) -> None:
    """Have it found out whether the server keeps transactions whole, so that the next write is not about that."""
    booking = await booked(practice, booking_for(clinic, slot=None, outcome=outcome(OutcomeKind.NO_SHOW, None)))
    await practice.write(action_for(booking, ActionKind.WRITE_OUTCOME), booking)


@pytest.mark.contract
class Contract:
    """Subclasses give the fixture `base`: the address of a server to run against."""

    @pytest.fixture
    def practice(self, proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
        """The doctor's console."""
        return Console(proxy.base, session, clinic.doctor)

    @pytest.fixture
    def other(self, base: str, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
        """The secretary's console."""
        return Console(base, session, clinic.colleague)
