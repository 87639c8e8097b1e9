"""What lies on this PC and how it is looked after."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel

from app.domain.changes import Changes
from app.domain.errors import KlinikError
from app.domain.views import LocalDataReport
from app.ui.controls.buttons import Button
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.notice import Notice
from app.ui.parts import ConsoleParts
from app.ui.settings.card import SettingsCard
from app.ui.settings.words import facts, repaired_texts
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone


class FactsCard(SettingsCard):
    """Read anew each time it is looked at, and after what is done here."""

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__()
        self._parts = parts
        self._tasks = Tasks(self)
        self._values: list[QLabel] = []
        self.repaired = Notice(theme, name="repairedNotice")
        self.answer = Notice(theme, name="localDataNotice")
        self.check = Button(theme, self.tr("Check now"), icon_name="shield-check", name="checkLocalData")
        self.check.hint(self.tr("Read the whole file and see whether it is sound"))
        self.tidy = Button(theme, self.tr("Tidy up now"), icon_name="archive", name="tidyLocalData")
        self.tidy.hint(self.tr("Forget closed conversations that are older than the clinic's rule"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(32)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.check)
        buttons.addWidget(self.tidy)
        buttons.addStretch(1)
        self.put(self.repaired)
        self.put(self._grid)
        self.put(buttons)
        self.put(self.answer)
        self.check.clicked.connect(lambda _checked=False: self._start(self._check, self.tr("Checking …")))
        self.tidy.clicked.connect(lambda _checked=False: self._start(self._tidy, self.tr("Tidying up …")))
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.NOTHING,
            read=parts.views.local_data,
            show=self._show,
            fail=self.answer.say_error,
        )

    def refresh(self) -> None:
        """Read again what lies here."""
        self._read.refresh()

    def values(self) -> list[str]:
        """The right-hand column from the top."""
        return [value.text() for value in self._values]

    def _show(self, report: LocalDataReport) -> None:
        now = self._parts.clock()
        lines = facts(report, now)
        if not self._values:
            for row, (name, _value) in enumerate(lines):
                value = text_label()
                self._values.append(value)
                self._grid.addWidget(text_label(name, "muted"), row, 0)
                self._grid.addWidget(value, row, 1)
        for label, (_name, text) in zip(self._values, lines, strict=True):
            label.setText(text)
        texts = repaired_texts(report, now)
        if texts is None:
            self.repaired.hide()
        else:
            self.repaired.say(Tone.WARN if report.lost_actions else Tone.ACCENT, *texts)

    def _start(self, work: Callable[[], Coroutine[Any, Any, None]], doing: str) -> None:
        self._set_busy(True)
        self.answer.say(Tone.QUIET, doing)
        self._tasks.start(self._run(work), "look after local data")

    async def _run(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except KlinikError as error:
            self.answer.say_error(error.kind)
        finally:
            self._set_busy(False)
            self._read.refresh()

    async def _check(self) -> None:
        if await self._parts.local_data.check():
            self.answer.say(Tone.GOOD, self.tr("The local data is sound"))
        else:
            title = self.tr("The local data is damaged")
            advice = self.tr("Close Klinikkonsol and open it again: it is then made anew from the record system.")
            self.answer.say(Tone.BAD, title, advice)

    async def _tidy(self) -> None:
        gone = await self._parts.local_data.tidy()
        if gone:
            self.answer.say(Tone.GOOD, self.tr("%n message(s) forgotten", "", gone))
        else:
            self.answer.say(Tone.GOOD, self.tr("There was nothing to tidy up"))

    def _set_busy(self, busy: bool) -> None:
        self.check.setEnabled(not busy)
        self.tidy.setEnabled(not busy)
