"""The service over real HTTP and WebSockets: what it answers, refuses, forgets and keeps."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from app.domain.booking import RoomLink
from app.domain.ids import BookingId
from app.domain.waiting import PatientPhase
from app.room.codes import shown_code
from app.room.parse import MAX_MESSAGE_BYTES
from app.room.service import Service
from app.room.turn import IceConfig
from tests.room.support import KEY, START, Console, SetClock, console_at, patient_at, plan, service_at

OFFER = {"sdp": "v=0 offer", "type": "offer"}
ANSWER = {"sdp": "v=0 answer", "type": "answer"}
CANDIDATE = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}


@dataclass
class Scene:
    service: Service
    session: aiohttp.ClientSession
    console: Console
    clock: SetClock

    async def room(self, booking_id: BookingId | None = None) -> tuple[BookingId, RoomLink]:
        wanted = plan(booking_id=booking_id)
        return wanted.booking_id, await self.console.rooms.ensure_room(wanted)

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.session.get(self.service.public_url + path, headers=headers) as response:
            return response.status, await response.text()

    async def call(self, method: str, path: str, body: object = None, key: str = KEY) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        url = self.service.public_url + path
        async with self.session.request(method, url, json=body, headers=headers) as response:
            return response.status


@asynccontextmanager
async def scene(folder: Path, clock: SetClock | None = None, ice: IceConfig | None = None) -> AsyncIterator[Scene]:
    clock = clock or SetClock()
    async with (
        service_at(folder, clock, ice) as service,
        aiohttp.ClientSession() as session,
        console_at(service, session) as console,
    ):
        yield Scene(service, session, console, clock)


async def test_a_whole_consultation(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            state = await patient.hears("state", phase="preview")
            assert (state["clinic_name"], state["clinician_name"]) == ("Lægerne på Torvet", "Mette Holm")
            await patient.say(type="devices", camera=True, microphone=False, browser="Safari 18")
            tested = await on.console.phase(booking, PatientPhase.TESTED)
            assert (tested.devices.camera, tested.devices.microphone) == (True, False)
            await patient.say(type="join")
            await patient.hears("state", phase="waiting")
            await on.console.phase(booking, PatientPhase.WAITING)
            await on.console.say(booking, "delay", body={"minutes": 8})
            await patient.hears("state", delay_minutes=8)
            await on.console.say(booking, "admit")
            await patient.hears("state", phase="admitted")
            assert (await on.console.signal(booking, "joined")).call == 0
            await on.console.say(booking, "offer", 1, OFFER)
            offer = await patient.hears("offer", call=1)
            assert offer["body"] == {**OFFER, "ice_servers": []}
            await patient.say(type="answer", call=1, body=ANSWER)
            assert (await on.console.signal(booking, "answer")).body == ANSWER
            await on.console.phase(booking, PatientPhase.IN_CALL)
            await patient.say(type="candidate", call=1, body=CANDIDATE)
            assert (await on.console.signal(booking, "candidate")).body == CANDIDATE
            await on.console.say(booking, "candidate", 1, CANDIDATE)
            assert (await patient.hears("candidate"))["body"] == CANDIDATE
            await on.console.say(booking, "telephone")
            await patient.hears("telephone")
            await on.console.say(booking, "ended")
            await patient.hears("ended")
            await patient.say(type="rating", picture=3, sound=1)
            await patient.say(type="ping")
            await patient.hears("pong")
        _, metrics = await on.get("/metrics")
        assert 'room_ratings_total{of="sound",score="1"} 1' in metrics


async def test_a_patient_who_reconnects_gets_a_new_offer(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.say(type="join")
            await on.console.phase(booking, PatientPhase.WAITING)
            await on.console.say(booking, "admit")
            await on.console.say(booking, "offer", 1, OFFER)
            await patient.hears("offer")
            await patient.say(type="answer", call=1, body=ANSWER)
            await on.console.phase(booking, PatientPhase.IN_CALL)
        await on.console.phase(booking, PatientPhase.AWAY)
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.hears("state", phase="admitted")
            assert (await on.console.signal(booking, "joined")).call == 1
            await on.console.say(booking, "offer", 2, OFFER)
            await patient.hears("offer", call=2)


async def test_opening_and_closing_by_the_clock(tmp_path: Path) -> None:
    clock = SetClock(START - timedelta(hours=1))
    async with scene(tmp_path, clock) as on:
        _, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.hears("state", phase="early")
            clock.forward(timedelta(minutes=45))
            await patient.hears("state", phase="preview")
            clock.forward(timedelta(minutes=45))
            await patient.hears("state", phase="closed")


async def test_the_same_booking_always_has_the_same_room_also_at_once(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, first = await on.room()
        links = await asyncio.gather(*(on.room(booking) for _ in range(20)))
        assert {link for _, link in links} == {first}
        _, other = await on.room()
        assert other.code != first.code


async def test_a_restart_keeps_rooms_and_who_was_waiting(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.say(type="join")
            await on.console.phase(booking, PatientPhase.WAITING)
        closed, closed_link = await on.room()
        await on.console.rooms.close_room(closed)
    async with scene(tmp_path) as on:
        assert (await on.room(booking))[1].code == link.code
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.hears("state", phase="waiting")
        async with patient_at(on.service, on.session, closed_link.code) as patient:
            await patient.hears("state", phase="closed")
        assert await on.call("PUT", f"/api/rooms/{closed}", _body()) == 200
        async with patient_at(on.service, on.session, closed_link.code) as patient:
            await patient.hears("state", phase="preview")


async def test_the_file_holds_nothing_about_the_patient(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        _, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.say(type="devices", camera=True, microphone=True, browser="CanaryBrowser 1")
            await patient.say(type="join")
            await patient.hears("state", phase="waiting")
    assert not any(b"CanaryBrowser" in file.read_bytes() for file in tmp_path.iterdir())


async def test_a_closed_room_tells_the_patient(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.hears("state")
            await on.console.rooms.close_room(booking)
            await patient.hears("state", phase="closed")
        assert await on.call("DELETE", f"/api/rooms/{booking}") == 204
        assert await on.call("DELETE", "/api/rooms/unknown") == 204


async def test_the_second_page_of_a_link_takes_over(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        _, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as first:
            await first.hears("state")
            async with patient_at(on.service, on.session, link.code) as second:
                await second.hears("state")
                closing = await first.socket.receive()
                assert (closing.type, closing.data) == (aiohttp.WSMsgType.CLOSE, 4001)


async def test_two_consoles_share_presence_but_not_signals(tmp_path: Path) -> None:
    async with scene(tmp_path) as on, console_at(on.service, on.session) as second:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.say(type="join")
            await asyncio.gather(*(one.phase(booking, PatientPhase.WAITING) for one in (on.console, second)))
            await second.say(booking, "admit")
            await second.signal(booking, "joined")
            await on.console.say(booking, "offer", 1, {"sdp": "v=0 intruder", "type": "offer"})
            await on.console.say(booking, "delay", body={"minutes": 1})
            await patient.hears("state", delay_minutes=1)
            await second.say(booking, "offer", 1, OFFER)
            assert (await patient.hears("offer"))["body"] == {**OFFER, "ice_servers": []}


async def test_a_room_nobody_opened_is_told_as_such_at_once_later_and_after_a_restart(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, _ = await on.room()
        await on.console.phase(booking, PatientPhase.NOT_OPENED)
        async with console_at(on.service, on.session) as late:
            await late.phase(booking, PatientPhase.NOT_OPENED)
    async with scene(tmp_path) as on:
        await on.console.phase(booking, PatientPhase.NOT_OPENED)


async def test_a_console_that_comes_later_gets_the_snapshot(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.say(type="join")
            await on.console.phase(booking, PatientPhase.WAITING)
            async with console_at(on.service, on.session) as late:
                await late.phase(booking, PatientPhase.WAITING)


@pytest.mark.parametrize("path", ["/api/ice", "/api/line", "/api/rooms/x"])
@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1]])
async def test_only_the_clinic_uses_the_api(tmp_path: Path, path: str, key: str) -> None:
    async with scene(tmp_path) as on:
        assert await on.call("GET", path, key=key) == 401


def _body(**changes: object) -> dict[str, object]:
    return {
        "opens_at": "2026-11-20T09:05:00Z",
        "start": "2026-11-20T09:20:00Z",
        "end": "2026-11-20T09:35:00Z",
        "closes_at": "2026-11-20T09:50:00Z",
        "clinic_name": "Klinik",
        "clinician_name": "Læge",
        "clinic_phone": "70123456",
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"start": "2026-11-20T09:20:00"},
        {"start": "yesterday"},
        {"start": 5},
        {"end": "2026-11-20T09:10:00Z"},
        {"closes_at": "9999-12-31T23:59:59Z"},
        {"clinic_name": None},
        {"clinic_name": "x" * 200},
        {"clinic_name": "two\nlines"},
        {"clinic_phone": "javascript:alert(1)"},
        {"language": "sv"},
    ],
)
async def test_a_room_that_makes_no_sense_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    async with scene(tmp_path) as on:
        assert await on.call("PUT", "/api/rooms/one", _body()) == 201
        assert await on.call("PUT", "/api/rooms/one", _body(**changes)) == 400
        assert await on.call("PUT", "/api/rooms/no%20id", _body()) == 400
        assert await on.call("PUT", "/api/rooms/two", {"x": "y" * MAX_MESSAGE_BYTES}) in {400, 413}


async def test_codes_are_understood_as_typed_and_wrong_ones_are_told_kindly(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        _, link = await on.room()
        for typed in (link.code, shown_code(link.code), link.code.lower()):
            status, html = await on.get(f"/{typed}")
            assert (status, 'data-phase="loading"' in html) == (200, True)
        status, html = await on.get(f"/?code={shown_code(link.code)}")
        assert (status, 'data-phase="loading"' in html) == (200, True)
        for wrong in ("/7777777777", "/favicon.ico", "/?code=rubbish"):
            status, html = await on.get(wrong)
            assert (status, 'data-phase="unknown"' in html) == (404, True)
        status, html = await on.get("/")
        assert (status, 'data-phase="code"' in html) == (200, True)


async def test_guessing_is_stopped_also_when_a_guess_is_right(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        _, link = await on.room()
        for _ in range(20):
            assert (await on.get("/7777777777"))[0] == 404
        assert (await on.get("/7777777777"))[0] == 429
        assert (await on.get(f"/{link.code}"))[0] == 429
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with patient_at(on.service, on.session, link.code):
                pass
        assert refused.value.status == 429


async def test_one_code_is_not_opened_without_end_and_others_are_not_hurt(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        _, link = await on.room()
        _, other = await on.room()
        statuses = [(await on.get(f"/{link.code}"))[0] for _ in range(61)]
        assert (statuses.count(200), statuses[-1]) == (60, 429)
        assert (await on.get(f"/{other.code}"))[0] == 200


@pytest.mark.parametrize("path", ["/", "/7777777777", "/static/app.js", "/static/missing", "/api/ice", "/healthz"])
async def test_every_answer_carries_the_security_headers(tmp_path: Path, path: str) -> None:
    async with scene(tmp_path) as on, on.session.get(on.service.public_url + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "camera=(self), microphone=(self)" in response.headers["Permissions-Policy"]
        assert "Set-Cookie" not in response.headers


async def test_the_static_folder_gives_nothing_else_away(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        for path in ("/static/", "/static/../index.html", "/static/..%2f..%2f..%2fpyproject.toml"):
            status, text = await on.get(path)
            assert status in {403, 404}
            assert "klinikkonsol" not in text


async def test_the_browser_is_told_our_ice_servers_when_the_console_names_none(tmp_path: Path) -> None:
    ice = IceConfig(stun_urls=("stun:stun.example.dk:3478",))
    own = {**OFFER, "ice_servers": [{"urls": ["stun:own.example.dk"]}]}
    async with scene(tmp_path, ice=ice) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.say(type="join")
            await on.console.phase(booking, PatientPhase.WAITING)
            await on.console.say(booking, "admit")
            await on.console.say(booking, "offer", 1, OFFER)
            offer = await patient.hears("offer", call=1)
            assert offer["body"] == {**OFFER, "ice_servers": [{"urls": ["stun:stun.example.dk:3478"]}]}
            await on.console.say(booking, "offer", 2, own)
            assert (await patient.hears("offer", call=2))["body"] == own


async def test_health(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        status, body = await on.get("/healthz")
        assert (status, json.loads(body)) == (200, {"status": "ok"})


async def test_an_endless_talker_is_hung_up_on(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        _, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            for _ in range(300):
                if patient.socket.closed:
                    break
                await patient.say(type="join")
            while (message := await patient.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_stopping_hangs_up_on_everybody(tmp_path: Path) -> None:
    clock = SetClock()
    async with aiohttp.ClientSession() as session:
        async with service_at(tmp_path, clock) as service, console_at(service, session) as console:
            link = await console.rooms.ensure_room(plan())
            socket = await session.ws_connect(f"{service.public_url}/p/{link.code}/line")
            await socket.receive()
        goodbye = await socket.receive()
        assert (goodbye.type, goodbye.data) == (aiohttp.WSMsgType.CLOSE, 1001)
        await socket.close()


async def test_rubbish_from_one_patient_disturbs_nobody(tmp_path: Path) -> None:
    texts = ["", "{", "null", "[]", '{"type":"answer"}', '{"type":"state","phase":"admitted"}', "[" * 9999, "\x00"]
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        _, quiet_link = await on.room()
        async with (
            patient_at(on.service, on.session, link.code) as patient,
            patient_at(on.service, on.session, quiet_link.code) as quiet,
        ):
            for text in texts:
                await patient.socket.send_str(text)
            await patient.socket.send_bytes(b"\xff\x00")
            await patient.say(type="join")
            await on.console.phase(booking, PatientPhase.WAITING)
            await quiet.hears("state")
            await quiet.say(type="ping")
            await quiet.hears("pong")


async def test_an_oversize_message_ends_that_line_only(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.hears("state")
            await patient.socket.send_str("x" * (MAX_MESSAGE_BYTES + 1))
            assert (await patient.socket.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
        await on.console.phase(booking, PatientPhase.AWAY)
        async with patient_at(on.service, on.session, link.code) as patient:
            await patient.hears("state", phase="preview")


async def test_rubbish_from_a_console_disturbs_nobody(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        booking, link = await on.room()
        headers = {"Authorization": f"Bearer {KEY}"}
        async with (
            patient_at(on.service, on.session, link.code) as patient,
            on.session.ws_connect(f"{on.service.public_url}/api/line", headers=headers) as line,
        ):
            for text in ("", "{}", '{"booking_id":"unknown","kind":"admit","call":0,"body":{}}', "[" * 9999):
                await line.send_str(text)
            await patient.say(type="join")
            await on.console.phase(booking, PatientPhase.WAITING)
            await patient.hears("state", phase="waiting")
