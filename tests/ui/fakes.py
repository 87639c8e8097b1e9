"""The ports of the screens, faked in memory: a clinic that answers at once and can be told to fail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.booking import Booking
from app.domain.errors import ErrorKind, KlinikError
from app.domain.patient import Clinician
from app.ui.parts import ConsoleParts
from app.video.machine.call_view import CallView
from tests.ui import people
from tests.ui.fake_call import FakeCall
from tests.ui.fake_desk import FakeClinic
from tests.ui.fake_devices import FakeDevices
from tests.ui.fake_time import FakeClock
from tests.ui.fake_upkeep import FakeLocalData, FakeOutbox, FakePictures, FakeThreads


@dataclass
class FakeDialler:
    """Remembers what was dialled; `works` False is a PC without a telephone program."""

    works: bool = True
    dialled: list[str] = field(default_factory=list)

    def dial(self, tel_uri: str) -> bool:
        self.dialled.append(tel_uri)
        return self.works


@dataclass
class World:
    """Everything a test of a screen touches; `opening`, when set, holds up the opening of calls."""

    clock: FakeClock
    clinic: FakeClinic
    dialler: FakeDialler
    parts: ConsoleParts
    calls: list[FakeCall]
    retries: list[datetime]
    threads: FakeThreads
    outbox: FakeOutbox
    local: FakeLocalData
    pictures: FakePictures
    reading: list[str]
    devices: FakeDevices = field(default_factory=FakeDevices)
    call_failure: ErrorKind | None = None
    opening: asyncio.Event | None = None
    line_up: bool = True
    threads_can_be_taken: bool = True


def make_world(user: Clinician = people.DOCTOR, *, phone_page: str = "") -> World:
    clock = FakeClock()
    clinic = FakeClinic(clock)
    dialler = FakeDialler()
    calls: list[FakeCall] = []
    retries: list[datetime] = []
    threads, outbox, local = FakeThreads(clinic, user), FakeOutbox(clinic), FakeLocalData(clinic)
    pictures = FakePictures(clinic)
    reading: list[str] = []

    async def open_call(_booking: Booking, listener: Callable[[CallView], None]) -> FakeCall:
        if world.opening is not None:
            await world.opening.wait()
        if world.call_failure is not None:
            raise KlinikError(world.call_failure)
        if any(not call.ended for call in calls):
            raise KlinikError(ErrorKind.CALL_IN_PROGRESS)
        calls.append(FakeCall(clock, listener))
        return calls[-1]

    async def try_devices() -> FakeDevices:
        if any(not call.ended for call in calls):
            raise KlinikError(ErrorKind.CALL_IN_PROGRESS)
        return world.devices

    parts = ConsoleParts(
        views=clinic,
        changes=clinic.changes,
        desk=clinic,
        thread_desk=threads,
        outbox_desk=outbox,
        pictures=pictures,
        local_data=local,
        open_call=open_call,
        try_devices=try_devices,
        fee_codes=people.FEE_CODES,
        dialler=dialler,
        retry_sync=lambda: retries.append(clock()),
        pause_sync=lambda: reading.append("pause"),
        resume_sync=lambda: reading.append("resume"),
        room_line_up=lambda: world.line_up,
        clinic=people.CLINIC,
        user=user,
        clock=clock,
        phone_page=phone_page,
        threads_can_be_taken=lambda: world.threads_can_be_taken,
    )
    world = World(clock, clinic, dialler, parts, calls, retries, threads, outbox, local, pictures, reading)
    return world
