"""Beside the picture: chat, still pictures with the patient's yes, and what the patient is shown."""

import gc
import hashlib
import json
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind
from app.domain.ids import new_booking_id
from app.ui.call import pictures
from app.ui.call.share_cards import note_card
from app.ui.call.side_panel import Pane
from app.ui.call.still_image import decode_still
from app.ui.call.window import CallWindow
from app.ui.call.zoom import MOST, Zoom, dragged, fit, in_room, zoomed
from app.video.side.assembly import Arrived
from app.video.side.messages import (
    LONGEST_CHAT,
    Card,
    CardSeen,
    ChatGot,
    ChatLine,
    Hello,
    PictureAnswer,
    PictureAnswered,
    PictureHead,
)
from app.video.side.talk_events import MOST_PICTURES, StillPicture
from app.video.side.write import fits
from tests.ui import people
from tests.ui.calls import finish
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World

PAGE = "0123456789abcdef"


def jpeg(width: int = 640, height: int = 480, colour: str = "#a04030") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG")  # type: ignore[call-overload]  # the stubs want bytes, Qt takes a name
    return bytes(held.data())


def arrived(data: bytes, asked: int, transfer: int = 1) -> Arrived:
    return Arrived(PictureHead(transfer, asked, len(data), hashlib.sha256(data).hexdigest()), data)


def told(call: FakeCall, kind: str) -> list[dict[str, object]]:
    """Return what the patient's page was told of one kind."""
    return [fields for fields in map(json.loads, call.said) if fields["type"] == kind]


def type_line(window: CallWindow, text: str) -> None:
    window.side.chat.field.setPlainText(text)
    QTest.keyClick(window.side.chat.field, Qt.Key.Key_Return)


@pytest.fixture
def there(call: FakeCall) -> FakeCall:
    call.side.hear(Hello(PAGE, "", 0))
    return call


def test_the_key_opens_the_chat_and_enter_sends(window: CallWindow, there: FakeCall) -> None:
    QTest.keyClick(window, Qt.Key.Key_C)
    assert window.side.pane is Pane.CHAT
    type_line(window, "Tag to om dagen & <b>ring</b>")
    assert told(there, "chat") == [{"type": "chat", "number": 1, "text": "Tag to om dagen & <b>ring</b>"}]
    (bubble,) = window.side.chat._bubbles
    assert bubble.words.text() == "Tag to om dagen & <b>ring</b>"
    assert bubble.note.text() == "Sendes, når patienten er forbundet"
    there.side.hear(ChatGot(1))
    assert bubble.note.text() == "10.04"
    type_line(window, "   ")
    type_line(window, "x" * (LONGEST_CHAT + 1))
    assert len(told(there, "chat")) == 1
    assert len(window.side.chat.field.toPlainText()) == LONGEST_CHAT + 1, "what was too long is not thrown away"


def test_what_the_patient_writes_is_counted_until_it_is_seen(window: CallWindow, there: FakeCall) -> None:
    there.side.hear(ChatLine(1, "Eliquis"))
    there.side.hear(ChatLine(2, "5 mg"))
    assert window.beside.chat.text() == "Chat (2)"
    assert window.side.pane is None, "nothing opens over the doctor's picture by itself"
    QTest.keyClick(window, Qt.Key.Key_C)
    assert window.beside.chat.text() == "Chat"
    there.side.hear(ChatLine(3, "to gange"))
    assert window.beside.chat.text() == "Chat"
    QTest.keyClick(window.side.chat.field, Qt.Key.Key_Escape)
    assert window.side.pane is None


