"""What an appointment says that two people can change at once, and what to show when they did."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from app.domain.ids import ClinicianId, SlotId


@unique
class Standing(Enum):
    """Whether an appointment holds, as far as two people can disagree about it."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    ENDED = "ended"


@unique
class ArrangementField(Enum):
    """One thing that can differ between two versions of an appointment, as a person would name it."""

    TIME = "time"
    CLINICIAN = "clinician"
    FORM = "form"
    STANDING = "standing"


@unique
class Wish(Enum):
    """What was asked for here when somebody else came first."""

    MOVE = "move"
    CANCEL = "cancel"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The arrangement between patient and clinic in one version of an appointment; instants are aware UTC.

    `form` is the value of a `ConsultationForm`, or empty where the version does not tell.
    """

    start: datetime
    end: datetime
    slot_id: SlotId | None
    clinician_id: ClinicianId | None
    form: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two changes of one appointment that cannot both stand: as it was, as asked for here, and as it is now.

    `by` is the name of who changed it and `at` when, as far as the practice system tells.
    """

    wish: Wish
    before: Arrangement
    mine: Arrangement
    theirs: Arrangement
    by: str = ""
    at: datetime | None = None


def changed_fields(before: Arrangement, after: Arrangement) -> frozenset[ArrangementField]:
    """Return in what two versions differ; times count as the same within a minute, as systems round them."""
    fields: set[ArrangementField] = set()
    apart = max(abs((after.start - before.start).total_seconds()), abs((after.end - before.end).total_seconds()))
    if apart >= 60:
        fields.add(ArrangementField.TIME)
    if after.clinician_id != before.clinician_id:
        fields.add(ArrangementField.CLINICIAN)
    if after.form and before.form and after.form != before.form:
        fields.add(ArrangementField.FORM)
    if after.standing is not before.standing:
        fields.add(ArrangementField.STANDING)
    return frozenset(fields)


def shown_fields(conflict: Conflict) -> tuple[ArrangementField, ...]:
    """Return the fields a person has to see to decide: those that either side changed, in the order of the enum."""
    changed = changed_fields(conflict.before, conflict.mine) | changed_fields(conflict.before, conflict.theirs)
    return tuple(field for field in ArrangementField if field in changed)
