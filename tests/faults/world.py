"""One simulated clinic: its practice system, services, network and consoles, and what people asked of them."""

import asyncio
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from app.booking.message_templates import load_templates
from app.domain.clinic_time import Clock
from app.domain.ids import BookingId, ClinicianId
from app.domain.patient import Clinician, Role
from tests.faults.console import Console
from tests.faults.kinds import KINDS
from tests.faults.practice_model import PracticeModel
from tests.faults.seeding import CLINICIANS, seed
from tests.faults.services import RoomModel, SmsModel
from tests.faults.steps import CONSOLES, History
from tests.faults.wire import Wire

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FIRST_SLOT = START + timedelta(hours=6)
"""Late enough that a history is over before it, whatever it waits for."""
_SKEWS = (0.0, 2.0, -2.0, 240.0, -240.0)
"""Seconds by which the consoles' clocks are wrong: the first by so much, the second by as much the other way."""
_TEMPLATES = load_templates(Path(__file__).parents[2] / "resources" / "message_templates")
_NO_BOOKING = BookingId("")
_SHARED_MEMORY = Path("/dev/shm")


@dataclass
class Wish:
    """What a person asked for: `accepted` when the call returned, None when the console died meanwhile.

    `at` is when, in seconds of the history, `seen` the number of the version of the appointment that was on the
    screen. `start` is the time asked for, `over` from whom a thread was taken knowingly and
    `picture_id` the picture that was to be saved, or not after all.
    """

    verb: str
    booking_id: BookingId = _NO_BOOKING
    thread_id: str = ""
    over: str = ""
    picture_id: str = ""
    start: datetime | None = None
    console: str = ""
    at: float = 0.0
    seen: int = 0
    appointment_id: str = ""
    accepted: bool | None = None


@dataclass
class World:
    """Everything there is."""

    history: History
    folder: Path
    practice: PracticeModel
    rooms: RoomModel
    sms: SmsModel
    wire: Wire
    chance: Random
    consoles: list[Console] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    doomed: dict[str, int] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        """The true time, which the practice system keeps."""
        return self.practice.clock()


@asynccontextmanager
async def clinic(history: History) -> AsyncIterator[World]:
    """Build the clinic of a history, start its consoles, and take it down again."""
    chance = Random(history.seed)

    def now() -> datetime:
        return START + timedelta(seconds=asyncio.get_running_loop().time())

    with _determined(chance), _folder() as folder:
        practice = PracticeModel(KINDS[history.kind], now, Random(chance.random()))
        rooms, sms = RoomModel(), SmsModel(now)
        services = {"practice": practice.handle, "rooms": rooms.handle, "sms": sms.handle}
        wire = Wire(services, Random(chance.random()))
        practice.on_proposed = _confirming(practice)
        seed(practice, FIRST_SLOT)
        world = World(history, folder, practice, rooms, sms, wire, chance)
        for number in range(history.consoles):
            person = CLINICIANS[number % len(CLINICIANS)]
            user = Clinician(ClinicianId(person), f"{person.title()} Testlæge", Role.CLINICIAN)
            clock = _skewed(now, number, _SKEWS[history.skew])
            world.consoles.append(Console(CONSOLES[number], user, folder, wire, clock, _TEMPLATES))
        for console in world.consoles:
            console.start()
        try:
            yield world
        finally:
            for console in world.consoles:
                if console.up:
                    await console.stop()


def _skewed(now: Clock, number: int, skew: float) -> Clock:
    wrong = timedelta(seconds=(skew, -skew, 0.0)[number])
    return lambda: now() + wrong


def _confirming(practice: PracticeModel) -> Callable[[str], None]:
    """Let the practice system say yes to a proposed appointment after a while."""

    def confirm(appointment_id: str) -> None:
        body = practice.get("Appointment", appointment_id)
        if body is not None and body["status"] == "proposed":
            practice.write("system", "Appointment", appointment_id, {**body, "status": "booked"})

    def proposed(appointment_id: str) -> None:
        asyncio.get_running_loop().call_later(practice.kind.confirms_later, confirm, appointment_id)

    return proposed


@contextmanager
def _determined(chance: Random) -> Iterator[None]:
    """Let all that is drawn at random be drawn from the history's seed."""
    with ExitStack() as stack:
        for name in ("app.sync.sending._chance", "app.sync.reading._chance"):
            stack.enter_context(patch(name, chance.random))
        stack.enter_context(patch("uuid.uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4)))
        yield


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder in memory where there is one: the files are real, and no disk is waited for."""
    folder = Path(tempfile.mkdtemp(dir=_SHARED_MEMORY if _SHARED_MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
