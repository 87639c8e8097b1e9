"""Models of the room service and of the SMS gateway; both know what they were asked for before by its key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from tests.faults.wire import Answered, Asked

ARRIVES_AFTER = timedelta(seconds=3)


@dataclass
class Room:
    """One room, and for when it is planned."""

    code: str
    start: str
    end: str
    closed: bool = False


@dataclass
class RoomModel:
    """Rooms by booking; one that is closed stays so."""

    rooms: dict[str, Room] = field(default_factory=dict)

    def handle(self, asked: Asked) -> Answered:
        booking_id = asked.path.split("/")[-1]
        room = self.rooms.get(booking_id)
        if asked.method == "DELETE":
            if room:
                room.closed = True
            return Answered(204, b"", {})
        plan = orjson.loads(asked.body)
        if room is None:
            room = self.rooms[booking_id] = Room(f"RM{len(self.rooms):08d}", plan["start"], plan["end"])
        if room.closed:
            return _json({"error": "room_closed"}, 409)
        room.start, room.end = plan["start"], plan["end"]
        return _json({"code": room.code, "url": f"https://moede.example/{room.code}"}, 200)


@dataclass(frozen=True, slots=True)
class Text:
    """A text on a patient's telephone."""

    key: str
    to: str
    body: str
    at: datetime


@dataclass
class SmsModel:
    """Texts in the order they were taken; the same key is the same text."""

    clock: Callable[[], datetime]
    texts: list[Text] = field(default_factory=list)

    def handle(self, asked: Asked) -> Answered:
        if asked.method == "GET":
            text = self.texts[int(asked.path.rpartition("-")[2])]
            there = self.clock() - text.at >= ARRIVES_AFTER
            return _json({"status": "delivered" if there else "queued"}, 200)
        wanted = orjson.loads(asked.body)
        for number, text in enumerate(self.texts):
            if text.key == wanted["key"]:
                return _json({"reference": f"sms-{number}"}, 200)
        self.texts.append(Text(wanted["key"], wanted["to"], wanted["body"], self.clock()))
        return _json({"reference": f"sms-{len(self.texts) - 1}"}, 201)

    def of(self, booking_id: str) -> list[Text]:
        """Return the texts a booking led to, oldest first; their keys begin with its id."""
        return [text for text in self.texts if text.key.startswith(f"{booking_id}:")]


def _json(body: dict[str, Any], status: int) -> Answered:
    return Answered(status, orjson.dumps(body), {})
