"""The SMS gateway and the phone page over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from app.demo.phone import Owner, Phone
from app.demo.sms_gateway import MAX_TEXT, REFUSED_NUMBER, SmsGateway, Texts, parse_message
from tests.demo.fhir import HandClock

TOKEN = {"Authorization": "Bearer hemmelig"}
NANCY = "+4520123401"
INVITATION = "https://rum.example.dk/7KQ2P9FMCA\nLægehuset Åkanden: Din videokonsultation er i dag kl. 10.20."

Client = TestClient[Any, Any]


@pytest.fixture
def texts(tmp_path: Path) -> Iterator[Texts]:
    opened = Texts(tmp_path / "sms.db", HandClock())
    yield opened
    opened.close()


@asynccontextmanager
async def running(texts: Texts, delivery_seconds: float = 0.0) -> AsyncIterator[tuple[Client, asyncio.Event]]:
    """Run gateway and phone; the event is set at each delivery."""
    delivered = asyncio.Event()
    gateway = SmsGateway(texts, "hemmelig", delivery_seconds)
    phone = Phone(texts, [Owner(NANCY, "Nancy Ann Test Berggren")])

    def on_delivery() -> None:
        phone.arrived()
        delivered.set()

    gateway.on_delivery = on_delivery
    app = gateway.application()
    phone.add_to(app)
    async with TestClient(TestServer(app)) as client:
        yield client, delivered


async def send(client: Client, key: str = "b1:send", **change: object) -> tuple[int, dict[str, Any]]:
    message = {"key": key, "to": NANCY, "sender": "Åkanden", "body": INVITATION} | change
    async with client.post("/messages", json=message, headers=TOKEN) as response:
        return response.status, await response.json()


async def status(client: Client, reference: str) -> str:
    async with client.get(f"/messages/{reference}", headers=TOKEN) as response:
        assert response.status == 200
        return str((await response.json())["status"])


async def fault(client: Client, **settings: object) -> None:
    async with client.post("/demo/faults", json=settings) as response:
        assert response.status == 200


async def test_a_text_is_queued_then_delivered(texts: Texts) -> None:
    async with running(texts, 600) as (client, _):
        code, answer = await send(client)
        assert code == 201
        assert await status(client, answer["reference"]) == "queued"
    # A restart delivers what was on its way.
    async with running(texts) as (client, delivered):
        await delivered.wait()
        assert await status(client, answer["reference"]) == "delivered"
    (kept,) = texts.delivered(NANCY)
    assert kept.body == INVITATION


async def test_the_same_key_sends_once(texts: Texts) -> None:
    async with running(texts) as (client, _):
        answers = await asyncio.gather(*(send(client) for _ in range(8)))
        assert sorted(code for code, _ in answers) == [200] * 7 + [201]
        assert len({answer["reference"] for _, answer in answers}) == 1
        code, other = await send(client, key="b2:send")
        assert code == 201
        assert other["reference"] != answers[0][1]["reference"]


async def test_numbers_that_cannot_be_reached_are_refused(texts: Texts) -> None:
    async with running(texts) as (client, _):
        for number in (REFUSED_NUMBER, "20123401", "+45201234", "+4510123456", "112", "", "+45 20 12 34 01"):
            assert await send(client, to=number) == (422, {"error": "number_refused"})
        assert (await send(client, to="+46701234567"))[0] == 201


async def test_wrong_requests_are_refused(texts: Texts) -> None:
    async with running(texts) as (client, _):
        for change in ({"key": ""}, {"sender": "Lægehuset Åkanden"}, {"sender": "<b>"}, {"body": " "}, {"to": 7}):
            assert (await send(client, **change))[0] == 400
        assert (await send(client, body="x" * (MAX_TEXT + 1)))[0] == 400
        async with client.post("/messages", data=b"{", headers=TOKEN) as response:
            assert response.status == 400
        for headers in ({}, {"Authorization": "Bearer forkert"}):
            async with client.post("/messages", json={}, headers=headers) as response:
                assert response.status == 401
            async with client.get("/messages/x", headers=headers) as response:
                assert response.status == 401
        async with client.get("/messages/x", headers=TOKEN) as response:
            assert response.status == 404
    assert texts.queued() == []


async def test_faults(texts: Texts) -> None:
    async with running(texts) as (client, delivered):
        await fault(client, mode="refuse", count=1)
        assert (await send(client))[0] == 422
        await fault(client, mode="down", count=1)
        with pytest.raises(aiohttp.ClientConnectionError):
            await send(client)
        await fault(client, mode="lose_answer", count=1)
        with pytest.raises(aiohttp.ClientConnectionError):
            await send(client)
        assert (await send(client))[0] == 200
        await delivered.wait()
        delivered.clear()
        await fault(client, mode="lose", count=1)
        _, answer = await send(client, key="b2:send")
        await delivered.wait()
        assert await status(client, answer["reference"]) == "failed"
    assert len(texts.delivered(None)) == 1


@given(st.binary(max_size=60) | st.just(b'{"key":1}') | st.just(b"[]"))
def test_any_body_is_a_message_or_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_message(raw)


async def test_the_phone_hears_of_a_text_at_once(texts: Texts) -> None:
    async with running(texts) as (client, _):
        async with client.get("/phone/events") as stream:
            assert stream.content_type == "text/event-stream"
            await stream.content.readuntil(b"\n\n")
            await send(client, body="<script>alert(1)</script>")
            event = await stream.content.readuntil(b"\n\n")
        assert event.startswith(b"id: 1\ndata: {")
        assert b"<script>alert(1)</script>" in event
        # A page that lost its line asks for what came after the last one it has.
        await send(client, key="b2:send", body="nummer to")
        async with client.get("/phone/events", headers={"Last-Event-ID": "1"}) as stream:
            await stream.content.readuntil(b"\n\n")
            assert b"nummer to" in await stream.content.readuntil(b"\n\n")


async def test_open_pages_do_not_hold_up_the_end(texts: Texts) -> None:
    async with running(texts) as (client, _):
        stream = await client.get("/phone/events")
        await stream.content.readuntil(b"\n\n")
        await client.server.close()
        # The stream was ended by the server in good order, not cut off.
        assert await stream.content.read() == b""


async def test_telephones_and_inbox(texts: Texts) -> None:
    async with running(texts) as (client, delivered):
        async with client.get("/phone/telephones") as response:
            assert [one["newest"] for one in await response.json()] == [None]
        await send(client, to="+4522123402")
        await delivered.wait()
        async with client.get("/phone/telephones") as response:
            newest, nancy = await response.json()
        assert newest["number"] == "+4522123402"
        assert newest["newest"]["body"] == INVITATION
        assert nancy["name"] == "Nancy Ann Test Berggren"
        async with client.get("/phone/+4522123402/texts") as response:
            (text,) = await response.json()
        assert text["sender"] == "Åkanden"
        assert text["delivered_at"] == "2026-11-23T09:00:00.000+00:00"
        async with client.get(f"/phone/{NANCY}/texts") as response:
            assert await response.json() == []


async def test_the_page_is_its_own_and_lets_nothing_else_in(texts: Texts) -> None:
    async with running(texts) as (client, _):
        html = ""
        for path in ("/phone", f"/phone/{NANCY}", f"/phone/%2B{NANCY[1:]}"):
            async with client.get(path) as response:
                assert response.status == 200
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                html = await response.text()
        assert "://" not in html
        for name in ("phone.js", "phone.css", "icon.svg"):
            assert f"/phone/files/{name}" in html
            async with client.get(f"/phone/files/{name}") as response:
                assert response.status == 200
                source = await response.text()
            assert "innerHTML" not in source
            assert "url(" not in source
        for path in (
            "/phone/files/phone.html",
            "/phone/files/..%2Fclinic.toml",
            "/phone/hej",
            "/phone/%2B4512/texts",
        ):
            async with client.get(path) as response:
                assert response.status == 404
