"""Who is in the rooms now, as the room service last said; in memory, for it is true only while the line is up."""

from collections.abc import Callable

from app.domain.ids import BookingId
from app.domain.waiting import PatientPresence


class Presences:
    """The `PresenceBook`; `on_change` is called after each change of what it holds."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._latest: dict[BookingId, PatientPresence] = {}

    def note(self, presence: PatientPresence) -> None:
        if self._latest.get(presence.booking_id) != presence:
            self._latest[presence.booking_id] = presence
            self._on_change()

    def line_down(self) -> None:
        if self._latest:
            self._latest.clear()
            self._on_change()

    def of(self, booking_id: BookingId) -> PatientPresence | None:
        """Return the latest word on a booking's room."""
        return self._latest.get(booking_id)

    def all(self) -> tuple[PatientPresence, ...]:
        """Return the latest word on every room heard of."""
        return tuple(self._latest.values())
