"""Nothing of one patient reaches another: any scene of many rooms and consoles, driven through the switchboard."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject
from app.domain.waiting import PatientDevices
from app.room import events as ev
from app.room.state import Stage
from app.room.storage import StoredRoom
from app.room.switchboard import Seat, Switchboard
from tests.room.support import START, SetClock, plan

ROOMS = [BookingId(f"booking-{number}") for number in range(3)]


class Tape:
    """A line that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[JsonObject] = []
        self.closed_with: int | None = None

    def send(self, message: JsonObject) -> None:
        assert self.closed_with is None, "spoken to after hanging up"
        self.heard.append(message)

    def close(self, code: int) -> None:
        self.closed_with = code


class House:
    """A switchboard with three rooms and up to three consoles; every body says which room it is meant for."""

    def __init__(self) -> None:
        self.clock = SetClock(START - timedelta(minutes=14))
        self.saved: list[StoredRoom] = []
        self.board = Switchboard(self.clock, (), lambda rating: None, self.saved.append)
        self.codes = {one: self.board.ensure(plan(booking_id=one))[0].code for one in ROOMS}
        self.lines: dict[BookingId, Tape] = {}
        self.tapes: dict[BookingId, list[Tape]] = {one: [] for one in ROOMS}
        self.consoles: dict[ev.ConsoleId, Tape] = {}

    def seat(self, booking_id: BookingId) -> Seat:
        seat = self.board.find(self.codes[booking_id])
        assert seat is not None
        return seat

    def arrive(self, booking_id: BookingId) -> None:
        tape = Tape()
        self.tapes[booking_id].append(tape)
        self.board.patient_arrived(self.seat(booking_id), tape)
        self.lines[booking_id] = tape

    def patient_says(self, booking_id: BookingId, message: ev.PatientMessage) -> None:
        if line := self.lines.get(booking_id):
            self.board.patient_said(self.seat(booking_id), line, message)

    def go(self, booking_id: BookingId) -> None:
        if line := self.lines.pop(booking_id, None):
            self.board.patient_gone(self.seat(booking_id), line)

    def console(self) -> None:
        tape = Tape()
        self.consoles[self.board.console_arrived(tape)] = tape


def marked(booking_id: BookingId) -> JsonObject:
    return {"sdp": f"v=0 {booking_id}", "type": "any"}


@st.composite
def happenings(draw: st.DrawFn) -> tuple[str, BookingId, int, int]:
    kinds = ["arrive", "go", "devices", "join", "phone", "leave", "answer", "candidate"]
    kinds += ["console", "console gone", "admit", "offer", "ice", "telephone", "end", "delay", "close", "tick"]
    room, call, number = draw(st.sampled_from(ROOMS)), draw(st.integers(0, 3)), draw(st.integers(1, 3))
    return draw(st.sampled_from(kinds)), room, call, number


@st.composite
def scenes(draw: st.DrawFn) -> list[tuple[str, BookingId, int, int]]:
    """Some rooms are brought into a call first, since chance alone seldom does."""
    way_in = [("arrive", 0), ("join", 0), ("admit", 0), ("offer", 0), ("answer", 0), ("candidate", 0), ("ice", 0)]
    talking = draw(st.lists(st.sampled_from(ROOMS), unique=True))
    opening = [(kind, room, call, 1) for room in talking for kind, call in way_in]
    return opening + draw(st.lists(happenings(), max_size=50))


