"""The search screen: one field, what was found as it is typed, and the patient of what is chosen."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.changes import Changes
from app.domain.clinic_time import clinic_date
from app.domain.errors import ErrorKind
from app.domain.search_query import Query, read_query
from app.domain.views import Found, FoundBooking, FoundMessage, FoundPatient
from app.ui.controls.columns import columns
from app.ui.controls.empty import EmptyState
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.parts import ConsoleParts
from app.ui.patient.side import PatientSide
from app.ui.search.empty_words import say_begin, say_failed, say_nothing_found, say_searching
from app.ui.search.model import Hit, ResultsModel
from app.ui.search.results import ResultList, SearchField
from app.ui.search.row_delegate import ResultDelegate
from app.ui.theme.theme import Theme

TYPING_MS = 80
"""So long after the last key the search begins."""

Answer = tuple[Query, Found]


class SearchScreen(QWidget):
    """Searches while it is typed; entering a message or an appointment asks for the screen where it is at home."""

    thread_wanted = Signal(object)
    day_wanted = Signal(object, object)
    finish_wanted = Signal(object)
    move_time_wanted = Signal(object, str)
    time_wanted = Signal(object, object)

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._chosen: Hit | None = None
        self._open_first = False
        self.field = SearchField(theme)
        self.model = ResultsModel(self, parts.clock)
        self.list = ResultList(theme, self.tr("Search results"), self.model)
        self.list.setItemDelegate(ResultDelegate(self.list, theme, parts.clock, self.model))
        self.count = text_label(role="small")
        self.note = text_label(role="small", wrap=True)
        self.empty = EmptyState(theme)
        nobody = (self.tr("Nobody chosen"), self.tr("The patient you choose is shown here."))
        self.side = PatientSide(theme, parts, nobody)
        self._pages = QStackedWidget()
        self._lay_out()
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.MESSAGES | Changes.PATIENTS | Changes.BOOKINGS | Changes.CALENDAR,
            read=self._search,
            show=self._show,
            fail=self._fail,
            looks=self.isVisible,
        )
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._wire(theme)
        say_begin(self.empty)

    def focus_field(self) -> None:
        """Put the keyboard in the field, ready to type over what stands there."""
        self.field.setFocus()
        self.field.selectAll()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read.catch_up()

    def _wire(self, theme: Theme) -> None:
        self.field.textChanged.connect(self._typed)
        self.field.stepped.connect(self.list.step)
        self.field.opened.connect(self._enter)
        self.list.row_changed.connect(lambda row: self._choose(self.model.hit_at(row)))
        self.list.opened.connect(lambda row: self._open(self.model.hit_at(row)))
        self._typing.timeout.connect(self._read.restart)
        self.side.finish_wanted.connect(self.finish_wanted)
        self.side.move_time_wanted.connect(self.move_time_wanted)
        self.side.time_wanted.connect(self.time_wanted)
        theme.changed.connect(self.list.viewport().update)

    def _typed(self) -> None:
        self._open_first = False
        if not read_query(self.field.text()).terms:
            self._typing.stop()
            self._read.restart()
            self._show((Query(), Found()))
            return
        self._typing.start()
        if self.model.rowCount() == 0:
            say_searching(self.empty)
            self._pages.setCurrentWidget(self.empty)

    async def _search(self) -> Answer:
        words = self.field.text()
        query = read_query(words)
        return query, await self._parts.views.search(words) if query.terms else Found()

    def _show(self, answer: Answer) -> None:
        query, found = answer
        self.model.show_found(found, query)
        hits = len(found.patients) + len(found.messages) + len(found.bookings)
        self.count.setText(self._count_text(hits, found.more))
        self.note.setText(self.tr("Older messages are still being made searchable."))
        self.note.setVisible(found.still_indexing)
        if hits:
            self._pages.setCurrentWidget(self.list)
        elif query.terms:
            say_nothing_found(self.empty)
        else:
            say_begin(self.empty)
        self._keep_chosen()
        if self._open_first and not self._typing.isActive():
            self._enter()

    def _count_text(self, hits: int, more: bool) -> str:
        if not hits:
            return ""
        return self.tr("The first %n", "", hits) if more else self.tr("%n found", "", hits)

    def _keep_chosen(self) -> None:
        row = self.model.position(self._chosen)
        if row < 0:
            self.list.scrollToTop()
            self._choose(None)
        elif self.list.currentIndex().row() != row:
            self.list.select_row(row)

    def _choose(self, hit: Hit | None) -> None:
        self._chosen = hit
        match hit:
            case None:
                self.side.show_patient(None)
            case FoundPatient():
                self.side.show_patient(hit.patient.id)
            case FoundMessage():
                self.side.show_patient(hit.patient_id)
            case FoundBooking():
                self.side.show_patient(hit.booking.patient_id or None, hit.booking.id)

    def _enter(self) -> None:
        """Open the hit that is chosen, else the first; while it is being looked for, the first that is found."""
        self._open_first = False
        if self._typing.isActive() or (self.model.query != read_query(self.field.text())):
            self._open_first = True
        elif self._chosen is not None:
            self._open(self._chosen)
        elif (row := self.model.next_hit(-1, 1)) >= 0:
            self.list.select_row(row)
            self._open(self.model.hit_at(row))

    def _open(self, hit: Hit | None) -> None:
        match hit:
            case FoundMessage():
                self.thread_wanted.emit(hit.thread_id)
            case FoundBooking():
                self.day_wanted.emit(clinic_date(hit.booking.start), hit.booking.id)
            case _:
                self._choose(hit)

    def _fail(self, kind: ErrorKind) -> None:
        self.model.show_found(Found(), Query())
        self.count.setText("")
        self._choose(None)
        say_failed(self.empty, kind, self._read.restart)
        self._pages.setCurrentWidget(self.empty)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(28, 18, 20, 10)
        head.addWidget(text_label(self.tr("Patients and search"), "title"))
        head.addStretch(1)
        head.addWidget(self.count)
        self.field.setObjectName("searchField")
        self.field.setPlaceholderText(self.tr("Name, CPR, telephone number or words of a message"))
        self.field.setAccessibleName(self.tr("Search patients, messages and appointments"))
        self.field.setToolTip(self.tr("Arrows choose, Enter opens, Esc clears"))
        line = QHBoxLayout()
        line.setContentsMargins(28, 0, 20, 10)
        line.addWidget(self.field)
        note = QHBoxLayout()
        note.setContentsMargins(28, 0, 20, 8)
        note.addWidget(self.note)
        self.note.hide()
        self.list.setObjectName("searchResults")
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.list)
        column = QFrame()
        column.setProperty("role", "surface")
        box = QVBoxLayout(column)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for part in (head, line, note):
            box.addLayout(part)
        box.addWidget(self._pages, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(columns((column, 900), (self.side, 370), stretch=0))
