"""Handing out what is kept here of one patient: find the patient, choose a file, done."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout

from app.domain.changes import Changes
from app.domain.errors import KlinikError
from app.domain.patient import Patient
from app.domain.views import Found
from app.ui.controls.buttons import Button
from app.ui.controls.labels import text_label
from app.ui.controls.live import LiveRead
from app.ui.controls.notice import Notice
from app.ui.parts import ConsoleParts
from app.ui.settings.card import SettingsCard
from app.ui.settings.words import size_text
from app.ui.tasks import Tasks
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import Tone

_SHOWN = 5


class ExportCard(SettingsCard):
    """A field, the patients it finds, and what came of the export."""

    def __init__(self, theme: Theme, parts: ConsoleParts) -> None:
        super().__init__(
            self.tr("Export a patient's data"),
            self.tr("Writes all that is kept here of one patient to a JSON file, for a request for access."),
        )
        self._theme = theme
        self._parts = parts
        self._tasks = Tasks(self)
        self.field = QLineEdit()
        self.field.setObjectName("exportPatient")
        self.field.setPlaceholderText(self.tr("Name, CPR number or telephone"))
        self.field.setAccessibleName(self.tr("Patient whose data is to be exported"))
        self.nobody = text_label(self.tr("No patient found"), "muted")
        self.nobody.hide()
        self.answer = Notice(theme, name="exportNotice")
        self._found = QVBoxLayout()
        self._found.setSpacing(6)
        self._buttons: list[Button] = []
        for part in (self.field, self._found, self.nobody, self.answer):
            self.put(part)
        self._read = LiveRead(
            self, parts.changes, Changes.NOTHING, read=self._search, show=self._show, fail=self.answer.say_error
        )
        self.field.textChanged.connect(lambda _text: self._read.restart())

    def found(self) -> list[Button]:
        """One button for each patient found, best first."""
        return list(self._buttons)

    async def _search(self) -> Found:
        words = self.field.text().strip()
        return await self._parts.views.search(words, _SHOWN) if words else Found()

    def _show(self, found: Found) -> None:
        for old in self._buttons:
            self._found.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [self._button(one.patient) for one in found.patients[:_SHOWN]]
        for button in self._buttons:
            self._found.addWidget(button)
        self.nobody.setVisible(bool(self.field.text().strip()) and not found.patients)

    def _button(self, patient: Patient) -> Button:
        name = patient.name.reveal()
        cpr = f"  ·  {patient.cpr.reveal().shown}" if patient.cpr else ""
        text = self.tr("Export {name} …").format(name=f"{name}{cpr}")
        button = Button(self._theme, text, icon_name="download-simple", name="exportFound")
        button.setProperty("align", "left")
        button.clicked.connect(lambda _checked=False: self._ask_where(patient))
        return button

    def _ask_where(self, patient: Patient) -> None:
        """The proposed name tells nothing of the patient: file names end up in lists and logs."""
        dialog = QFileDialog(self, self.tr("Export a patient's data"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.setNameFilter(self.tr("JSON files (*.json)"))
        dialog.selectFile(self.tr("patient-data") + ".json")
        dialog.fileSelected.connect(partial(self._start, patient))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _start(self, patient: Patient, path: str) -> None:
        self.answer.say(Tone.QUIET, self.tr("Exporting …"))
        self._tasks.start(self._export(patient, Path(path)), "export patient")

    async def _export(self, patient: Patient, path: Path) -> None:
        try:
            size = await self._parts.local_data.export_patient(patient.id, path)
        except KlinikError as error:
            self.answer.say_error(error.kind)
            return
        title = self.tr("{name} has been exported ({size})").format(
            name=patient.name.reveal(), size=size_text(size)
        )
        advice = self.tr("{path} – delete the file when it has been handed over.").format(path=path)
        self.answer.say(Tone.GOOD, title, advice)
