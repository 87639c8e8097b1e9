"""A conflict as a secretary would tell it: who did what while you did something else, and how the two differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.arrangement import (
    Arrangement,
    ArrangementField,
    Conflict,
    Standing,
    Wish,
    changed_fields,
    shown_fields,
)
from app.domain.booking import ConsultationForm
from app.domain.ids import ClinicianId
from app.ui.danish_time import at_text, moment_text
from app.ui.words import form_label

Names = Mapping[ClinicianId, str]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One line of the comparison; `theirs_new` and `mine_new` tell which side changed the field."""

    field: str
    before: str
    theirs: str
    mine: str
    theirs_new: bool
    mine_new: bool


def colleague(name: str) -> str:
    """Return a colleague's name, or a word for somebody whose name is not told."""
    return name or QCoreApplication.translate("Conflict", "somebody else")


def conflict_title(conflict: Conflict, now: datetime) -> str:
    """Return what happened in one sentence, such as `Jens Holm flyttede aftalen kl. 10.12, mens du aflyste den`."""
    who = colleague(conflict.by)
    theirs = _theirs(conflict).format(who=who[:1].upper() + who[1:])
    if conflict.at is not None:
        theirs = f"{theirs} {at_text(conflict.at, now)}"
    return QCoreApplication.translate("Conflict", "{theirs}, {mine}").format(
        theirs=theirs, mine=_mine(conflict.wish)
    )


def let_stand_text(conflict: Conflict) -> str:
    """Return what the button says that gives way."""
    if not conflict.by:
        return QCoreApplication.translate("Conflict", "Let the other change stand")
    return QCoreApplication.translate("Conflict", "Let {whose} change stand").format(whose=genitive(conflict.by))


def keep_mine_text(conflict: Conflict) -> str:
    """Return what the button says that does what was asked for here all the same."""
    translate = QCoreApplication.translate
    return {
        Wish.MOVE: translate("Conflict", "Move it all the same"),
        Wish.CANCEL: translate("Conflict", "Cancel it all the same"),
        Wish.OUTCOME: translate("Conflict", "Save my outcome all the same"),
    }[conflict.wish]


def conflict_lines(conflict: Conflict, now: datetime, names: Names) -> tuple[ConflictLine, ...]:
    """Return the lines a person has to see to decide."""
    mine = changed_fields(conflict.before, conflict.mine)
    theirs = changed_fields(conflict.before, conflict.theirs)

    def value(arrangement: Arrangement, field: ArrangementField) -> str:
        return _value(arrangement, field, now, names)

    return tuple(
        ConflictLine(
            _field_text(field),
            value(conflict.before, field),
            value(conflict.theirs, field),
            value(conflict.mine, field),
            field in theirs,
            field in mine,
        )
        for field in shown_fields(conflict)
    )


def genitive(name: str) -> str:
    """Return whose something is in Danish: `Jens Holms`, `Lars'`."""
    return f"{name}'" if name[-1:].lower() in ("s", "x", "z") else f"{name}s"


def _theirs(conflict: Conflict) -> str:
    translate = QCoreApplication.translate
    changed = changed_fields(conflict.before, conflict.theirs)
    if ArrangementField.STANDING in changed and conflict.theirs.standing is Standing.CANCELLED:
        return translate("Conflict", "{who} cancelled the appointment")
    if ArrangementField.STANDING in changed and conflict.theirs.standing is Standing.ENDED:
        return translate("Conflict", "{who} finished the appointment")
    if ArrangementField.TIME in changed:
        return translate("Conflict", "{who} moved the appointment")
    if ArrangementField.CLINICIAN in changed:
        return translate("Conflict", "{who} gave the appointment to another clinician")
    return translate("Conflict", "{who} changed the appointment")


def _mine(wish: Wish) -> str:
    translate = QCoreApplication.translate
    return {
        Wish.MOVE: translate("Conflict", "while you moved it"),
        Wish.CANCEL: translate("Conflict", "while you cancelled it"),
        Wish.OUTCOME: translate("Conflict", "while you finished it"),
    }[wish]


def _field_text(field: ArrangementField) -> str:
    translate = QCoreApplication.translate
    return {
        ArrangementField.TIME: translate("Conflict", "Time"),
        ArrangementField.CLINICIAN: translate("Conflict", "With"),
        ArrangementField.FORM: translate("Conflict", "How"),
        ArrangementField.STANDING: translate("Conflict", "State"),
    }[field]


def _value(arrangement: Arrangement, field: ArrangementField, now: datetime, names: Names) -> str:
    translate = QCoreApplication.translate
    match field:
        case ArrangementField.TIME:
            return moment_text(arrangement.start, now)
        case ArrangementField.CLINICIAN:
            clinician = arrangement.clinician_id
            return names.get(clinician, translate("Conflict", "another clinician")) if clinician else "–"
        case ArrangementField.FORM:
            return form_label(ConsultationForm(arrangement.form)).text if arrangement.form else "–"
        case ArrangementField.STANDING:
            return {
                Standing.BOOKED: translate("Conflict", "Booked"),
                Standing.CANCELLED: translate("Conflict", "Cancelled"),
                Standing.ENDED: translate("Conflict", "Finished"),
            }[arrangement.standing]
