"""What was asked for here against what the practice system now holds: the three-way rule on real resources."""

from dataclasses import dataclass, replace

from app.domain.actions import ActionKind, PendingAction
from app.domain.arrangement import Arrangement, Conflict, Standing, Wish, changed_fields
from app.domain.booking import Booking, PlannedTime
from app.domain.ids import ActionId
from app.domain.outcome import OutcomeKind
from app.sync.conflicts import Clash, Done, Merged, merge
from app.sync.fhir.change_mark import as_left_by, carried_out, changed_by
from app.sync.fhir.elements import version_time
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.parse_calendar import arrangement_in

_WISHES = {
    ActionKind.MOVE_APPOINTMENT: Wish.MOVE,
    ActionKind.CANCEL_APPOINTMENT: Wish.CANCEL,
    ActionKind.WRITE_OUTCOME: Wish.OUTCOME,
}


class ClashError(Exception):
    """The newest version does not go with what was asked for."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict.wish.value)
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish for an appointment: by which action, what was asked for, and what the asker may have seen before.

    `seen` has more than one version when a move was still on its way at the time.
    """

    action_id: ActionId
    wish: Wish
    mine: Arrangement
    seen: tuple[Arrangement, ...]

    def decide(self, appointment: JsonObject) -> Done | Merged:
        """Decide about the newest version; raises ClashError when the wish does not go with it."""
        before = self.before(appointment)
        theirs = arrangement_in(appointment, before)
        by, at = changed_by(appointment), version_time(appointment)
        decision = merge(self.wish, before, self.mine, theirs, by, at)
        if isinstance(decision, Clash):
            raise ClashError(decision.conflict)
        if isinstance(decision, Merged) and self._overtaken(appointment):
            # Done once, and undone by somebody since: not to be done a second time without asking.
            raise ClashError(Conflict(self.wish, before, self.mine, theirs, by, at))
        return decision

    def before(self, appointment: JsonObject) -> Arrangement:
        """Return what the wish starts from: of what was seen that which still stands, or what we made of it."""
        newest = self.seen[-1]
        theirs = arrangement_in(appointment, newest)
        if as_left_by(appointment, self.action_id):
            return theirs
        return next((seen for seen in self.seen if not changed_fields(seen, theirs)), newest)

    def gone(self) -> ClashError:
        """Return the clash with an appointment that has been deleted."""
        before = self.seen[-1]
        return ClashError(Conflict(self.wish, before, self.mine, replace(before, standing=Standing.CANCELLED)))

    def _overtaken(self, appointment: JsonObject) -> bool:
        return carried_out(appointment, self.action_id) and not as_left_by(appointment, self.action_id)


def wanted(action: PendingAction, booking: Booking) -> Wanted:
    """Return what an action on a booking's appointment asks for."""
    wish = _WISHES[action.kind]
    now = _arrangement(booking, _planned(booking), Standing.BOOKED)
    earlier = (_arrangement(booking, booking.moved_from, Standing.BOOKED),) if booking.moved_from else ()
    if booking.conflict is not None:
        seen: tuple[Arrangement, ...] = (booking.conflict.theirs,)
    elif wish is Wish.MOVE:
        seen = earlier or (now,)
    else:
        seen = (*earlier, now)
    return Wanted(action.id, wish, replace(now, standing=_standing(wish, booking)), seen)


def _standing(wish: Wish, booking: Booking) -> Standing:
    if wish is Wish.MOVE:
        return Standing.BOOKED
    failed = booking.outcome is not None and booking.outcome.kind is OutcomeKind.TECHNICAL_FAILURE
    return Standing.CANCELLED if wish is Wish.CANCEL or failed else Standing.ENDED


def _planned(booking: Booking) -> PlannedTime:
    return PlannedTime(booking.start, booking.end, booking.slot_id)


def _arrangement(booking: Booking, planned: PlannedTime, standing: Standing) -> Arrangement:
    return Arrangement(
        start=planned.start,
        end=planned.end,
        slot_id=planned.slot_id,
        clinician_id=booking.clinician_id,
        form=booking.form.value,
        standing=standing,
    )
