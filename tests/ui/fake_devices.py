"""Devices a test plugs in and pulls out by hand."""

from dataclasses import replace

from app.domain.devices import Choice, DeviceKind, Present
from app.video.devices.devices_view import DevicesView
from app.video.frames import FrameSlot
from tests.ui.face import face

DESK = Present(
    ("Logitech Brio", "Integrated Webcam"),
    ("Jabra Evolve2 40", "Logitech Brio", "Mikrofon (Realtek Audio)"),
    ("Jabra Evolve2 40", "Højttalere (Realtek Audio)"),
)


class FakeDevices:
    """Devices whose view a test sets; what is chosen is used at once."""

    def __init__(self, present: Present = DESK) -> None:
        first = Choice(
            *(names[0] if names else "" for names in (present.cameras, present.microphones, present.speakers))
        )
        self.view = DevicesView(present=present, in_use=first, opened=True)
        self.microphone_level = 0.0
        self.level_in = 0.0
        self.tried = 0
        self.closed = False
        self.preview: FrameSlot | None = None

    def become(self, **fields: object) -> None:
        self.view = replace(self.view, **fields)  # type: ignore[arg-type]  # any field, named by the test

    def choose(self, kind: DeviceKind, name: str) -> None:
        used = name or self.view.present.of(kind)[0]
        self.become(wish=self.view.wish.changed(kind, name), in_use=self.view.in_use.changed(kind, used))

    def note_news(self) -> None:
        self.become(news=())

    def try_sound(self) -> None:
        self.tried += 1

    def open_preview(self) -> FrameSlot:
        self.preview = FrameSlot()
        if self.view.in_use.camera and self.view.camera_on:
            self.preview.put(face(640, 480))
        return self.preview

    def close_preview(self) -> None:
        self.preview = None

    async def close(self) -> None:
        self.closed = True
        self.become(over=True)
