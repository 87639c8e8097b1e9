"""The rows above the picture: the telephone proposed, what this PC lacks, the time, and who has to wait."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.domain.call import Rung, StepReason
from app.domain.culprit import NO_VERDICT, Culprit
from app.domain.devices import DeviceNews
from app.domain.errors import ErrorKind
from app.domain.phone import PhoneNumber
from app.domain.private import Private
from app.ui.call.call_notice import CallNotice
from app.ui.call.sentences import proposal_sentence, rung_sentences
from app.ui.call.time_words import TimeLine
from app.ui.controls.buttons import Button
from app.ui.controls.notice import Notice
from app.ui.devices.words import news_texts
from app.ui.error_texts import error_text
from app.ui.fault.card import FixCard
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView


class CallNotices(QFrame):
    """Follows a call's view; hidden while there is nothing to say."""

    telephone_wanted = Signal()
    video_wanted = Signal()
    devices_wanted = Signal()
    news_noted = Signal()
    fix_closed = Signal()
    more_time_wanted = Signal()
    time_noted = Signal()

    def __init__(self, theme: Theme, phone: Private[PhoneNumber] | None) -> None:
        super().__init__()
        self._phone = phone
        self._proposed: StepReason | None = None
        self._missing: tuple[ErrorKind, ...] = ()
        self._news: tuple[DeviceNews, ...] = ()
        self._rung = Rung.VIDEO
        self._verdict = NO_VERDICT
        self._fix_wanted = self._compact = self._over = False
        self._time: TimeLine | None = None
        self.proposal = CallNotice(theme, name="telephoneProposal")
        self.rung = CallNotice(theme, name="rungNotice")
        self.fix = FixCard(theme)
        self.fix.closed.connect(self.fix_closed)
        self.devices = CallNotice(theme, name="deviceNotice")
        self.news = CallNotice(theme, name="callDeviceNews")
        self.time = CallNotice(theme, name="timeNotice")
        self.other = CallNotice(theme, name="otherPatient")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 10)
        column.setSpacing(8)
        self._rows = (
            self.proposal, self.fix, self.rung, self.devices, self.news, self.time, self.other,
        )  # fmt: skip
        for row in self._rows:
            column.addWidget(row)
        self.hide()

    def show_view(self, view: CallView) -> None:
        """Say what the view gives cause for; rows that stay the same keep their buttons and the focus."""
        if view.telephone_reason is not self._proposed:
            self._proposed = view.telephone_reason
            self._show_proposal()
        if view.device_failures != self._missing:
            self._missing = view.device_failures
            self._show_devices()
        if view.device_news != self._news:
            self._news = view.device_news
            self._show_news()
        by_video = view.stage not in (Stage.TELEPHONE, Stage.ENDED)
        self._show_rung(view)
        if view.verdict != self._verdict:
            self._verdict = view.verdict
            self.fix.say(view.verdict)
        self._place_fix()
        self.proposal.setVisible(by_video and self._proposed is not None)
        self.devices.setVisible(by_video and bool(self._missing))
        self.news.setVisible(by_video and bool(self._news))
        self._fit()

    def show_no_call(self, kind: ErrorKind) -> None:
        """Say why there is no call at all."""
        self.proposal.say_error(kind, self._telephone(), self._again(self.tr("Try again")))
        self._fit()

    def show_other(self, patient_name: str) -> None:
        """Say why another patient has to wait."""
        advice = self.tr("End this one before you let {name} in.").format(name=patient_name)
        close = self.other.action(self.tr("Close"), self._hide_other, kind="quiet")
        self.other.say(Tone.WARN, self.tr("One conversation at a time"), advice, close)
        self._fit()

    def show_time(self, line: TimeLine | None) -> None:
        """Say how the time goes; a button that means the same as before stays, and with it the focus."""
        before, self._time = self._time, line
        if line is None:
            self.time.hide()
        elif before is not None and not self.time.isHidden() and _alike(before, line):
            self.time.reword(line.title, self._time_advice(line))
        else:
            self.time.say(line.tone, line.title, self._time_advice(line), *self._time_buttons(line))
        self._fit()

    def show_time_failure(self, kind: ErrorKind | None) -> None:
        """Say why there is no more time, or with None no longer; the same button tries again."""
        before, self._time = self._time, None
        if kind is not None and before is not None:
            self.time.say_error(kind, *self._time_buttons(before), tone=Tone.WARN)
        self._fit()

    def show_compact(self, compact: bool) -> None:
        """Say in the small window only what cannot wait, with the one button that counts."""
        self._compact = compact
        self._column.setContentsMargins(16, 10 if compact else 0, 16, 10)
        if self._time is not None:
            self.time.reword(self._time.title, self._time_advice(self._time))
        self._show_proposal()
        self._place_fix()
        self._place_rung()
        self._fit()

    def show_fix(self, wanted: bool) -> None:
        """Open or close the card that tells whose fault it is."""
        self._fix_wanted = wanted
        self._place_fix()
        self._fit()

    def _place_fix(self) -> None:
        wrong = self._verdict.culprit is not Culprit.NONE
        self.fix.setVisible(wrong and self._fix_wanted and not self._compact)

    def hide_video(self) -> None:
        """Say nothing more of the video."""
        self.proposal.hide()
        self.rung.hide()
        self.devices.hide()
        self.news.hide()
        self._fit()

    def end(self) -> None:
        """The conversation is over: say nothing more."""
        self._over = True
        self._fit()

    def _hide_other(self) -> None:
        self.other.hide()
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not self._over and not all(row.isHidden() for row in self._rows))

    def _show_rung(self, view: CallView) -> None:
        """Say which rung the call has gone down to by itself, and offer the way up."""
        lowered = view.stage is Stage.LIVE and view.reason in (StepReason.POOR_LINE, StepReason.SLOW_PC)
        rung = view.rung if lowered and view.rung in (Rung.LOWER_VIDEO, Rung.SOUND) else Rung.VIDEO
        if rung is not self._rung and rung is not Rung.VIDEO:
            text = self.tr("More picture")
            more = self.rung.action(text, self.video_wanted.emit).hint(text, "Shift+T")
            self.rung.say(Tone.WARN, *rung_sentences(rung, view.reason), more)
        self._rung = rung
        self._place_rung()

    def _place_rung(self) -> None:
        self.rung.setVisible(self._rung is not Rung.VIDEO and not self._compact)

    def _show_proposal(self) -> None:
        if self._proposed is None:
            return
        number = self._phone.reveal().shown if self._phone else ""
        ways = [self._telephone()]
        if not self._compact:
            ways.append(self._again(self.tr("Try video again")))
        shown = not self.proposal.isHidden()
        self.proposal.say(Tone.WARN, proposal_sentence(self._proposed), number, *ways)
        self.proposal.setVisible(shown)

    def _show_devices(self) -> None:
        if not self._missing:
            return
        texts = [error_text(kind) for kind in self._missing]
        titles = "  ·  ".join(text.title for text in texts)
        self.devices.say(Tone.WARN, titles, texts[0].advice, self._choose_devices(self.devices))

    def _show_news(self) -> None:
        texts = news_texts(self._news)
        if texts is not None:
            close = self.news.action(self.tr("Close"), self.news_noted.emit, kind="quiet")
            self.news.say(Tone.ACCENT, *texts, self._choose_devices(self.news), close)

    def _time_advice(self, line: TimeLine) -> str:
        return "" if self._compact and not line.closable else line.advice

    def _time_buttons(self, line: TimeLine) -> tuple[Button, ...]:
        if line.minutes:
            text = self.tr("Extend by {count} min").format(count=line.minutes)
            more = self.time.action(text, self.more_time_wanted.emit, name="extendCall")
            return (more.hint(self.tr("Gives the conversation more time, in the calendar too"), "L"),)
        if line.closable:
            return (self.time.action(self.tr("Close"), self.time_noted.emit, kind="quiet"),)
        return ()

    def _choose_devices(self, notice: Notice) -> Button:
        return notice.action(self.tr("Devices"), self.devices_wanted.emit).hint(self.tr("Devices"), "D")

    def _telephone(self) -> Button:
        text = self.tr("Continue on telephone")
        button = self.proposal.action(text, self.telephone_wanted.emit, kind="primary")
        return button.hint(text, "T")

    def _again(self, text: str) -> Button:
        return self.proposal.action(text, self.video_wanted.emit).hint(text, "Shift+T")


def _alike(one: TimeLine, other: TimeLine) -> bool:
    """Tell whether two lines differ in nothing but words."""
    return (one.tone, one.minutes, one.closable) == (other.tone, other.minutes, other.closable)
