"""After the conversation: how it ended, the fee that follows, and one button that saves it."""

from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from app.booking.fees import propose_fee
from app.booking.outcome_choice import preselect_outcome
from app.booking.progress import was_in_call
from app.domain.booking import Booking, RowState
from app.domain.call import CallRecord
from app.domain.changes import Changes
from app.domain.clinic_time import clinic_date
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.private import Private
from app.ui.booking.conflict_words import conflict_title
from app.ui.controls.buttons import Button
from app.ui.controls.labels import Chip, text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.notice import Notice
from app.ui.danish_time import clock_text
from app.ui.fault.card import FixCard
from app.ui.fault.words import told_afterwards
from app.ui.outcome.fee_box import FeeBox
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.ui.words import fee_reason_text, outcome_text, row_label, unsettled

_NOTE_LENGTH = 1000


class OutcomeSheet(QWidget):
    """A form with everything filled in already; `record` is None when no call was held since the program started.

    `settled` when the outcome is saved, or can never be saved because the consultation was ended elsewhere.
    """

    settled = Signal()
    done = Signal()

    def __init__(self, theme: Theme, parts: ConsoleParts, booking: Booking, record: CallRecord | None) -> None:
        super().__init__()
        self._parts = parts
        self._booking = booking
        self._record = record or booking.call
        self.is_settled = False
        self._tasks = Tasks(self)
        self.setObjectName("outcomeSheet")
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._kinds = QButtonGroup(self)
        self.radios: dict[OutcomeKind, QRadioButton] = {}
        self.fee = FeeBox()
        self.fix = FixCard(theme, closable=False)
        self.reason = text_label(role="muted", wrap=True)
        self.note = QLineEdit()
        self.take_words = Button(
            theme, self.tr("Put what was written into the note"), kind="quiet", name="takeWords"
        )
        self.take_words.hide()
        self.save = Button(
            theme, self.tr("Save in the record"), kind="primary", icon_name="check", name="saveOutcome"
        )
        self.close_button = Button(theme, self.tr("Later"), name="closeOutcome")
        self.state = Chip(theme)
        self.notice = Notice(theme)
        self._make_fields()
        self._lay_out()
        self._watch = LiveRead(
            self,
            parts.changes,
            Changes.BOOKINGS,
            read=self._read_booking,
            show=self._show_state,
            fail=self.notice.say_error,
        )
        chosen = preselect_outcome(self._record, booking)
        self.radios[chosen].setChecked(True)
        self._propose(chosen)

    def _make_fields(self) -> None:
        for kind in OutcomeKind:
            radio = QRadioButton(outcome_text(kind))
            radio.setObjectName(f"outcome-{kind.value}")
            radio.clicked.connect(lambda _checked=False, kind=kind: self._propose(kind))
            self.radios[kind] = radio
            self._kinds.addButton(radio)
        self.fee.show_codes(self._parts.fee_codes, clinic_date(self._span()[0]))
        self.note.setMaxLength(_NOTE_LENGTH)
        self.note.setObjectName("outcomeNote")
        self.note.setAccessibleName(self.tr("Note in the record"))
        self.note.setPlaceholderText(self.tr("Optional line for the record"))
        self.save.hint(self.save.text(), "Ctrl+Return")
        self.save.setProperty("large", True)
        self.close_button.setProperty("large", True)
        self.save.clicked.connect(self.save_now)
        self.close_button.clicked.connect(self.done)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.save_now)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(text_label(self.tr("How did the consultation end?"), "title", wrap=True))
        column.addWidget(text_label(self._duration_text(), "muted"))
        if self._record is not None and (verdict := told_afterwards(self._record)) is not None:
            self.fix.say(verdict)
            self.fix.show()
            column.addSpacing(6)
            column.addWidget(self.fix)
        column.addSpacing(6)
        for radio in self.radios.values():
            column.addWidget(radio)
        column.addSpacing(8)
        column.addWidget(text_label(self.tr("Fee code"), "caption"))
        column.addWidget(self.fee)
        column.addWidget(self.reason)
        column.addSpacing(8)
        column.addWidget(text_label(self.tr("Note in the record"), "caption"))
        column.addWidget(self.note)
        column.addWidget(self.take_words, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(self.notice)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.save)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.state)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        page = QHBoxLayout(self)
        page.setContentsMargins(32, 28, 32, 28)
        page.addStretch(1)
        page.addLayout(column, 4)
        page.addStretch(1)

    def offer_words(self, words: str) -> None:
        """Offer what was written during the call for the note; it goes nowhere unless that is chosen."""
        self.take_words.setVisible(bool(words))
        self.take_words.clicked.connect(lambda: self._take_words(words))

    def _take_words(self, words: str) -> None:
        self.note.setText(" · ".join(part for part in (self.note.text().strip(), words) if part))
        self.note.setFocus()
        self.take_words.hide()

    def chosen_kind(self) -> OutcomeKind:
        """How the clinician says it ended."""
        return next(kind for kind, radio in self.radios.items() if radio.isChecked())

    def save_now(self) -> None:
        """Save what is on the sheet, once."""
        if not self.save.isEnabled():
            return
        if not self.fee.valid:
            self.notice.say(Tone.WARN, self.tr("Unknown fee code"), self.tr("Choose one from the list, or none."))
            self.fee.setFocus()
            return
        self.save.setEnabled(False)
        self._tasks.start(self._save(self._outcome()), "save outcome")

    def _outcome(self) -> Outcome:
        started, ended = self._span()
        fee = self.fee.chosen
        return Outcome(
            kind=self.chosen_kind(),
            started_at=started,
            ended_at=ended,
            fee_code=fee.code if fee else None,
            fee_text=fee.text if fee else "",
            note=Private(self.note.text().strip()),
        )

    async def _save(self, outcome: Outcome) -> None:
        self.notice.hide()
        try:
            saved = await self._parts.desk.finish(self._booking.id, outcome)
        except KlinikError as error:
            if error.kind is ErrorKind.CONFLICT:
                self._tell_over()
                return
            self.save.setEnabled(True)
            self.notice.say_error(error.kind)
            return
        self.note.setEnabled(False)
        self._settle()
        self._show_state(saved)

    def _tell_over(self) -> None:
        """The consultation was ended or cancelled elsewhere; the note can still be copied."""
        title = self.tr("The appointment is finished or cancelled already")
        advice = self.tr("Nothing was saved from here. Copy the note if it is needed.")
        self.notice.say(Tone.BAD, title, advice)
        self.note.setReadOnly(True)
        self._settle()

    def _settle(self) -> None:
        for widget in (*self.radios.values(), self.fee):
            widget.setEnabled(False)
        self.take_words.hide()
        self.save.hide()
        self.close_button.setText(self.tr("Close"))
        self.close_button.setFocus()
        self.is_settled = True
        self.settled.emit()

    async def _read_booking(self) -> Booking | None:
        card = await self._parts.views.patient_card(self._booking.patient_id)
        mine = (booking for booking in card.bookings if booking.id == self._booking.id) if card else iter(())
        return next(mine, None)

    def _show_state(self, booking: Booking | None) -> None:
        if booking is None or booking.outcome is None:
            return
        self.state.show_label(row_label(booking.row_state, booking.row_state_at, self._parts.clock()))
        if (conflict := unsettled(booking)) is not None:
            title = conflict_title(conflict, self._parts.clock())
            self.notice.say(Tone.BAD, title, self.tr("Choose beside the message which of the two is to stand."))
        elif booking.row_state is RowState.CONFLICT:
            self.notice.say_error(booking.failure or ErrorKind.CONFLICT)

    def _propose(self, kind: OutcomeKind) -> None:
        day = clinic_date(self._span()[0])
        proposal = propose_fee(self._record, kind, day, self._parts.fee_codes, self._booking.form)
        self.fee.choose(proposal.code)
        reason = fee_reason_text(proposal.reason)
        if proposal.code is None:
            self.reason.setText(reason)
        else:
            code = proposal.code.code
            self.reason.setText(self.tr("{code} is proposed {reason}.").format(code=code, reason=reason))

    def _span(self) -> tuple[datetime, datetime]:
        if self._record is None:
            return self._booking.start, self._booking.end
        return self._record.started_at, self._record.ended_at or self._parts.clock()

    def _duration_text(self) -> str:
        started, ended = self._span()
        times = f"{clock_text(started)}-{clock_text(ended)}"
        if self._record is None and was_in_call(self._booking):
            return times
        if self._record is None:
            return self.tr("Planned {times}, no call was made").format(times=times)
        minutes = max(1, round((ended - started) / timedelta(minutes=1)))
        return self.tr("%n minute(s)", "", minutes) + f"  ·  {times}"
