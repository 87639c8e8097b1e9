"""What the screens are given from outside: small Protocols, and one frozen list of parts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.booking.slot_choice import SlotProposal
from app.domain.booking import Booking
from app.domain.call import CallRecord
from app.domain.clinic_time import Clock
from app.domain.devices import DeviceKind
from app.domain.ids import ActionId, BookingId, ClinicianId, MessageId, PatientId, PictureId, ThreadId
from app.domain.outcome import FeeCode, Outcome
from app.domain.patient import Clinic, Clinician
from app.domain.ports.local_data import LocalData
from app.domain.ports.media import Dialler
from app.domain.ports.store import ChangeSource
from app.domain.ports.views import Views
from app.domain.record_picture import RecordPicture
from app.domain.slot import Slot
from app.video.devices.devices_view import DevicesView
from app.video.frames import FrameSlot
from app.video.machine.call_view import CallView
from app.video.side_talk import SideTalk


class Desk(Protocol):
    """The booking use cases; each raises KlinikError and returns when the click is safe on disk."""

    async def propose(self, clinician_id: ClinicianId) -> SlotProposal: ...

    async def book_video(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        slot: Slot,
        message_id: MessageId | None = None,
    ) -> Booking: ...

    async def book_now(
        self,
        patient_id: PatientId,
        clinician_id: ClinicianId,
        made_by: ClinicianId,
        message_id: MessageId | None = None,
    ) -> Booking: ...

    async def cancel(self, booking_id: BookingId) -> Booking: ...

    async def move(self, booking_id: BookingId, slot: Slot) -> Booking: ...

    async def settle(self, booking_id: BookingId, *, keep_mine: bool) -> Booking:
        """End a conflict: do what was asked for here all the same, or let the other change stand."""
        ...

    async def finish(self, booking_id: BookingId, outcome: Outcome) -> Booking: ...

    async def call_started(self, booking_id: BookingId) -> Booking: ...

    async def call_noted(self, booking_id: BookingId, record: CallRecord) -> Booking: ...

    async def extend(self, booking_id: BookingId) -> Booking:
        """Give a consultation under way ten more minutes."""
        ...

    async def send_link(self, booking_id: BookingId) -> Booking:
        """Send the patient the link to the video room by text, now."""
        ...


class ThreadDesk(Protocol):
    """Taking threads, so that two colleagues do not answer the same one; each raises KlinikError."""

    async def take(self, thread_id: ThreadId, patient_id: PatientId, over: ClinicianId | None = None) -> None:
        """Take a thread; from a colleague only when told whose it is (`over`)."""
        ...

    async def let_go(self, thread_id: ThreadId, patient_id: PatientId) -> None: ...

    async def acknowledge(self, thread_id: ThreadId) -> None:
        """Forget that a colleague was first."""
        ...


class OutboxDesk(Protocol):
    """What a person can do about a change that waits; each raises KlinikError."""

    async def retry(self, action_id: ActionId) -> None: ...

    async def withdraw(self, action_id: ActionId) -> None: ...


class Pictures(Protocol):
    """Saving a patient's still pictures in the record; each raises KlinikError."""

    async def save(self, booking: Booking, data: bytes, consent_at: datetime, *, asked: bool) -> RecordPicture:
        """Save a picture as it came; returns when it is safe on disk."""
        ...

    async def retry(self, picture_id: PictureId) -> None:
        """Have one tried now that was refused or failed."""
        ...


class Devices(Protocol):
    """Camera, microphone and loudspeaker, of a call or on trial, as `CallDevices` has them."""

    @property
    def view(self) -> DevicesView: ...

    @property
    def microphone_level(self) -> float:
        """How loud it is what the microphone hears, 0 to 1."""
        ...

    @property
    def level_in(self) -> float:
        """How loud the loudspeaker is, 0 to 1."""
        ...

    def choose(self, kind: DeviceKind, name: str) -> None:
        """Use another device at once; an empty name is the system's default."""
        ...

    def note_news(self) -> None: ...

    def try_sound(self) -> None:
        """Play a chime, record three seconds of the microphone, and play them back."""
        ...

    def open_preview(self) -> FrameSlot: ...

    def close_preview(self) -> None: ...

    async def close(self) -> None: ...


class Call(Protocol):
    """One call, as `app.video.session.CallSession` is."""

    @property
    def view(self) -> CallView: ...

    @property
    def remote(self) -> FrameSlot: ...

    @property
    def local(self) -> FrameSlot: ...

    @property
    def side(self) -> SideTalk: ...

    @property
    def devices(self) -> Devices: ...

    def take_up(self, record: CallRecord) -> None:
        """Carry on a consultation that is on the telephone; before `start`."""
        ...

    async def start(self) -> None: ...

    def set_microphone(self, on: bool) -> None: ...

    def set_camera(self, on: bool) -> None: ...

    async def try_again(self) -> None:
        """Go one rung up: from the telephone to video, to more of a picture, or make one more attempt."""
        ...

    async def continue_by_telephone(self) -> None: ...

    async def end(self) -> CallRecord: ...


TryDevices = Callable[[], Awaitable[Devices]]
"""Opens the devices outside a call; who asked closes them. Raises KlinikError(CALL_IN_PROGRESS)."""

OpenCall = Callable[[Booking, Callable[[CallView], None]], Awaitable[Call]]
"""Makes the call of a booking; the listener gets each new view, in the Qt loop. Raises KlinikError."""


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """Everything the main window is joined to.

    `retry_sync` sends what waits and asks for news at once; `pause_sync` stops the first reading and `resume_sync`
    goes on with it. `room_line_up` tells whether the waiting room is connected, `threads_can_be_taken` whether the
    practice system can carry who has a thread. `phone_page` is the demo patient's telephone, empty outside it.
    """

    views: Views
    changes: ChangeSource
    desk: Desk
    thread_desk: ThreadDesk
    outbox_desk: OutboxDesk
    pictures: Pictures
    local_data: LocalData
    open_call: OpenCall
    try_devices: TryDevices
    fee_codes: tuple[FeeCode, ...]
    dialler: Dialler
    retry_sync: Callable[[], None]
    pause_sync: Callable[[], None]
    resume_sync: Callable[[], None]
    room_line_up: Callable[[], bool]
    clinic: Clinic
    user: Clinician
    clock: Clock
    phone_page: str = ""
    threads_can_be_taken: Callable[[], bool] = lambda: True