def test_a_picture_is_asked_for_shown_and_said_to_be_agreed_to(
    qtbot: QtBot, window: CallWindow, there: FakeCall, world: World
) -> None:
    QTest.keyClick(window, Qt.Key.Key_B)
    assert told(there, "picture_ask") == [{"type": "picture_ask", "asked": 1}]
    assert window.side.pictures.line.text() == "Patienten bliver spurgt …"
    assert not window.side.pictures.ask.isEnabled()
    there.side.hear(PictureAnswered(1, PictureAnswer.TAKING))
    world.clock.pass_time(timedelta(minutes=1))
    there.side.hear(arrived(jpeg(1600, 1200), 1))
    qtbot.waitUntil(lambda: window.side.viewer is not None and window.side.viewer.isVisible())
    viewer = window.side.viewer
    assert viewer is not None
    assert viewer.consent.text() == "Samtykke givet kl. 10.04"
    assert viewer.size_line.text() == "1600 × 1200 billedpunkter"
    middle = viewer.canvas.grab().toImage().pixelColor(viewer.canvas.width() // 2, viewer.canvas.height() // 2)
    assert abs(middle.red() - 0xA0) < 8
    before = viewer.canvas.zoom.scale
    QTest.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.canvas.zoom.scale > before
    QTest.keyClick(viewer, Qt.Key.Key_0)
    assert viewer.canvas.zoom.scale == before
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    thumbnail = window.side.findChild(QToolButton, "picture-1")
    assert thumbnail is not None
    thumbnail.click()
    qtbot.waitUntil(viewer.isVisible)
    window.side.close_panel()
    window.beside.picture.click()
    assert window.side.pane is Pane.PICTURES
    assert len(told(there, "picture_ask")) == 1, "looking again is not asking again"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (PictureAnswer.REFUSED, "Patienten sagde nej tak til et billede."),
        (PictureAnswer.FAILED, "Patientens enhed kunne ikke tage billedet. Du kan spørge igen."),
    ],
)
def test_a_no_is_said_and_it_can_be_asked_again(
    window: CallWindow, there: FakeCall, answer: PictureAnswer, line: str
) -> None:
    window.side.ask_picture()
    there.side.hear(PictureAnswered(1, answer))
    assert window.side.pictures.line.text() == line
    window.side.pictures.ask.click()
    assert [fields["asked"] for fields in told(there, "picture_ask")] == [1, 2]
    window.side.pictures.withdraw.click()
    assert told(there, "picture_cancel") == [{"type": "picture_cancel", "asked": 2}]


@pytest.mark.qt_log_ignore("JPEG", "This plugin", extend=True)  # what Qt's own reader says of it
def test_what_is_no_picture_says_so_and_harms_nothing(qtbot: QtBot, window: CallWindow, there: FakeCall) -> None:
    for transfer, data in enumerate([b"GIF89a" + bytes(2000), jpeg()[:300], b"\xff\xd8\xff" * 700], 1):
        there.side.hear(arrived(data, 0, transfer))
    there.side.hear(arrived(jpeg(), 0, 9))
    qtbot.waitUntil(lambda: window.side.findChild(QToolButton, "picture-4") is not None)
    assert window.side.pane is Pane.PICTURES
    assert window.side.viewer is None, "one sent unasked opens nothing over the call"


