"""Follows one patient's card in the local copy."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import PatientId
from app.domain.views import PatientCard
from app.ui.controls.live import LiveRead
from app.ui.parts import ConsoleParts


class PatientWatch(QObject):
    """Emits `card_changed` with each fresh card of the patient last asked for; `failure` is why there is none.

    While the owner is hidden nothing is read for it.
    """

    card_changed = Signal()

    def __init__(self, owner: QWidget, parts: ConsoleParts) -> None:
        super().__init__(owner)
        self._parts = parts
        self._wanted: PatientId | None = None
        self.card: PatientCard | None = None
        self.failure: ErrorKind | None = None
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.PATIENTS | Changes.BOOKINGS,
            read=self._card,
            show=self._show,
            fail=self._fail,
            looks=owner.isVisible,
        )

    @property
    def patient_id(self) -> PatientId | None:
        """Who is followed."""
        return self._wanted

    def watch(self, patient_id: PatientId | None) -> None:
        """Follow this patient from now on, or nobody."""
        self._wanted = patient_id
        self.card = self.failure = None
        self._read.restart()

    def catch_up(self) -> None:
        """Read what changed while the owner was hidden."""
        self._read.catch_up()

    async def _card(self) -> PatientCard | None:
        return None if self._wanted is None else await self._parts.views.patient_card(self._wanted)

    def _show(self, card: PatientCard | None) -> None:
        self.card, self.failure = card, None
        self.card_changed.emit()

    def _fail(self, kind: ErrorKind) -> None:
        self.card, self.failure = None, kind
        self.card_changed.emit()
