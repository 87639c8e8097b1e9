"""The border: JSON from browsers and consoles is checked and bounded here, and trusted nowhere else."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomRequest
from app.domain.waiting import PatientDevices
from app.room.events import (
    Admit,
    AskForPhone,
    ConsoleEvent,
    ConsoleId,
    ConsoleSignal,
    Delay,
    DevicesTested,
    End,
    GoOnByTelephone,
    Join,
    Leave,
    PatientMessage,
    PatientSignal,
    Ping,
    Rating,
)

MAX_MESSAGE_BYTES = 64 * 1024
_MAX_SDP = 48 * 1024
_MAX_CANDIDATE = 2 * 1024
_MAX_CALL = 1_000_000
_MAX_NAME = 120
_MAX_ICE_SERVERS = 8
_MAX_URLS = 8
_LONGEST_DELAY = 600
_YEARS = range(2000, 2200)
_BOOKING_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
_PHONE = re.compile(r"[+0-9 ()-]{0,30}")


class MalformedError(ValueError):
    """A message that breaks the protocol; the text names the field, never its content."""


def parse_booking_id(text: str) -> BookingId:
    """Read a booking id from an address; raises MalformedError."""
    if not _BOOKING_ID.fullmatch(text):
        raise MalformedError("booking_id")
    return BookingId(text)


def parse_room_request(booking_id: BookingId, raw: bytes) -> RoomRequest:
    """Read the body of `PUT /api/rooms/{booking_id}`; raises MalformedError."""
    body = _json_object(raw)
    opens_at, start, end, closes_at = (_instant(body, key) for key in ("opens_at", "start", "end", "closes_at"))
    if not opens_at <= start <= end <= closes_at:
        raise MalformedError("times out of order")
    language = body.get("language", "da")
    if language not in ("da", "en"):
        raise MalformedError("language")
    phone = _text(body, "clinic_phone", 30)
    if not _PHONE.fullmatch(phone):
        raise MalformedError("clinic_phone")
    return RoomRequest(
        booking_id=booking_id,
        opens_at=opens_at,
        start=start,
        end=end,
        closes_at=closes_at,
        clinic_name=_text(body, "clinic_name", _MAX_NAME),
        clinician_name=_text(body, "clinician_name", _MAX_NAME),
        clinic_phone=phone,
        language="da" if language == "da" else "en",
    )


def parse_patient_message(raw: str | bytes) -> PatientMessage | Ping:
    """Read a message from the patient's page; raises MalformedError."""
    body = _json_object(raw)
    match body.get("type"):
        case "devices":
            message: PatientMessage | Ping = DevicesTested(_devices(body))
        case "join":
            message = Join()
        case "phone":
            message = AskForPhone()
        case "leave":
            message = Leave()
        case "ping":
            message = Ping()
        case "rating":
            message = Rating(_number(body, "picture", 1, 3), _number(body, "sound", 1, 3))
        case "answer":
            message = PatientSignal("answer", _call(body), _description(_child(body), "answer"))
        case "candidate":
            message = PatientSignal("candidate", _call(body), _candidate(_child(body)))
        case _:
            raise MalformedError("type")
    return message


def parse_console_message(console: ConsoleId, raw: str | bytes) -> tuple[BookingId, ConsoleEvent]:
    """Read a message from a console's line; raises MalformedError."""
    body = _json_object(raw)
    booking_id = parse_booking_id(_text(body, "booking_id", 64))
    match body.get("kind"):
        case "admit":
            event: ConsoleEvent = Admit(console)
        case "telephone":
            event = GoOnByTelephone(console)
        case "ended":
            event = End(console)
        case "delay":
            event = Delay(_number(_child(body), "minutes", 0, _LONGEST_DELAY))
        case "offer":
            event = ConsoleSignal(console, "offer", _call(body), _offer(_child(body)))
        case "candidate":
            event = ConsoleSignal(console, "candidate", _call(body), _candidate(_child(body)))
        case _:
            raise MalformedError("kind")
    return booking_id, event


def _json_object(raw: str | bytes) -> JsonObject:
    if len(raw) > MAX_MESSAGE_BYTES:
        raise MalformedError("too large")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedError("not JSON") from error
    if not isinstance(body, dict):
        raise MalformedError("not an object")
    return body


def _child(body: JsonObject) -> JsonObject:
    child = body.get("body")
    if not isinstance(child, Mapping):
        raise MalformedError("body")
    return child


def _text(body: JsonObject, key: str, longest: int) -> str:
    value = body.get(key)
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise MalformedError(key)
    return value


def _number(body: JsonObject, key: str, least: int, most: int) -> int:
    value = body.get(key)
    if type(value) is not int or not least <= value <= most:
        raise MalformedError(key)
    return value


def _call(body: JsonObject) -> int:
    return _number(body, "call", 0, _MAX_CALL)


def _instant(body: JsonObject, key: str) -> datetime:
    text = _text(body, key, 40)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(key) from error
    if instant.tzinfo is None or instant.year not in _YEARS:
        raise MalformedError(key)
    return instant.astimezone(UTC)


def _devices(body: JsonObject) -> PatientDevices:
    camera, microphone = body.get("camera"), body.get("microphone")
    if not (camera is None or isinstance(camera, bool)) or not (microphone is None or isinstance(microphone, bool)):
        raise MalformedError("devices")
    return PatientDevices(camera, microphone, _text(body, "browser", 80))


def _description(body: JsonObject, expected: str) -> dict[str, object]:
    sdp = body.get("sdp")
    if body.get("type") != expected or not isinstance(sdp, str) or not sdp.startswith("v=0") or len(sdp) > _MAX_SDP:
        raise MalformedError("sdp")
    return {"sdp": sdp, "type": expected}


def _candidate(body: JsonObject) -> dict[str, object]:
    """An empty candidate is the end-of-candidates mark (RFC 8838) and is passed on."""
    index = body.get("sdpMLineIndex")
    if index is not None:
        index = _number(body, "sdpMLineIndex", 0, 15)
    mid = None if body.get("sdpMid") is None else _text(body, "sdpMid", 32)
    return {"candidate": _text(body, "candidate", _MAX_CANDIDATE), "sdpMid": mid, "sdpMLineIndex": index}


def _offer(body: JsonObject) -> dict[str, object]:
    offer = _description(body, "offer")
    if "ice_servers" in body:
        servers = body["ice_servers"]
        if not isinstance(servers, list) or len(servers) > _MAX_ICE_SERVERS:
            raise MalformedError("ice_servers")
        offer["ice_servers"] = [_ice_server(server) for server in servers]
    return offer


def _ice_server(server: object) -> dict[str, object]:
    if not isinstance(server, Mapping):
        raise MalformedError("ice_servers")
    urls = server.get("urls")
    urls = [urls] if isinstance(urls, str) else urls
    if not isinstance(urls, list) or not 0 < len(urls) <= _MAX_URLS:
        raise MalformedError("ice_servers")
    if not all(isinstance(url, str) and re.match(r"(stun|turn)s?:", url) and len(url) <= 300 for url in urls):
        raise MalformedError("ice_servers")
    secrets = {key: _text(server, key, 300) for key in ("username", "credential") if key in server}
    return {"urls": urls, **secrets}
