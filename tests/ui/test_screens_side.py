"""Draws what stands beside the picture in a call, for a person to judge."""

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QRadialGradient
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.domain.booking import RowState
from app.domain.errors import ErrorKind
from app.ui.call.side_panel import Pane
from app.ui.call.window import CallWindow
from app.ui.theme.theme import Theme
from app.video.side.messages import CardSeen, ChatGot, ChatLine, Hello, PictureAnswer, PictureAnswered, PictureHead
from tests.ui.face import face
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World
from tests.ui.gallery import Gallery
from tests.ui.test_screens import open_call
from tests.ui.test_side import PAGE, arrived

pytestmark = pytest.mark.screens
_SIZE = ((1120, 760),)


def skin() -> bytes:
    """A patch of skin with a mole on it, as a patient would hold it to the camera."""
    image = QImage(2048, 1536, QImage.Format.Format_RGB32)
    image.fill(QColor("#d9a98a"))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mole = QRadialGradient(QPointF(1050, 760), 260)
        mole.setColorAt(0, QColor("#5a3323"))
        mole.setColorAt(0.8, QColor("#7d4a33"))
        mole.setColorAt(1, QColor("#d9a98a"))
        painter.setBrush(mole)
        painter.setPen(QColor("#d9a98a"))
        painter.drawEllipse(QPointF(1050, 760), 270, 220)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")  # type: ignore[call-overload]  # the stubs want bytes, Qt takes a name
    return bytes(held.data())


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


@pytest.fixture
def live(qtbot: QtBot, theme: Theme, world: World) -> tuple[CallWindow, FakeCall]:
    window = open_call(qtbot, theme, world)
    call = world.calls[0]
    call.remote.put(face())
    call.local.put(face(640, 360, 40))
    call.go_live()
    call.side.hear(Hello(PAGE, "", 0))
    return window, call


def test_chat(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    window.side.open_panel(Pane.CHAT)
    gallery.draw("40-call-chat-empty", window, _SIZE)
    call.side.say("Hvad hedder medicinen?")
    call.side.hear(ChatGot(1))
    call.side.hear(ChatLine(1, "Eliquis 5 mg"))
    call.side.hear(ChatLine(2, "Jeg tager den morgen og aften, og jeg har lige hentet en ny pakke på apoteket."))
    call.side.say("Godt. Tag den som hidtil, og ring, hvis du får blå mærker eller bløder fra tandkødet.")
    call.side.hear(
        ChatLine(3, "https://min.medicin.dk/Medicin/Praeparater/6428-en-meget-lang-adresse-uden-mellemrum")
    )
    call.side.hear(ChatGot(2))
    call.side.say("Tak")
    gallery.draw("41-call-chat", window, (*_SIZE, (1366, 768)))
    window.side.close_panel()
    call.side.hear(ChatLine(4, "Hov"))
    gallery.draw("42-call-chat-unread", window, _SIZE)


def test_pictures(qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    window.side.ask_picture()
    gallery.draw("43-call-picture-asked", window, _SIZE)
    call.side.hear(PictureAnswered(1, PictureAnswer.REFUSED))
    gallery.draw("44-call-picture-refused", window, _SIZE)
    window.side.ask_picture()
    call.side.hear(PictureAnswered(2, PictureAnswer.TAKING))
    call.side.hear(PictureHead(1, 2, 900_000, "0" * 64))
    gallery.draw("45-call-picture-arriving", window, _SIZE)
    call.side.hear(arrived(skin(), 2))
    call.side.hear(arrived(skin(), 0, 2))
    qtbot.waitUntil(lambda: window.side.findChild(QToolButton, "picture-2") is not None)
    gallery.draw("46-call-pictures", window, _SIZE)
    viewer = window.side.viewer
    assert viewer is not None
    gallery.draw("47-picture-viewer", viewer, ((980, 760),))
    for _ in range(6):
        viewer.canvas.zoom_by(1.25)
    gallery.draw("48-picture-viewer-close", viewer, ((980, 760),))


def test_picture_saving(qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery, world: World) -> None:
    window, call = live
    for number in (1, 2):
        call.side.hear(arrived(skin() + bytes(number), 0, number))
    qtbot.waitUntil(lambda: window.side.findChild(QToolButton, "picture-2") is not None)
    panel = window.side.pictures
    for _, line in panel._savings.values():
        line.button.click()
        qtbot.waitUntil(lambda line=line: line.state.text() != "")  # type: ignore[misc]
    panel.opened.emit(QImage.fromData(skin()), call.side.state.pictures[0])
    viewer = window.side.viewer
    assert viewer is not None
    first, second = world.pictures.saved
    for name, state, failure in (
        ("52-picture-sent", RowState.SENT, None),
        ("53-picture-waits", RowState.QUEUED, ErrorKind.PRACTICE_UNREACHABLE),
        ("54-picture-saved", RowState.CONFIRMED, None),
        ("55-picture-refused", RowState.CONFLICT, ErrorKind.PICTURE_REFUSED),
        ("56-picture-too-large", RowState.CONFLICT, ErrorKind.PICTURE_TOO_LARGE),
    ):
        for each in (first, second):
            world.pictures.become(each, state, failure)
        QApplication.processEvents()
        qtbot.waitUntil(lambda: viewer.saving.state.text() != "gemt her 10.04")
        gallery.draw(name, viewer, ((980, 760),))
        gallery.draw(f"{name}-panel", window, _SIZE)


def test_share(qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    window.side.open_panel(Pane.SHARE)
    share = window.side.share
    qtbot.waitUntil(lambda: share.choices.count() > 0)
    gallery.draw("49-call-share", window, _SIZE)
    share.choices.setCurrentRow(0)
    gallery.draw("50-call-share-chosen", window, _SIZE)
    share.show_button.click()
    call.side.hear(CardSeen(True))
    gallery.draw("51-call-share-shown", window, _SIZE)
