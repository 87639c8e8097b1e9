"""Phoning a patient of the waiting room: dial, tell who is being phoned, and offer to write down how it went."""

from PySide6.QtCore import QObject

from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind, KlinikError
from app.domain.views import WaitingRow
from app.ui.console.calls import Calls
from app.ui.controls.notice import Notice
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.ui.theme.tokens import Tone


class Phoning(QObject):
    """Tells of the call in the window's banner."""

    def __init__(self, owner: QObject, parts: ConsoleParts, calls: Calls, banner: Notice) -> None:
        super().__init__(owner)
        self._parts = parts
        self._calls = calls
        self._banner = banner
        self._tasks = Tasks(self)

    def phone(self, row: WaitingRow) -> None:
        """Phone the patient of a card."""
        self._tasks.start(self._phone(row), "phone waiting patient")

    async def _phone(self, row: WaitingRow) -> None:
        name, phone = row.patient_name.reveal(), row.booking.phone
        began, banner = self._parts.clock(), self._banner

        def ask_how_it_went() -> None:
            steps = (MediumStep(began, Medium.TELEPHONE, StepReason.STARTED),)
            self._calls.finish(row.booking, name, CallRecord(began, steps, ended_at=self._parts.clock()))

        def switch_to_video() -> None:
            banner.hide()
            steps = (MediumStep(began, Medium.TELEPHONE, StepReason.STARTED),)
            self._calls.continue_by_video(row.booking, name, CallRecord(began, steps))

        finish = banner.action(self.tr("Finish …"), ask_how_it_went, name="finishPhoned")
        video = banner.action(self.tr("Switch to video"), switch_to_video, name="phonedToVideo")
        close = banner.action(self.tr("Close"), banner.hide, kind="quiet")
        if phone is None:
            banner.say_error(ErrorKind.PATIENT_HAS_NO_PHONE, close)
            return
        dialled = self._parts.dialler.dial(phone.reveal().tel_uri)
        title = self.tr("Phone {name} on {number}").format(name=name, number=phone.reveal().shown)
        advice = "" if dialled else self.tr("This PC has no program to phone with. Dial the number.")
        banner.say(Tone.ACCENT if dialled else Tone.WARN, title, advice, finish, video, close)
        try:
            await self._parts.desk.call_started(row.booking.id)
        except KlinikError as error:
            banner.say_error(error.kind, banner.action(self.tr("Close"), banner.hide))
