"""The first reading of the practice system: how far it has come, and the buttons that stop it and go on."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from app.domain.views import FirstSync
from app.ui.controls.buttons import Button
from app.ui.controls.labels import IconLabel, text_label
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_DANISH = QLocale(QLocale.Language.Danish, QLocale.Country.Denmark)
_STEPS = 1000
"""The bar's own scale: counts of resources may be larger than it can hold."""


class FirstSyncBar(QFrame):
    """Hidden once everything has been read; emits what the user wants of the reading."""

    pause_wanted = Signal()
    resume_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("firstSync")
        self.setProperty("role", "hint")
        self.sentence = text_label()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(120)
        self.bar.setAccessibleName(self.tr("Progress of the first fetching"))
        self.stop = Button(theme, self.tr("Stop"), kind="quiet", icon_name="pause", name="pauseSync")
        self.stop.hint(self.tr("Fetch no more just now; everything else goes on"))
        self.go_on = Button(theme, self.tr("Go on"), kind="quiet", icon_name="play", name="resumeSync")
        self.go_on.hint(self.tr("Fetch the rest, from where it stopped"))
        self.stop.clicked.connect(self.pause_wanted)
        self.go_on.clicked.connect(self.resume_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 16, 2)
        row.setSpacing(12)
        row.addWidget(IconLabel(theme, "cloud-arrow-down", Tone.ACCENT, 18))
        row.addWidget(self.sentence)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        row.addWidget(self.go_on)
        self.hide()

    def show_progress(self, progress: FirstSync | None) -> None:
        """Show how far it has come; None when there is nothing left to fetch."""
        self.setVisible(progress is not None)
        if progress is None:
            return
        self.sentence.setText(self._sentence(progress))
        if progress.expected:
            self.bar.setRange(0, _STEPS)
            # Others may write meanwhile: more than was expected is still not everything.
            self.bar.setValue(min(_STEPS - 1, _STEPS * progress.fetched // progress.expected))
        else:
            self.bar.setRange(0, _STEPS if progress.paused else 0)
        self.stop.setVisible(not progress.paused)
        self.go_on.setVisible(progress.paused)

    def _sentence(self, progress: FirstSync) -> str:
        fetched = _DANISH.toString(progress.fetched)
        expected = _DANISH.toString(_rounded(progress.expected)) if progress.expected else ""
        if progress.paused and expected:
            text = self.tr("Fetching has been stopped: {fetched} of about {expected}")
        elif progress.paused:
            text = self.tr("Fetching has been stopped after {fetched}")
        elif expected:
            text = self.tr("Fetching from the record system: {fetched} of about {expected}")
        else:
            text = self.tr("Fetching from the record system: {fetched} so far")
        return text.format(fetched=fetched, expected=expected)


def _rounded(count: int) -> int:
    """Return a count as one says 'about': rounded to two figures."""
    step: int = 10 ** max(0, len(str(count)) - 2)
    return round(count / step) * step
