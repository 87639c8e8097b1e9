"""The buttons that book: one click for the time they name."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QToolButton, QWidget

from app.booking.slot_choice import SlotProposal
from app.domain.clinic_time import Clock
from app.domain.slot import Slot
from app.ui.controls.buttons import Button, ToolButton
from app.ui.danish_time import moment_text
from app.ui.theme.theme import Theme


class BookingBar(QWidget):
    """Video at the proposed time, the times behind the arrow, video now, and a plain telephone call."""

    slot_chosen = Signal(object)
    other_time_wanted = Signal()
    now_chosen = Signal()
    phone_chosen = Signal()

    def __init__(self, theme: Theme, clock: Clock, *, narrow: bool = False) -> None:
        super().__init__()
        self._clock = clock
        self._proposal: SlotProposal | None = None
        self.book = Button(theme, kind="primary", icon_name="video-camera", name="bookVideo")
        self.book.setProperty("joined", "left")
        self.more = ToolButton(theme, kind="primary", icon_name="caret-down", name="bookOther")
        self.more.setProperty("joined", "right")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.hint(self.tr("Other times"))
        self.more.setAccessibleName(self.tr("Other times"))
        self._menu = QMenu(self)
        self.more.setMenu(self._menu)
        self.now = Button(theme, self.tr("Video now"), icon_name="lightning", name="bookNow")
        self.now.hint(self.tr("Make a room at once and send the link by SMS"), "N")
        self.phone = Button(theme, self.tr("Phone"), icon_name="phone", name="phonePatient")
        self.book.clicked.connect(self._book_first)
        self.now.clicked.connect(self.now_chosen)
        self.phone.clicked.connect(self.phone_chosen)
        self._lay_out(narrow)
        self.show_proposal(None)

    def _lay_out(self, narrow: bool) -> None:
        """The telephone keeps its place at the right when the rest is hidden: a second click must not dial."""
        joined, others = QHBoxLayout(), QHBoxLayout()
        joined.setSpacing(0)
        joined.addWidget(self.book, 1)
        joined.addWidget(self.more)
        others.setSpacing(8)
        others.addWidget(self.now)
        others.addStretch(1)
        others.addWidget(self.phone)
        box = QBoxLayout(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight, self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(joined)
        box.addLayout(others, 1)

    def show_proposal(self, proposal: SlotProposal | None) -> None:
        """Name the time on the button; None while it is being looked up."""
        self._proposal = proposal
        first = proposal.first if proposal else None
        now = self._clock()
        if first is not None:
            self.book.setText(self.tr("Video {when}").format(when=moment_text(first.start, now)))
            self.book.hint(self.tr("Book the video and send the link by SMS"), "B")
        elif proposal is None:
            self.book.setText(self.tr("Looking for a time …"))
        else:
            self.book.setText(self.tr("No free video time"))
            self.book.hint(self.tr("Use Video now, or make a free time in the record system's calendar."))
        self.book.setEnabled(first is not None)
        self._fill_menu(proposal.alternatives if proposal else (), now)

    def set_busy(self, busy: bool) -> None:
        """While a booking is being saved, a second click does nothing."""
        self.now.setEnabled(not busy)
        self.more.setEnabled(not busy)
        self.book.setEnabled(not busy and bool(self._proposal and self._proposal.first))

    def offer_booking(self, offered: bool) -> None:
        """Hide what books while the patient already has a live booking from here."""
        for widget in (self.book, self.more, self.now):
            widget.setVisible(offered)

    def _book_first(self) -> None:
        if self._proposal and self._proposal.first:
            self.slot_chosen.emit(self._proposal.first)

    def _fill_menu(self, slots: tuple[Slot, ...], now: datetime) -> None:
        self._menu.clear()
        for slot in slots:
            self._add(moment_text(slot.start, now), partial(self.slot_chosen.emit, slot))
        if slots:
            self._menu.addSeparator()
        self._add(self.tr("Another time …"), self.other_time_wanted.emit)

    def _add(self, text: str, chosen: Callable[[], None]) -> None:
        action = QAction(text, self._menu)
        action.triggered.connect(lambda _checked=False: chosen())
        self._menu.addAction(action)
