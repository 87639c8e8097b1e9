"""The border to the room service: its answers and news are checked here before anything believes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

import orjson

from app.domain.booking import RoomLink
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomNews, RoomSignal
from app.domain.waiting import PatientDevices, PatientPhase, PatientPresence


def parse_room_link(raw: bytes) -> RoomLink:
    """Read the answer of `PUT /api/rooms/{booking_id}`; raises KlinikError(ROOM_UNREACHABLE)."""
    try:
        body = _object(orjson.loads(raw))
        url = _text(body, "url")
        if not url.startswith(("http://", "https://")):
            raise MalformedError("url")
        return RoomLink(code=_text(body, "code"), url=url)
    except ValueError as error:
        raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "unreadable room") from error


def parse_ice_servers(raw: bytes) -> tuple[JsonObject, ...]:
    """Read the answer of `GET /api/ice`; raises KlinikError(ROOM_UNREACHABLE)."""
    try:
        servers = _object(orjson.loads(raw)).get("ice_servers")
        if not isinstance(servers, list):
            raise MalformedError("ice_servers")
        return tuple(_object(server) for server in servers)
    except ValueError as error:
        raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "unreadable ICE servers") from error


def parse_news(raw: str | bytes) -> RoomNews | None:
    """Read one message of the line; None for one that is no news (the end of the snapshot).

    Raises ValueError naming the field that is wrong.
    """
    body = _object(orjson.loads(raw))
    match body.get("type"):
        case "presence":
            return _presence(body)
        case "signal":
            return RoomSignal(
                booking_id=BookingId(_text(body, "booking_id")),
                kind=_signal_kind(body),
                call=_call(body),
                body=_object(body.get("body")),
            )
        case _:
            return None


class MalformedError(ValueError):
    """The other end broke the protocol; the text names the field, never its content."""


def _presence(body: JsonObject) -> PatientPresence:
    devices = _object(body.get("devices"))
    since = datetime.fromisoformat(_text(body, "since"))
    if since.tzinfo is None:
        raise MalformedError("since")
    return PatientPresence(
        booking_id=BookingId(_text(body, "booking_id")),
        phase=PatientPhase(_text(body, "phase")),
        since=since.astimezone(UTC),
        devices=PatientDevices(
            _flag(devices, "camera"), _flag(devices, "microphone"), _text(devices, "browser")[:80]
        ),
    )


def _signal_kind(body: JsonObject) -> Literal["answer", "candidate", "joined", "phone", "left"]:
    match body.get("kind"):
        case "answer" | "candidate" | "joined" | "phone" | "left" as kind:
            return kind
        case _:
            raise MalformedError("kind")


def _object(value: object) -> JsonObject:
    if not isinstance(value, Mapping):
        raise MalformedError("not an object")
    return value


def _text(body: JsonObject, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise MalformedError(key)
    return value


def _flag(body: JsonObject, key: str) -> bool | None:
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise MalformedError(key)
    return value


def _call(body: JsonObject) -> int:
    value = body.get("call")
    if type(value) is not int or value < 0:
        raise MalformedError("call")
    return value
