"""What a browser may send, and what a hostile one may not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.rooms import JsonObject
from app.video.signals import parse_answer, parse_candidate, parse_ice_servers

HOST = "candidate:842163049 1 udp 1677729535 192.0.2.7 46154 typ srflx raddr 10.0.0.17 rport 46154 generation 0"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


def test_an_answer_is_read() -> None:
    assert parse_answer({"type": "answer", "sdp": "v=0\r\n"}).sdp == "v=0\r\n"


def test_a_browsers_candidate_is_read() -> None:
    candidate = parse_candidate({"candidate": HOST, "sdpMid": "0", "sdpMLineIndex": 0})
    assert candidate is not None
    assert (candidate.ip, candidate.port, candidate.type, candidate.sdpMid) == ("192.0.2.7", 46154, "srflx", "0")
    assert (candidate.relatedAddress, candidate.relatedPort) == ("10.0.0.17", 46154)


@pytest.mark.parametrize("line", ["", " ", "candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active"])
def test_the_end_of_candidates_and_tcp_need_nothing_done(line: str) -> None:
    assert parse_candidate({"candidate": line, "sdpMid": "0"}) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"candidate": 7, "sdpMid": "0"},
        {"candidate": "candidate:1 1 udp x 192.0.2.7 9 typ host", "sdpMid": "0"},
        {"candidate": "candidate:1 1 udp", "sdpMid": "0"},
        {"candidate": HOST},
        {"candidate": HOST, "sdpMid": "x" * 65},
        {"candidate": HOST, "sdpMLineIndex": True},
        {"candidate": HOST + " x" * 600, "sdpMid": "0"},
    ],
)
def test_other_candidates_are_refused(body: JsonObject) -> None:
    with pytest.raises(KlinikError) as refusal:
        parse_candidate(body)
    assert refusal.value.kind is ErrorKind.CALL_NOT_CONNECTED


def test_an_answer_beyond_all_measure_is_refused() -> None:
    with pytest.raises(KlinikError):
        parse_answer({"type": "answer", "sdp": "v" * 70_000})


@given(st.dictionaries(st.sampled_from(["type", "sdp", "candidate", "sdpMid", "sdpMLineIndex"]), json_values))
def test_no_json_does_more_than_be_refused(body: JsonObject) -> None:
    for parse in (parse_answer, parse_candidate):
        with suppress(KlinikError):
            parse(body)


def test_only_ice_servers_that_can_be_used_are_kept() -> None:
    servers = parse_ice_servers(
        (
            {"urls": "stun:192.0.2.1:3478"},
            {
                "urls": ["turn:turn.example.org?transport=udp", "http://nonsense"],
                "username": "u",
                "credential": "c",
            },
            {"urls": "nonsense"},
            {"urls": 7},
            {},
        )
    )
    assert [server.urls for server in servers] == [["stun:192.0.2.1:3478"], ["turn:turn.example.org?transport=udp"]]
    assert (servers[1].username, servers[1].credential) == ("u", "c")


def test_without_servers_none_is_asked_that_nobody_chose() -> None:
    assert parse_ice_servers(()) == []