def test_only_the_picture_that_is_looked_at_is_held_in_full(
    qtbot: QtBot, window: CallWindow, there: FakeCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[weakref.ref[QImage]] = []

    async def watched(data: bytes) -> QImage:
        image = await decode_still(data)
        decoded.append(weakref.ref(image))
        return image

    monkeypatch.setattr(pictures, "decode_still", watched)
    for transfer in (1, 2):
        there.side.hear(arrived(jpeg(), 0, transfer))
    qtbot.waitUntil(lambda: window.side.findChild(QToolButton, "picture-2") is not None)
    gc.collect()
    assert [image() for image in decoded] == [None, None]


def test_pictures_go_with_the_call(qtbot: QtBot, window: CallWindow, there: FakeCall) -> None:
    for transfer in range(1, MOST_PICTURES + 3):
        there.side.hear(arrived(jpeg(64, 48), 0, transfer))
    qtbot.waitUntil(lambda: window.side.findChild(QToolButton, f"picture-{MOST_PICTURES + 2}") is not None)
    assert len(window.side.pictures._shown) == MOST_PICTURES
    window.side.pictures.opened.emit(QImage(10, 10, QImage.Format.Format_RGB32), there.side.state.pictures[-1])
    viewer = window.side.viewer
    assert viewer is not None
    window.end()
    assert not viewer.isVisible()
    assert window.side.isHidden()
    assert window.side.pictures._shown == {}
    there.side.hear(arrived(jpeg(64, 48), 0, 99))
    assert window.side.pictures._shown == {}


def test_the_patient_is_shown_one_thing_and_the_doctor_sees_the_same(
    qtbot: QtBot, window: CallWindow, there: FakeCall
) -> None:
    QTest.keyClick(window, Qt.Key.Key_S)
    share = window.side.share
    assert not share.show_button.isEnabled()
    share.note.setPlainText("1 tablet morgen og aften")
    assert share.view.card == Card("Fra din læge", (), "1 tablet morgen og aften")
    share.show_button.click()
    shown = {"title": "Fra din læge", "rows": [], "text": "1 tablet morgen og aften"}
    assert told(there, "card")[-1]["card"] == shown
    assert share.heading.text() == "Patienten har ikke dette fremme lige nu:"
    there.side.hear(CardSeen(True))
    assert share.heading.text() == "Patienten ser dette nu:"
    assert not share.note.isVisible()
    window.side.close_panel()
    assert window.beside.share.text() == "Vises nu", "a card is never shown unawares"
    window.side.open_panel(Pane.SHARE)
    there.side.lose_connection()
    assert share.heading.text() == "Patienten ser dette, så snart forbindelsen er tilbage:"
    there.side.hear(Hello(PAGE, there.side.state.talk, 0))
    assert told(there, "card")[-1]["card"] is not None
    share.stop.click()
    assert told(there, "card")[-1]["card"] is None
    assert share.note.isVisible()


def test_what_was_written_goes_into_the_note_only_when_that_is_chosen(
    qtbot: QtBot, window: CallWindow, there: FakeCall
) -> None:
    there.side.say("Hvad hedder\nmedicinen?")
    there.side.hear(ChatLine(1, "Eliquis"))
    sheet = finish(qtbot, window)
    assert sheet.note.text() == ""
    sheet.note.setText("Set på video")
    sheet.take_words.click()
    assert sheet.note.text() == "Set på video · Klinikken: Hvad hedder medicinen? · Patienten: Eliquis"
    assert sheet.take_words.isHidden()


def test_nothing_is_offered_when_nothing_was_written(qtbot: QtBot, window: CallWindow, there: FakeCall) -> None:
    assert finish(qtbot, window).take_words.isHidden()


def test_only_the_patient_s_own_messages_are_offered(
    qtbot: QtBot, window: CallWindow, there: FakeCall, world: World
) -> None:
    window.side.open_panel(Pane.SHARE)
    choices = window.side.share.choices
    qtbot.waitUntil(lambda: choices.count() > 0 or window.side.share.nothing.isVisible())
    cards = [choices.item(row).data(Qt.ItemDataRole.UserRole) for row in range(choices.count())]
    own = {
        message.subject.reveal()
        for message in world.clinic.messages
        if message.patient_id == window._booking.patient_id
    }
    assert own
    assert {card.title for card in cards if card.title != "Din aftale"} == own


def test_an_appointment_to_come_is_offered_as_the_patient_knows_it(
    qtbot: QtBot, window: CallWindow, there: FakeCall, world: World
) -> None:
    later = people.booking(state=BookingState.CONFIRMED, about=None)
    later = replace(
        later,
        id=new_booking_id(),
        start=world.clock() + timedelta(days=10),
        end=world.clock() + timedelta(days=10, minutes=15),
    )
    world.clinic.bookings.append(later)
    window.side.open_panel(Pane.SHARE)
    choices = window.side.share.choices
    qtbot.waitUntil(lambda: choices.count() > 0)
    card = choices.item(0).data(Qt.ItemDataRole.UserRole)
    assert card.title == "Din aftale"
    assert dict(card.rows)["Tid"] == "10.04"
    assert dict(card.rows)["Hvor"] == "På video"


def test_asking_and_closing_never_leave_the_keyboard_at_the_microphone(window: CallWindow, there: FakeCall) -> None:
    QTest.keyClick(window, Qt.Key.Key_B)
    pane = window.side.pictures
    assert window.focusWidget() is pane.withdraw, "a space bar must not mute the doctor"
    there.side.hear(PictureAnswered(1, PictureAnswer.REFUSED))
    assert window.focusWidget() is pane.ask
    QTest.keyClick(pane.ask, Qt.Key.Key_Escape)
    assert window.side.pane is None
    assert window.focusWidget() is window.beside.picture


def test_a_line_that_is_too_long_says_so(window: CallWindow, there: FakeCall) -> None:
    window.side.open_panel(Pane.CHAT)
    chat = window.side.chat
    chat.field.setPlainText("x" * LONGEST_CHAT)
    assert chat.too_long.isHidden()
    assert chat.send.isEnabled()
    chat.field.setPlainText("x" * (LONGEST_CHAT + 12))
    assert chat.too_long.text() == "12 tegn for meget"
    assert not chat.too_long.isHidden()
    assert not chat.send.isEnabled()


def test_what_was_booked_during_the_call_can_be_shown_at_once(
    qtbot: QtBot, window: CallWindow, there: FakeCall, world: World
) -> None:
    window.side.open_panel(Pane.SHARE)
    choices = window.side.share.choices
    qtbot.waitUntil(lambda: choices.count() > 0)
    window.side.close_panel()
    later = world.clock() + timedelta(days=10)
    booking = people.booking(state=BookingState.CONFIRMED, about=None)
    world.clinic.bookings.append(replace(booking, id=new_booking_id(), start=later, end=later))
    window.side.open_panel(Pane.SHARE)
    qtbot.waitUntil(lambda: choices.item(0).data(Qt.ItemDataRole.UserRole).title == "Din aftale")


def test_what_can_be_shown_and_could_not_be_read_says_so(
    qtbot: QtBot, window: CallWindow, there: FakeCall, world: World
) -> None:
    world.clinic.card_failure = ErrorKind.DATABASE_DAMAGED
    window.side.open_panel(Pane.SHARE)
    share = window.side.share
    qtbot.waitUntil(share.nothing.isVisible)
    assert share.nothing.text()


def test_a_closed_viewer_holds_no_picture(window: CallWindow, there: FakeCall) -> None:
    picture = StillPicture(1, jpeg(10, 10), utc_now(), asked=True)
    window.side.pictures.opened.emit(QImage(10, 10, QImage.Format.Format_RGB32), picture)
    viewer = window.side.viewer
    assert viewer is not None
    assert viewer.canvas.zoom.width == 10
    viewer.close()
    assert viewer.canvas.zoom.width == 1


def test_a_card_of_a_long_message_is_cut_to_what_can_be_sent() -> None:
    card = note_card("æ😀" * 20_000)
    assert card is not None
    assert fits(card)
    assert card.text.endswith(" …")
    assert note_card(" \n ") is None


Move = tuple[Callable[..., Zoom], float, float]
sizes = st.integers(1, 5000)
zooms = st.builds(Zoom, width=sizes, height=sizes, room_width=sizes, room_height=sizes).map(fit)
moves = st.one_of(
    st.tuples(st.just(zoomed), st.floats(0.01, 100), st.floats(0, 5000), st.floats(0, 5000)),
    st.tuples(st.just(dragged), st.floats(-9999, 9999), st.floats(-9999, 9999)),
    st.tuples(st.just(in_room), sizes, sizes),
)


@given(zooms, st.lists(moves, max_size=12))
def test_a_picture_is_never_lost_from_sight(zoom: Zoom, history: list[Move]) -> None:
    for move, *figures in history:
        zoom = move(zoom, *figures)
        across, down = zoom.width * zoom.scale, zoom.height * zoom.scale
        assert min(zoom.fitting, 1e-9) <= zoom.scale <= max(MOST, zoom.fitting)
        assert -across < zoom.x < zoom.room_width
        assert -down < zoom.y < zoom.room_height
        if zoom.fitted:
            assert (across, down) <= (zoom.room_width + 1e-6, zoom.room_height + 1e-6)
