"""One kind of device: what there is of it, and which is wished for."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from app.domain.devices import DeviceKind
from app.ui.controls.labels import text_label
from app.ui.devices.words import default_choice, kind_title
from app.video.devices.devices_view import DevicesView


class DeviceChooser(QWidget):
    """A titled list; emits the name chosen, empty for following the system. More can be put below it."""

    chosen = Signal(str)

    def __init__(self, kind: DeviceKind) -> None:
        super().__init__()
        self._kind = kind
        self._shown: tuple[tuple[str, ...], str] | None = None
        self.list = QComboBox()
        self.list.setObjectName(f"choose{kind.name.capitalize()}")
        self.list.setAccessibleName(kind_title(kind))
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.list.activated.connect(lambda row: self.chosen.emit(self.list.itemData(row)))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(text_label(kind_title(kind), "strong"))
        self._column.addWidget(self.list)

    def put(self, part: QWidget) -> None:
        """Add a part below the list."""
        self._column.addWidget(part)

    def show_view(self, view: DevicesView) -> None:
        """List what there is; a list that stays the same is left alone, for it may be open."""
        names, wish = view.present.of(self._kind), view.wish.of(self._kind)
        if (names, wish) == self._shown:
            return
        self._shown = (names, wish)
        self.list.clear()
        self.list.addItem(default_choice(names), "")
        for name in names:
            self.list.addItem(name, name)
        self.list.setCurrentIndex(max(0, self.list.findData(wish)))
        self.list.setEnabled(bool(names))
