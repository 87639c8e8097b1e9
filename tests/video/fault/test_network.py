"""What this PC tells of its own network: a sleep, another address, and services that answer or do not."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest

from app.video.fault.facts import NOT_ASKED, Answer
from app.video.fault.network import Whereabouts, changed, knock, own_addresses, slept

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOME, AWAY = frozenset({"10.0.0.5"}), frozenset({"192.168.1.7"})


def whereabouts(wall: float, ticking: float, addresses: frozenset[str] = HOME) -> Whereabouts:
    return Whereabouts(addresses, START + timedelta(seconds=wall), ticking)


@pytest.mark.parametrize(
    ("wall", "ticking", "seconds"),
    [(1, 1, 0), (3.9, 3.9, 0), (600, 1, 600), (600, 600, 600), (-3600, 1, 0), (1.2, 0.9, 0)],
)
def test_a_sleep_is_seen_whether_or_not_the_other_clock_stood_still(
    wall: float, ticking: float, seconds: float
) -> None:
    assert slept(whereabouts(0, 0), whereabouts(wall, ticking)) == seconds


def test_connections_are_made_anew_for_another_address_but_not_while_there_is_none() -> None:
    assert changed(whereabouts(0, 0), whereabouts(1, 1, AWAY))
    assert not changed(whereabouts(0, 0), whereabouts(1, 1, frozenset()))
    assert changed(whereabouts(0, 0, frozenset()), whereabouts(1, 1))
    assert not changed(whereabouts(0, 0), whereabouts(1, 1))


def test_looking_for_our_own_addresses_finds_addresses() -> None:
    for address in own_addresses():
        socket.getaddrinfo(address, None, flags=socket.AI_NUMERICHOST)


async def test_a_service_on_this_pc_tells_nothing_when_it_answers_and_much_when_it_does_not() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await knock("127.0.0.1", port) == NOT_ASKED
    server.close()
    await server.wait_closed()
    assert (await knock("127.0.0.1", port)).answer is Answer.REFUSES


async def test_nobody_is_asked_without_a_name() -> None:
    assert await knock("", 0) == NOT_ASKED


async def test_a_name_that_leads_nowhere_is_silence() -> None:
    assert (await knock("nowhere.invalid", 443)).answer is Answer.SILENT
