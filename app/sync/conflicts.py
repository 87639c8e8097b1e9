"""Two people changed one appointment: the rule that says whether both changes can stand.

Three versions are compared: `before`, what the one who asked here saw; `mine`, what was asked for; and `theirs`,
the newest in the practice system. Pure, and about arrangements only: all else in the newest version is kept anyway.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.arrangement import Arrangement, ArrangementField, Conflict, Wish, changed_fields

_RELIED_ON = {
    Wish.MOVE: frozenset({ArrangementField.TIME, ArrangementField.CLINICIAN, ArrangementField.STANDING}),
    Wish.CANCEL: frozenset({ArrangementField.TIME, ArrangementField.CLINICIAN, ArrangementField.STANDING}),
    Wish.OUTCOME: frozenset({ArrangementField.STANDING}),
}
"""What must still be as it was seen: nobody cancels, unseen, an appointment that meanwhile is another one."""
_BOUND_TO_SLOT = frozenset({Wish.MOVE, Wish.CANCEL})


@dataclass(frozen=True, slots=True)
class Done:
    """The newest version is what was asked for already: an answer was lost, or both asked for the same."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes can stand: the newest version with what was asked for in it, which is to be written."""

    arrangement: Arrangement


@dataclass(frozen=True, slots=True)
class Clash:
    """Only one of the changes can stand, and a person has to say which."""

    conflict: Conflict


def merge(
    wish: Wish,
    before: Arrangement,
    mine: Arrangement,
    theirs: Arrangement,
    by: str = "",
    at: datetime | None = None,
) -> Done | Merged | Clash:
    """Decide about a wish; `by` and `at`, who made the newest version and when, only go into the conflict.

    Of an outcome `Done` is never said here: an arrangement does not tell how a consultation ended.
    """
    touched = changed_fields(before, mine)
    if _fulfilled(wish, touched, before, mine, theirs):
        return Done()
    if _disturbed(wish, touched, before, theirs):
        return Clash(Conflict(wish, before, mine, theirs, by, at))
    return Merged(_with(touched, before, mine, theirs))


def _fulfilled(
    wish: Wish, touched: frozenset[ArrangementField], before: Arrangement, mine: Arrangement, theirs: Arrangement
) -> bool:
    if wish is Wish.OUTCOME:
        return False
    if ArrangementField.TIME not in touched and mine.slot_id not in (before.slot_id, theirs.slot_id):
        return False
    asked = touched | {ArrangementField.STANDING}
    return asked.isdisjoint(changed_fields(mine, theirs))


def _disturbed(wish: Wish, touched: frozenset[ArrangementField], before: Arrangement, theirs: Arrangement) -> bool:
    if not changed_fields(before, theirs).isdisjoint(_RELIED_ON[wish] | touched):
        return True
    # A server, or a system that keeps no slots, may leave them out; only another slot says that something happened.
    both_known = before.slot_id is not None and theirs.slot_id is not None
    return wish in _BOUND_TO_SLOT and both_known and before.slot_id != theirs.slot_id


def _with(
    touched: frozenset[ArrangementField], before: Arrangement, mine: Arrangement, theirs: Arrangement
) -> Arrangement:
    merged = theirs
    if ArrangementField.TIME in touched or mine.slot_id != before.slot_id:
        merged = replace(merged, start=mine.start, end=mine.end, slot_id=mine.slot_id)
    if ArrangementField.CLINICIAN in touched:
        merged = replace(merged, clinician_id=mine.clinician_id)
    if ArrangementField.FORM in touched:
        merged = replace(merged, form=mine.form)
    if ArrangementField.STANDING in touched:
        merged = replace(merged, standing=mine.standing)
    return merged
