"""The console's client of our own room service, against the real service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from app.domain.booking import RoomLink
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.rooms import Rooms
from app.room.turn import IceConfig
from app.video.rooms import pulse
from app.video.rooms.own import OwnRooms
from tests.room.support import KEY, Patient, patient_at, service_at
from tests.video_rooms.contract import RoomsContract, RoomService, request

ICE = IceConfig(("stun:stun.example.dk",), ("turn:turn.example.dk?transport=udp",), "secret")


class OwnService(RoomService):
    def __init__(self, stack: AsyncExitStack, session: aiohttp.ClientSession, folder: Path) -> None:
        self._stack = stack
        self._session = session
        self._folder = folder
        self._patients: dict[RoomLink, Patient] = {}

    async def start(self) -> None:
        self._running = await self._stack.enter_async_context(AsyncExitStack())
        self._service = await self._running.enter_async_context(service_at(self._folder, utc_now, ICE))
        self.rooms: Rooms = OwnRooms(self._service.public_url, KEY, self._session)
        self.strange_rooms: Rooms = OwnRooms(self._service.public_url, "another clinic's key", self._session)
        self.unreachable_rooms: Rooms = OwnRooms(f"http://127.0.0.1:{unused_port()}", KEY, self._session)

    async def open_page(self, link: RoomLink) -> None:
        patient = await self._stack.enter_async_context(patient_at(self._service, self._session, link.code))
        await patient.hears("state")
        self._patients[link] = patient

    async def press_join(self, link: RoomLink) -> None:
        await self._patients[link].say(type="join")

    async def answer_next_offer(self, link: RoomLink, sdp: str) -> None:
        offer = await self._patients[link].hears("offer")
        await self._patients[link].say(type="answer", call=offer["call"], body={"sdp": sdp, "type": "answer"})

    async def break_lines(self) -> None:
        await self._running.aclose()


class TestOwnRooms(RoomsContract):
    @pytest.fixture
    async def service(self, tmp_path: Path) -> AsyncIterator[RoomService]:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            service = OwnService(stack, session, tmp_path)
            await service.start()
            yield service


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (web.Response(status=500), ErrorKind.ROOM_UNREACHABLE),
        (web.Response(status=429), ErrorKind.ROOM_UNREACHABLE),
        (web.Response(status=400), ErrorKind.ROOM_REFUSED),
        (web.Response(status=302, headers={"Location": "/elsewhere"}), ErrorKind.ROOM_UNREACHABLE),
        (web.Response(text="<html>"), ErrorKind.ROOM_UNREACHABLE),
        (web.json_response([]), ErrorKind.ROOM_UNREACHABLE),
        (web.json_response({"code": "7KQ2P9FMCA", "url": "javascript:alert(1)"}), ErrorKind.ROOM_UNREACHABLE),
        (web.Response(body=b"x" * 70_000), ErrorKind.ROOM_UNREACHABLE),
    ],
    ids=["500", "429", "400", "302", "html", "list", "bad link", "huge"],
)
async def test_what_is_no_room_is_an_error_of_the_port(answer: web.Response, kind: ErrorKind) -> None:
    async def always(_request: web.Request) -> web.Response:
        return answer

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", always)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        rooms = OwnRooms(str(server.make_url("/")), "key", session)
        with pytest.raises(KlinikError) as failed:
            await rooms.ensure_room(request())
        assert failed.value.kind is kind


async def test_unreadable_news_are_skipped() -> None:
    async def line(received: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(received)
        for text in (
            "",
            "[]",
            '{"type":"presence"}',
            '{"type":"signal","booking_id":"b","kind":"x"}',
            '{"type":"new"}',
        ):
            await socket.send_str(text)
        await socket.send_bytes(b"\x00")
        await socket.send_json({"type": "signal", "booking_id": "b", "kind": "phone", "call": 0, "body": {}})
        await socket.close()
        return socket

    application = web.Application()
    application.router.add_get("/api/line", line)
    async with (
        TestServer(application) as server,
        aiohttp.ClientSession() as session,
        OwnRooms(str(server.make_url("")), "key", session).open_line() as open_line,
    ):
        news = [one async for one in open_line.news()]
    assert [getattr(one, "kind", None) for one in news] == ["phone"]


async def test_a_service_that_answers_no_ping_has_left_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "PING_EVERY", 0.01)
    monkeypatch.setattr(pulse, "LEAST_PATIENCE", 0.1)
    pinged = 0

    async def line(received: web.Request) -> web.WebSocketResponse:
        nonlocal pinged
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(received)
        async for message in socket:
            pinged += message.type is aiohttp.WSMsgType.PING
        return socket

    application = web.Application()
    application.router.add_get("/api/line", line)
    async with (
        TestServer(application) as server,
        aiohttp.ClientSession() as session,
        OwnRooms(str(server.make_url("")), "key", session).open_line() as open_line,
    ):
        assert [one async for one in open_line.news()] == []
    assert pinged


async def test_a_service_that_pings_is_answered() -> None:
    answered = asyncio.Event()

    async def line(received: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(received)
        await socket.ping(b"still there?")
        async for message in socket:
            if (message.type, bytes(message.data)) == (aiohttp.WSMsgType.PONG, b"still there?"):
                answered.set()
                await socket.close()
        return socket

    application = web.Application()
    application.router.add_get("/api/line", line)
    async with (
        TestServer(application) as server,
        aiohttp.ClientSession() as session,
        OwnRooms(str(server.make_url("")), "key", session).open_line() as open_line,
    ):
        assert [one async for one in open_line.news()] == []
    assert answered.is_set()
