"""Choosing a time in the calendar: a row that books the chosen free line, or moves a booking to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal

from app.domain.booking import Booking
from app.domain.errors import KlinikError
from app.domain.ids import ClinicianId, MessageId
from app.domain.patient import Patient
from app.domain.slot import Slot, SlotKind
from app.domain.views import DayRow
from app.ui.booking.move_button import slot_kinds
from app.ui.controls.notice import Notice
from app.ui.danish_time import moment_text
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class _Purpose:
    """What the time is for; `button` is the button's text with `{when}`, `clinician_id` whose time it has to be."""

    title: str
    advice: str
    button: str
    kinds: frozenset[SlotKind]
    carry_out: Callable[[Slot], Awaitable[object]]
    clinician_id: ClinicianId | None = None

    def slot_of(self, row: DayRow | None) -> Slot | None:
        """Return the slot of a free line that will do, else None."""
        if row is None or not row.free or row.slot_id is None or row.slot_kind not in self.kinds:
            return None
        if self.clinician_id not in (None, row.clinician_id):
            return None
        return Slot(row.slot_id, row.clinician_id, row.start, row.end, row.slot_kind, True, "")


class TimeChoice(Notice):
    """Hidden until a time is looked for; `booked` when one has been taken."""

    booked = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(theme, name="chooseTime")
        self._parts = parts
        self._tasks = Tasks(self)
        self._purpose: _Purpose | None = None
        self._saving = False

    def begin(self, patient: Patient, message_id: MessageId | None, row: DayRow | None) -> None:
        """Look for a time for a patient; `row` is the line chosen already."""
        me = self._parts.user.id
        self._purpose = _Purpose(
            self.tr("Choose a free time for {name}").format(name=patient.name.reveal()),
            self.tr("Free video times can be chosen in the list."),
            self.tr("Book video {when}"),
            frozenset({SlotKind.ANY, SlotKind.VIDEO}),
            lambda slot: self._parts.desk.book_video(patient.id, slot.clinician_id, me, slot, message_id),
        )
        self.show_row(row)

    def begin_move(self, booking: Booking, patient_name: str) -> None:
        """Look for another time for a booking, with the same clinician."""
        was = moment_text(booking.start, self._parts.clock())
        self._purpose = _Purpose(
            self.tr("Choose a new time for {name}, who has {when}").format(name=patient_name, when=was),
            self.tr("Free times of the same clinician can be chosen in the list."),
            self.tr("Move to {when}"),
            slot_kinds(booking),
            lambda slot: self._parts.desk.move(booking.id, slot),
            booking.clinician_id,
        )
        self.show_row(None)

    def show_row(self, row: DayRow | None) -> None:
        """Offer the line that is chosen now, if it is free, ahead and of the right kind."""
        purpose = self._purpose
        if purpose is None:
            return
        stop = self.action(self.tr("Stop"), self._stop)
        slot = purpose.slot_of(row)
        if slot is None or slot.start <= self._parts.clock():
            self.say(Tone.ACCENT, purpose.title, purpose.advice, stop)
            return
        text = purpose.button.format(when=moment_text(slot.start, self._parts.clock()))
        take = self.action(text, lambda: self._take(purpose, slot), kind="primary", name="bookChosen")
        self.say(Tone.ACCENT, purpose.title, "", take, stop)

    def _stop(self) -> None:
        self._purpose = None
        self.hide()

    def _take(self, purpose: _Purpose, slot: Slot) -> None:
        if self._purpose is purpose and not self._saving:
            self._saving = True
            self._tasks.start(self._carry_out(purpose, slot), "take chosen time")

    async def _carry_out(self, purpose: _Purpose, slot: Slot) -> None:
        try:
            await purpose.carry_out(slot)
        except KlinikError as error:
            self.say_error(error.kind, self.action(self.tr("Stop"), self._stop))
            return
        finally:
            self._saving = False
        self._stop()
        self.booked.emit()
