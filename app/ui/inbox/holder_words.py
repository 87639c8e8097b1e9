"""Who has a thread, in a few words."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.assignment import ThreadHolder
from app.domain.ids import ClinicianId
from app.domain.views import ThreadRow
from app.ui.danish_time import at_text, since_text
from app.ui.theme.tokens import Tone
from app.ui.words import Label


def holder_label(row: ThreadRow, me: ClinicianId, now: datetime) -> Label | None:
    """Return who has a thread, or who was first; None when nobody has it."""
    translate = QCoreApplication.translate
    if row.lost_to is not None:
        return Label(lost_text(row.lost_to, now), Tone.WARN, "warning-circle")
    holder = row.holder
    if holder is None:
        return None
    if holder.clinician_id == me:
        return Label(translate("Holder", "You have it"), Tone.ACCENT, "user-circle-plus")
    if holder.answering(now):
        text = translate("Holder", "{name} has been answering since {time}")
        said = text.format(name=holder.name, time=since_text(holder.since, now))
        return Label(said, Tone.WARN, "pencil-simple")
    return Label(translate("Holder", "{name} has it").format(name=holder.name), Tone.QUIET, "user")


def lost_text(winner: ThreadHolder, now: datetime) -> str:
    """Return who took the thread first, and when."""
    text = QCoreApplication.translate("Holder", "{name} took it first {time}")
    return text.format(name=winner.name, time=at_text(winner.since, now))
