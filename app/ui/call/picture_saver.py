"""What a call's pictures have come to in the record: read from the local copy, and saved by one click."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.booking import Booking
from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import PictureId, picture_id_of
from app.domain.record_picture import PictureRow
from app.ui.controls.live import LiveRead
from app.ui.parts import ConsoleParts
from app.ui.tasks import Tasks
from app.video.side.talk_events import StillPicture


@dataclass(frozen=True, slots=True)
class Saving:
    """How one picture stands: `row` None while it is not saved; `failure` is why the last click did nothing."""

    busy: bool = False
    row: PictureRow | None = None
    failure: ErrorKind | None = None


class PictureSaver(QObject):
    """Pictures of one booking's call; `changed` when any of them stands differently."""

    changed = Signal()

    def __init__(self, owner: QObject, parts: ConsoleParts, booking: Booking) -> None:
        super().__init__(owner)
        self._parts = parts
        self._booking = booking
        self._tasks = Tasks(self)
        self._ids: dict[int, PictureId] = {}
        self._rows: dict[PictureId, PictureRow] = {}
        self._busy: set[PictureId] = set()
        self._failures: dict[PictureId, ErrorKind] = {}
        self._read = LiveRead(
            self,
            parts.changes,
            Changes.PICTURES | Changes.OUTBOX,
            read=lambda: parts.views.pictures(booking.id),
            show=self._take,
            fail=lambda _kind: None,
            looks=lambda: bool(self._ids),
        )

    def saving(self, picture: StillPicture) -> Saving:
        """Return how a picture of the call stands."""
        picture_id = self._id(picture)
        return Saving(picture_id in self._busy, self._rows.get(picture_id), self._failures.get(picture_id))

    def save(self, picture: StillPicture) -> None:
        """Save a picture in the record, or have one tried again that failed; what goes well is left alone."""
        picture_id = self._id(picture)
        row = self._rows.get(picture_id)
        if picture_id not in self._busy and (row is None or row.failure is not None):
            self._busy.add(picture_id)
            self._failures.pop(picture_id, None)
            self.changed.emit()
            self._tasks.start(self._save(picture_id, picture), "save picture")

    def forget(self) -> None:
        """Let go of the pictures that are gone with their call; what was saved is saved."""
        self._ids.clear()

    async def _save(self, picture_id: PictureId, picture: StillPicture) -> None:
        desk = self._parts.pictures
        try:
            if picture_id in self._rows:
                await desk.retry(picture_id)
            else:
                await desk.save(self._booking, picture.data, picture.consent_at, asked=picture.asked)
            self._take(await self._parts.views.pictures(self._booking.id))
        except KlinikError as error:
            self._failures[picture_id] = error.kind
        finally:
            self._busy.discard(picture_id)
            self.changed.emit()

    def _take(self, rows: tuple[PictureRow, ...]) -> None:
        self._rows = {row.id: row for row in rows}
        self.changed.emit()

    def _id(self, picture: StillPicture) -> PictureId:
        if picture.number not in self._ids:
            self._ids[picture.number] = picture_id_of(self._booking.id, picture.data)
            self._read.refresh()
        return self._ids[picture.number]
