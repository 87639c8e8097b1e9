"""Booking for one patient: the buttons, what became of the click, and what went wrong."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.booking.slot_choice import SlotProposal
from app.domain.booking import Booking
from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, MessageId
from app.domain.patient import Patient
from app.domain.slot import Slot
from app.ui.booking.already import AlreadyBooked, ahead
from app.ui.booking.bar import BookingBar
from app.ui.booking.clinician_choice import ClinicianChoice
from app.ui.booking.offers import Offers, read_offers
from app.ui.booking.standing import StandingBooking
from app.ui.controls.live import LiveRead
from app.ui.controls.notice import Notice
from app.ui.danish_time import moment_text
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

PROPOSE_AGAIN_MS = 20_000
"""A proposed time passes; so the button asks again this often."""


class BookingPanel(QWidget):
    """Books for the patient it was last given, for the clinician who is responsible."""

    other_time_wanted = Signal(object, object)
    finish_wanted = Signal(object)
    move_time_wanted = Signal(object, str)

    def __init__(self, theme: Theme, parts: ConsoleParts, *, narrow: bool = False) -> None:
        super().__init__()
        self._parts = parts
        self._tasks = Tasks(self)
        self._patient: Patient | None = None
        self._made: BookingId | None = None
        self._message_id: MessageId | None = None
        self._clinician_id = parts.user.id
        self._saving = False
        self._proposal: SlotProposal | None = None
        self.bar = BookingBar(theme, parts.clock, narrow=narrow)
        self.standing = StandingBooking(theme, parts, narrow=narrow)
        self.row = self.standing.row
        self.clinician = ClinicianChoice(parts)
        self.already = AlreadyBooked(theme, parts)
        self.notice = Notice(theme, name="bookingNotice")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.clinician)
        column.addWidget(self.already)
        column.addWidget(self.bar)
        column.addWidget(self.notice)
        column.addWidget(self.standing)
        self._wire()
        self._offers = LiveRead(
            self,
            parts.changes,
            Changes.CALENDAR | Changes.BOOKINGS,
            read=self._read_offers,
            show=self._show_offers,
            fail=self.notice.say_error,
            looks=self.isVisible,
        )
        timer = QTimer(self)
        timer.timeout.connect(self._offers.refresh_if_seen)
        timer.start(PROPOSE_AGAIN_MS)
        self._offers.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._offers.catch_up()

    async def _read_offers(self) -> Offers:
        named = self.already.booking is not None
        return await read_offers(self._parts, self._clinician_id, self.standing.booking, named=named)

    def _wire(self) -> None:
        self.clinician.chosen.connect(self._set_clinician)
        self.bar.slot_chosen.connect(self.book)
        self.bar.now_chosen.connect(self.book_now)
        self.bar.phone_chosen.connect(self._dial)
        self.bar.other_time_wanted.connect(self._want_time)
        self.row.slot_chosen.connect(self.book)
        self.row.phone_wanted.connect(self._dial)
        self.row.finish_wanted.connect(self.finish_wanted)
        self.row.other_time_wanted.connect(self._want_another_time)
        self.standing.began.connect(self.notice.hide)
        self.standing.own_shown.connect(self._follow)
        self.standing.failed.connect(self.notice.say_error)

    def _set_clinician(self, clinician_id: ClinicianId) -> None:
        self._clinician_id = clinician_id
        self._proposal = None
        self.notice.hide()
        self.bar.show_proposal(None)
        self.standing.show_offers(None)
        self._offers.restart()

    def set_patient(self, patient: Patient | None, message_id: MessageId | None = None) -> None:
        """Book for this patient, and this message if there is one."""
        before = self._patient.id if self._patient else None
        self._patient, self._message_id = patient, message_id
        if patient is None or patient.id != before:
            self._made = None
            self.notice.hide()
            self.standing.forget()
            self.already.show_booking(None)
            self.bar.offer_booking(True)
        self.bar.phone.setEnabled(patient is not None and patient.phone is not None)
        self._lock_or_unlock()

    def show_read(self, bookings: Sequence[Booking], choose: Callable[[Sequence[Booking]], Booking | None]) -> None:
        """Show the one to choose of all the bookings of the patient, unless read before the last click here."""
        if self.standing.is_ahead_of(bookings):
            return
        booking = choose(bookings)
        offered = booking is None or not booking.live
        needs_name = self.already.show_booking(ahead(bookings, self._parts.clock()) if offered else None)
        self._follow(booking, self.standing.show_booking(booking) or needs_name)

    def _follow(self, booking: Booking | None, other_offers: bool) -> None:
        self.bar.offer_booking(booking is None or not booking.live)
        if other_offers:
            self._offers.restart()

    def open_move_menu(self) -> None:
        """Offer the times the booking shown can be moved to."""
        self.row.move_button.open_menu()

    @property
    def made(self) -> BookingId | None:
        """The booking last made here for the patient shown: it is the receipt, whatever else was chosen."""
        return self._made

    def book_first(self) -> None:
        """Do what the large button does."""
        if self.bar.book.isVisibleTo(self) and self.bar.book.isEnabled():
            self.bar.book.click()

    def book(self, slot: Slot) -> None:
        """Book a slot for the patient."""
        if self._patient is not None and not self._saving:
            self._set_saving(True)
            self._tasks.start(self._book(self._patient, slot), "book")

    def book_now(self) -> None:
        """Book a video consultation that starts now."""
        if self._patient is not None and not self._saving:
            self._set_saving(True)
            self._tasks.start(self._book(self._patient, None), "book now")

    async def _book(self, patient: Patient, slot: Slot | None) -> None:
        desk, me, message = self._parts.desk, self._parts.user.id, self._message_id
        self.notice.hide()
        try:
            if slot is None:
                booking = await desk.book_now(patient.id, self._clinician_id, me, message)
            else:
                booking = await desk.book_video(patient.id, slot.clinician_id, me, slot, message)
            if self._patient is not None and self._patient.id == patient.id:
                self._made = booking.id
                self.already.show_booking(None)
                self.standing.show_own(booking)
                self.row.undo.setFocus()
        except KlinikError as error:
            self._refused(error.kind)
        finally:
            self._set_saving(False)

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        self._lock_or_unlock()

    def _lock_or_unlock(self) -> None:
        """Nothing can be booked before it is known for whom, nor while a booking is being saved."""
        self.bar.set_busy(self._saving or self._patient is None)

    def _refused(self, kind: ErrorKind) -> None:
        buttons = []
        slot = self._proposal.alternatives[0] if self._proposal and self._proposal.alternatives else None
        if kind is ErrorKind.SLOT_TAKEN and slot is not None:
            text = self.tr("Book {when} instead").format(when=moment_text(slot.start, self._parts.clock()))
            buttons.append(self.notice.action(text, lambda: self.book(slot), kind="primary", name="bookNext"))
        elif self._patient is not None and self._patient.phone is not None:
            buttons.append(self.notice.action(self.tr("Phone"), self._dial, name="phoneInstead"))
        self.notice.say_error(kind, *buttons)
        self._offers.refresh()

    def _want_time(self) -> None:
        if self._patient is not None:
            self.other_time_wanted.emit(self._patient, self._message_id)

    def _want_another_time(self, booking: Booking) -> None:
        self.move_time_wanted.emit(booking, self._patient.name.reveal() if self._patient else "")

    def _dial(self) -> None:
        patient = self._patient
        if patient is None or patient.phone is None:
            self.notice.say_error(ErrorKind.PATIENT_HAS_NO_PHONE)
            return
        number = patient.phone.reveal()
        if self._parts.dialler.dial(number.tel_uri):
            self.notice.say(Tone.ACCENT, self.tr("Phoning {number}").format(number=number.shown))
        else:
            self.notice.say_error(ErrorKind.TEL_HANDLER_MISSING, tone=Tone.WARN)
            self.notice.title.setText(f"{self.notice.title.text()}: {number.shown}")

    def _show_offers(self, offers: Offers) -> None:
        self._proposal = offers.proposal
        self.bar.show_proposal(offers.proposal)
        self.standing.show_offers(offers)
        self.already.show_names(offers.names)
        self._lock_or_unlock()
