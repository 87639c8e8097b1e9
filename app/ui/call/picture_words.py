"""A picture on its way into the record in words: how true it is that it is there, and who agreed to it."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.booking import RowState
from app.domain.record_picture import PictureRow
from app.ui.danish_time import at_text, since_text
from app.ui.theme.tokens import Tone
from app.ui.words import Label, row_label
from app.video.side.talk_events import StillPicture


def consent_text(picture: StillPicture, now: datetime) -> str:
    """Return who agreed to a picture and when."""
    translate = QCoreApplication.translate
    time = at_text(picture.consent_at, now)
    if picture.asked:
        return translate("PictureWords", "Consent given {time}").format(time=time)
    return translate("PictureWords", "Sent by the patient {time}").format(time=time)


def picture_label(row: PictureRow, now: datetime) -> Label:
    """Return how far a picture is on its way, and since when."""
    if row.row_state is RowState.CONFLICT:
        text = QCoreApplication.translate("PictureWords", "refused {time}")
        return Label(text.format(time=since_text(row.since, now)), Tone.BAD, "warning")
    return row_label(row.row_state, row.since, now)