def happen(house: House, kind: str, room: BookingId, call: int, number: int) -> None:
    console = ev.ConsoleId(number)
    from_patient: dict[str, ev.PatientMessage] = {
        "devices": ev.DevicesTested(PatientDevices(camera=True, microphone=True, browser=room)),
        "join": ev.Join(),
        "phone": ev.AskForPhone(),
        "leave": ev.Leave(),
        "answer": ev.PatientSignal("answer", call, marked(room)),
        "candidate": ev.PatientSignal("candidate", call, marked(room)),
    }
    from_console: dict[str, ev.ConsoleEvent] = {
        "admit": ev.Admit(console),
        "offer": ev.ConsoleSignal(console, "offer", call, marked(room)),
        "ice": ev.ConsoleSignal(console, "candidate", call, marked(room)),
        "telephone": ev.GoOnByTelephone(console),
        "end": ev.End(console),
        "delay": ev.Delay(call),
    }
    if kind in from_patient:
        house.patient_says(room, from_patient[kind])
    elif kind in from_console and console in house.consoles:
        house.board.console_said(room, from_console[kind])
    elif kind == "arrive":
        house.arrive(room)
    elif kind == "go":
        house.go(room)
    elif kind == "console" and len(house.consoles) < 3:
        house.console()
    elif kind == "console gone" and console in house.consoles:
        del house.consoles[console]
        house.board.console_gone(console)
    elif kind == "close":
        house.board.close_room(room)
    elif kind == "tick":
        house.clock.forward(timedelta(minutes=4 * number))
        house.board.tick()


@given(scenes())
def test_no_message_of_one_room_reaches_another(scene: list[tuple[str, BookingId, int, int]]) -> None:
    house = House()
    house.console()
    for kind, room, call, number in scene:
        happen(house, kind, room, call, number)
    for room, tapes in house.tapes.items():
        for message in (message for tape in tapes for message in tape.heard):
            assert "booking_id" not in message
            if "body" in message:
                assert message["body"] == marked(room)
    for tape in house.consoles.values():
        for message in tape.heard:
            body, devices = message.get("body"), message.get("devices")
            assert not body or body == marked(BookingId(str(message["booking_id"]))) or "reason" in str(body)
            assert not devices or f"'browser': '{message['booking_id']}'" in str(devices) or "''" in str(devices)


@given(scenes())
def test_a_restart_resumes_every_room(scene: list[tuple[str, BookingId, int, int]]) -> None:
    house = House()
    house.console()
    for kind, room, call, number in scene:
        happen(house, kind, room, call, number)
    kept = [house.seat(room).stored() for room in ROOMS]
    last_saved = {one.plan.booking_id: one for one in house.saved}
    for one in kept:
        assert last_saved.get(one.plan.booking_id, one) == one, "a change was not handed to the storage"
    again = Switchboard(house.clock, kept, lambda rating: None, lambda room: None)
    for room, code in house.codes.items():
        before, seat = house.seat(room).room, again.find(code)
        assert seat is not None
        expected = Stage.WAITING if before.stage is Stage.ADMITTED else before.stage
        assert (seat.room.stage, seat.room.call, seat.room.closed) == (expected, before.call, before.closed)


@given(scenes())
def test_the_page_always_knows_where_it_is(scene: list[tuple[str, BookingId, int, int]]) -> None:
    house = House()
    house.console()
    for kind, room, call, number in scene:
        happen(house, kind, room, call, number)
    house.board.tick()
    for room, line in house.lines.items():
        states = [message for message in line.heard if message["type"] == "state"]
        assert states[-1] == house.seat(room).room.told
        assert house.seat(room).room.connected


def test_only_the_newest_page_of_a_link_is_heard() -> None:
    house = House()
    house.arrive(ROOMS[0])
    first = house.lines[ROOMS[0]]
    house.arrive(ROOMS[0])
    assert first.closed_with == 4001
    house.board.patient_said(house.seat(ROOMS[0]), first, ev.Join())
    house.board.patient_gone(house.seat(ROOMS[0]), first)
    assert house.seat(ROOMS[0]).room.stage is Stage.OPENED
    assert house.seat(ROOMS[0]).room.connected


def test_old_rooms_are_forgotten() -> None:
    house = House()
    house.board.forget_before(START + timedelta(hours=1))
    assert house.board.find(house.codes[ROOMS[0]]) is None
