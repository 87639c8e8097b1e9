"""The pictures of a call: the patient large, ourselves in a corner, and a sentence when there is nothing to see."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.controls.labels import text_label
from app.ui.controls.surface import VideoSurface


class CallStage(QWidget):
    """Lays our own picture over the patient's; the sentence stands in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.remote = VideoSurface()
        self.local = VideoSurface(mirrored=True, radius=10)
        self.sentence: QLabel = text_label(wrap=True)
        self.remote.setParent(self)
        self.local.setParent(self)
        self.sentence.setParent(self)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setStyleSheet("color: #e7eef1; font-size: 19px; font-weight: 600;")
        self.remote.setAccessibleName(self.tr("The patient's picture"))
        self.local.setAccessibleName(self.tr("Your own picture"))
        self.setMinimumSize(240, 150)

    def say(self, sentence: str) -> None:
        """Write a sentence over the picture; an empty one leaves the picture alone."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = self.width(), self.height()
        self.remote.setGeometry(self.rect())
        own = max(96, min(224, width // 4))
        margin = 16 if width > 480 else 8
        own_height = own * 9 // 16
        self.local.setGeometry(width - own - margin, height - own_height - margin, own, own_height)
        self.sentence.setGeometry(QRect(24, height // 2 - 60, width - 48, 120))
        self.local.raise_()
        self.sentence.raise_()
