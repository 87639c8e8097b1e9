"""Draws every screen in every state into build/screens, light and dark; each must at least fit and be drawn."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.call import Medium, MediumStep, StepReason
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import SlotId
from app.domain.views import SyncStatus
from app.domain.waiting import PatientDevices, PatientPhase, PatientPresence
from app.ui.call.window import CallWindow
from app.ui.console.screens import CALENDAR
from app.ui.console.window import Console
from app.ui.startup_failure import StartupFailure
from app.ui.theme.theme import Theme
from app.video.machine.call_events import Stage
from tests.ui import people
from tests.ui.face import face
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World, make_world
from tests.ui.gallery import Gallery

pytestmark = pytest.mark.screens


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


def fill(world: World) -> None:
    """A morning under way: a full waiting room and a calendar with something of everything."""
    confirmed, old = RowState.CONFIRMED, people.NOW - timedelta(minutes=30)
    by_phone, here = ConsultationForm.TELEPHONE, ConsultationForm.IN_PERSON
    booked = [
        people.booking(people.OMAR, BookingState.WAITING, people.at(10, 0), key="o", row=confirmed, about="o1"),
        people.booking(people.SIGNE, BookingState.TESTED, people.at(10, 10), key="s", row=confirmed, about="s1"),
        people.booking(people.MIA, BookingState.WAITING, people.at(9, 50), key="m", row=RowState.SENT, about=None),
        people.booking(people.KAREN, BookingState.DELIVERED, people.at(10, 15), key="k", row=confirmed),
        people.booking(people.VERNER, BookingState.CONFIRMED, people.at(9), key="v", row=confirmed, form=by_phone),
        people.booking(people.KAREN, BookingState.CONFIRMED, people.at(11, 20), key="k2", about=None, form=here),
    ]
    lines = people.ledger(*people.DELIVERED, first=old)
    world.clinic.bookings = [
        replace(one, made_at=old, slot_id=SlotId(f"gone-{one.id}"), ledger=lines) for one in booked
    ]
    seen = {
        "o": (PatientPhase.WAITING, 6, PatientDevices(True, True, "Safari")),
        "s": (PatientPhase.TESTED, 1, PatientDevices(True, True, "Chrome")),
        "m": (PatientPhase.WANTS_PHONE, 2, PatientDevices(False, True, "Firefox")),
    }
    for booking in world.clinic.bookings:
        if booking.id in seen:
            phase, minutes, devices = seen[booking.id]
            since = people.NOW - timedelta(minutes=minutes)
            world.clinic.presences[booking.id] = PatientPresence(booking.id, phase, since, devices)
    world.clinic.changed()


@pytest.fixture
def live(qtbot: QtBot, theme: Theme, world: World) -> tuple[CallWindow, FakeCall]:
    window = open_call(qtbot, theme, world)
    call = world.calls[0]
    call.remote.put(face())
    call.local.put(face(640, 360, 40))
    world.clock.pass_time(timedelta(minutes=4, seconds=7))
    call.go_live()
    qtbot.waitUntil(lambda: window.stage.remote.painted > 0 and window.stage.local.painted > 0)
    return window, call


def open_call(qtbot: QtBot, theme: Theme, world: World) -> CallWindow:
    booking = people.booking(state=BookingState.WAITING)
    world.clinic.bookings = [booking]
    window = CallWindow(theme, world.parts, booking, people.KAREN.name.reveal())
    qtbot.addWidget(window)
    window.open()
    qtbot.waitUntil(lambda: world.clinic.started == [booking.id])
    return window


def test_inbox(console: Console, gallery: Gallery) -> None:
    gallery.draw("01-inbox", console)


def test_inbox_with_a_full_waiting_room(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    fill(world)
    qtbot.waitUntil(lambda: len(console.strip.cards()) == 4)
    gallery.draw("02-waiting-room", console)


@pytest.mark.parametrize("state", list(people.every_booking_state()), ids=lambda state: state.value)
def test_thread_with_a_booking(
    qtbot: QtBot, console: Console, world: World, gallery: Gallery, state: BookingState
) -> None:
    world.clinic.put(people.every_booking_state()[state])
    qtbot.waitUntil(console.inbox.reading.panel.row.isVisible)
    gallery.draw(f"03-booking-{state.value}", console)


def test_calendar(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    fill(world)
    console.screens.show_screen(CALENDAR)
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() > 8)
    place = next(i for i in range(20) if (row := console.calendar.model.row_at(i)) and row.patient_id == "omar")
    console.calendar.list.select_row(place)
    qtbot.waitUntil(console.calendar.patient.isVisible)
    gallery.draw("04-calendar", console)


def test_calendar_of_everybody(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    fill(world)
    console.screens.show_screen(CALENDAR)
    console.calendar.bar.clinician.setCurrentIndex(0)
    console.calendar.bar.clinician.activated.emit(0)
    qtbot.waitUntil(lambda: bool(console.calendar.model.clinicians))
    gallery.draw("05-calendar-everybody", console)


def test_choosing_another_time(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    console.inbox.reading.panel.bar.other_time_wanted.emit()
    qtbot.waitUntil(lambda: console.calendar.model.rowCount() > 5)
    console.calendar.list.select_row(4)
    gallery.draw("06-choose-time", console)


def test_empty_calendar(qtbot: QtBot, console: Console, gallery: Gallery) -> None:
    console.screens.show_screen(CALENDAR)
    console.calendar.bar.after.click()
    qtbot.waitUntil(lambda: console.calendar.empty.title.text() == "Intet i kalenderen den dag")
    gallery.draw("07-calendar-empty", console)


def test_offline(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.status = SyncStatus(people.at(9, 31), people.at(9, 33), ErrorKind.PRACTICE_UNREACHABLE, 3, 1)
    world.line_up = False
    world.clinic.changed(Changes.SYNC | Changes.WAITING)
    qtbot.waitUntil(lambda: "09.33" in console.status.sentence.text())
    gallery.draw("08-offline", console)


@pytest.mark.parametrize("state", ["loading", "empty", "unreachable", "damaged"])
def test_nothing_to_show(qtbot: QtBot, theme: Theme, gallery: Gallery, state: str) -> None:
    world = make_world()
    world.clinic.messages = []
    failing = SyncStatus(None, people.at(9, 33), ErrorKind.PRACTICE_UNREACHABLE, 0, 0)
    world.clinic.status = {"loading": SyncStatus(None, None, None, 0, 0), "unreachable": failing}.get(
        state, world.clinic.status
    )
    world.clinic.failure = ErrorKind.DATABASE_DAMAGED if state == "damaged" else None
    window = Console(theme, world.parts)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.inbox.empty.title.text() != "" and window.status.sentence.text() != "")
    gallery.draw(f"09-inbox-{state}", window)


def test_error_banner(console: Console, gallery: Gallery) -> None:
    console.tell_error(ErrorKind.UNEXPECTED)
    gallery.draw("10-error-banner", console)


def test_a_failed_booking(qtbot: QtBot, console: Console, world: World, gallery: Gallery) -> None:
    world.clinic.desk_failure = ErrorKind.SLOT_TAKEN
    console.inbox.book_first()
    qtbot.waitUntil(console.inbox.reading.panel.notice.isVisible)
    gallery.draw("11-slot-just-taken", console)


def test_secretary(qtbot: QtBot, theme: Theme, gallery: Gallery) -> None:
    world = make_world(people.SECRETARY, phone_page="http://127.0.0.1:1/")
    window = Console(theme, world.parts)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.inbox.reading.panel.bar.book.isEnabled)
    gallery.draw("12-secretary", window)


def test_live_call(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    gallery.draw("20-call", live[0])


def test_call_connecting(qtbot: QtBot, theme: Theme, world: World, gallery: Gallery) -> None:
    gallery.draw("21-call-connecting", open_call(qtbot, theme, world))


def test_call_without_devices(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[1].become(device_failures=(ErrorKind.NO_MICROPHONE, ErrorKind.NO_CAMERA), microphone_on=False)
    gallery.draw("22-call-no-devices", live[0])


def test_call_without_camera(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[1].become(device_failures=(ErrorKind.NO_CAMERA,), camera_on=False)
    gallery.draw("23-call-no-camera", live[0])


def test_call_proposes_the_telephone(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[1].become(stage=Stage.RECONNECTING, proposed=StepReason.MEDIA_LOST)
    gallery.draw("24-call-telephone-proposed", live[0])


def test_sound_only(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    record = live[1].view.record
    step = MediumStep(people.NOW, Medium.SOUND, StepReason.MEDIA_LOST)
    live[1].become(record=replace(record, steps=(*record.steps, step)))
    gallery.draw("25-call-sound-only", live[0])


def test_compact_call(qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[0].controls.compact.click()
    gallery.draw("26-call-compact", live[0], ((400, 320),))


def test_call_on_telephone(qtbot: QtBot, live: tuple[CallWindow, FakeCall], world: World, gallery: Gallery) -> None:
    world.dialler.works = False
    live[0].rescue.go_to_telephone()
    qtbot.waitUntil(live[0].telephone.isVisible)
    live[0].telephone.dial.click()
    gallery.draw("27-call-telephone", live[0])


def test_call_that_cannot_be_made(qtbot: QtBot, theme: Theme, world: World, gallery: Gallery) -> None:
    world.call_failure = ErrorKind.ROOM_UNREACHABLE
    gallery.draw("28-call-impossible", open_call(qtbot, theme, world))


def test_call_while_another_patient_waits(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    live[0].refuse_other(people.OMAR.name.reveal())
    gallery.draw("29-call-another-waits", live[0])


def test_outcome_of_a_cancelled_booking(
    qtbot: QtBot, live: tuple[CallWindow, FakeCall], world: World, gallery: Gallery
) -> None:
    window = live[0]
    window.end()
    sheet = window.sheet
    assert sheet is not None
    sheet.note.setText("Eksem, fortsætter creme")
    world.clinic.put(replace(world.clinic.bookings[0], state=BookingState.CANCELLED))
    sheet.save_now()
    qtbot.waitUntil(sheet.notice.isVisible)
    gallery.draw("32-outcome-too-late", window)


def test_a_booking_the_record_system_refused(
    qtbot: QtBot, console: Console, world: World, gallery: Gallery
) -> None:
    refused = replace(people.every_booking_state()[BookingState.SLOT_TAKEN], failure=ErrorKind.PRACTICE_REFUSED)
    world.clinic.put(refused)
    qtbot.waitUntil(console.inbox.reading.panel.row.isVisible)
    gallery.draw("04-booking-refused", console)


def test_a_console_that_would_lose_an_outcome(
    qtbot: QtBot, console: Console, world: World, gallery: Gallery
) -> None:
    world.clinic.put(people.booking())
    qtbot.waitUntil(console.inbox.reading.panel.row.isVisible)
    console.calls.finish(world.clinic.bookings[0], people.KAREN.name.reveal())
    console.close()
    gallery.draw("33-outcome-not-saved", console)


def test_outcome_sheet(qtbot: QtBot, live: tuple[CallWindow, FakeCall], world: World, gallery: Gallery) -> None:
    window = live[0]
    window.end()
    qtbot.waitUntil(lambda: window.sheet is not None)
    gallery.draw("30-outcome", window)
    assert window.sheet is not None
    window.sheet.save_now()
    qtbot.waitUntil(lambda: len(world.clinic.finished) == 1)
    ended = world.clinic.bookings[0]
    world.clinic.put(replace(ended, row_state=RowState.CONFIRMED))
    qtbot.waitUntil(lambda: window.sheet is not None and "bekræftet" in window.sheet.state.text())
    gallery.draw("31-outcome-saved", window)


@pytest.mark.parametrize(
    "kind",
    [ErrorKind.KEYRING_MISSING, ErrorKind.DATABASE_KEY_WRONG, ErrorKind.DISK_FULL],
    ids=lambda kind: kind.value,
)
def test_startup_failure(qtbot: QtBot, theme: Theme, gallery: Gallery, kind: ErrorKind) -> None:
    window = StartupFailure(theme, kind)
    qtbot.addWidget(window)
    window.show()
    gallery.draw(f"40-startup-{kind.value}", window, ((560, 300),))


def test_large_text(qtbot: QtBot, console: Console, world: World, theme: Theme, gallery: Gallery) -> None:
    fill(world)
    qtbot.waitUntil(lambda: len(console.strip.cards()) == 4)
    theme.set_text_scale(2.0)
    gallery.draw("50-text-200-percent", console, ((1920, 1080),))


def test_a_patient_who_has_an_appointment_already(
    qtbot: QtBot, console: Console, world: World, gallery: Gallery
) -> None:
    world.clinic.put(replace(people.booking(key="elsewhere", about=None), clinician_id=people.COLLEAGUE.id))
    qtbot.waitUntil(lambda: "hos Jonas" in console.inbox.reading.panel.already.sentence.text())
    gallery.draw("inbox-already-booked", console)
    console.close()
