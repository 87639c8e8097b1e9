"""The border holds: whatever arrives is either understood or refused, and nothing unbounded passes."""

import json
from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import BookingId
from app.room.events import ConsoleId, ConsoleSignal, PatientSignal
from app.room.parse import (
    MAX_MESSAGE_BYTES,
    MalformedError,
    parse_console_message,
    parse_patient_message,
    parse_room_request,
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
KEYS = st.sampled_from(["type", "kind", "call", "body", "booking_id", "sdp", "candidate", "sdpMid", "minutes", "x"])
WORDS = st.sampled_from(
    ["devices", "join", "phone", "leave", "rating", "answer", "candidate", "offer", "admit", "delay", "v=0", ""]
)
JSON = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=15,
)


def refusal(read: Callable[[], object]) -> str:
    try:
        read()
    except MalformedError as error:
        return str(error)
    return ""


@given(JSON.map(json.dumps) | st.text(max_size=200) | st.binary(max_size=200))
def test_any_input_is_understood_or_refused(raw: str | bytes) -> None:
    for read in (
        lambda: parse_patient_message(raw),
        lambda: parse_console_message(ConsoleId(1), raw),
        lambda: parse_room_request(BookingId("b"), raw if isinstance(raw, bytes) else raw.encode()),
    ):
        assert len(refusal(read)) < 40, "the reason must name the field, not repeat the content"


@pytest.mark.parametrize(
    "raw",
    [
        "[" * 50_000,
        '{"type":"join"' + " " * MAX_MESSAGE_BYTES + "}",
        json.dumps({"type": "answer", "call": 1, "body": {"type": "answer", "sdp": "v=0" + "x" * 50_000}}),
        json.dumps({"type": "answer", "call": 1, "body": {"type": "offer", "sdp": "v=0"}}),
        json.dumps({"type": "answer", "call": True, "body": {"type": "answer", "sdp": "v=0"}}),
        json.dumps({"type": "answer", "call": -1, "body": {"type": "answer", "sdp": "v=0"}}),
        json.dumps({"type": "devices", "camera": "yes", "microphone": True, "browser": "x"}),
        json.dumps({"type": "devices", "camera": True, "microphone": True, "browser": "x" * 200}),
        json.dumps({"type": "rating", "picture": 4, "sound": 1}),
        json.dumps({"type": "candidate", "call": 1, "body": {"candidate": "a\nb"}}),
    ],
)
def test_what_is_too_large_or_of_the_wrong_kind_is_refused(raw: str) -> None:
    with pytest.raises(MalformedError):
        parse_patient_message(raw)


@pytest.mark.parametrize(
    "servers",
    ["stun:x", [{"urls": "http://evil.example"}], [{"urls": []}], [{"urls": ["stun:x"] * 9}], [{}] * 9, [5]],
)
def test_ice_servers_that_are_none_are_refused(servers: object) -> None:
    body = {"type": "offer", "sdp": "v=0", "ice_servers": servers}
    with pytest.raises(MalformedError):
        parse_console_message(
            ConsoleId(1), orjson.dumps({"booking_id": "b", "kind": "offer", "call": 1, "body": body})
        )


def test_only_known_fields_pass() -> None:
    body = {"type": "offer", "sdp": "v=0", "secret": "x", "ice_servers": [{"urls": "stun:x:1", "evil": 1}]}
    message = orjson.dumps({"booking_id": "b", "kind": "offer", "call": 1, "body": body})
    _, event = parse_console_message(ConsoleId(1), message)
    assert isinstance(event, ConsoleSignal)
    assert event.body == {"type": "offer", "sdp": "v=0", "ice_servers": [{"urls": ["stun:x:1"]}]}
    answer = orjson.dumps({"type": "candidate", "call": 1, "body": {"candidate": "", "sdpMid": None, "more": 1}})
    passed = parse_patient_message(answer)
    assert isinstance(passed, PatientSignal)
    assert passed.body == {"candidate": "", "sdpMid": None, "sdpMLineIndex": None}
