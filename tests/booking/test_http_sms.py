"""The HTTP gateway against a real server on loopback."""

import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from app.booking.gateways.http_sms import HttpSmsGateway
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.sms import SmsStatus, SmsText
from app.domain.private import Private
from tests.booking.fakes import PHONE

TEXT = SmsText(
    "booking:send_invitation", Private(PHONE), "Laegehuset", Private("https://vid.example/7KQ2P9FMCA\nHej Åse")
)


class Server:
    """Answers what it is told to and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer = web.Response(status=404)
        self.asked: list[tuple[str, str, str | None, object]] = []
        self.base_url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.raw_path, request.headers.get("Authorization"), body))
        return self.answer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base_url = f"http://{host}:{port}/api/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def gateway(server: Server) -> AsyncIterator[HttpSmsGateway]:
    async with aiohttp.ClientSession() as session:
        yield HttpSmsGateway(server.base_url, session, "secret")


@pytest.mark.parametrize("status", [200, 201])
async def test_a_text_is_handed_over(server: Server, gateway: HttpSmsGateway, status: int) -> None:
    server.answer = web.json_response({"reference": "r/1"}, status=status)
    assert await gateway.send(TEXT) == "r/1"
    body = {
        "key": "booking:send_invitation",
        "to": "+4520123456",
        "sender": "Laegehuset",
        "body": "https://vid.example/7KQ2P9FMCA\nHej Åse",
    }
    assert server.asked == [("POST", "/api/messages", "Bearer secret", body)]


@pytest.mark.parametrize("status", SmsStatus)
async def test_its_fate_is_asked_for(server: Server, gateway: HttpSmsGateway, status: SmsStatus) -> None:
    server.answer = web.json_response({"status": status.value})
    assert await gateway.status("r/1") is status
    assert server.asked == [("GET", "/api/messages/r%2F1", "Bearer secret", None)]


async def test_a_refused_number(server: Server, gateway: HttpSmsGateway) -> None:
    server.answer = web.json_response({"error": "number_refused"}, status=422)
    with pytest.raises(KlinikError) as caught:
        await gateway.send(TEXT)
    assert caught.value.kind is ErrorKind.SMS_NUMBER_REFUSED


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "oops"),
        (401, "{}"),
        (302, ""),
        (422, '{"error": "body_too_long"}'),
        (200, "not json"),
        (200, "[" * 10_000),
        (200, "[]"),
        (200, '{"reference": 1, "status": "lost"}'),
        (200, '{"reference": "", "status": []}'),
        (200, '{"reference": "' + "r" * 20_000 + '"}'),
    ],
)
async def test_any_other_answer_is_to_be_tried_again(
    server: Server, gateway: HttpSmsGateway, status: int, text: str
) -> None:
    for ask in (lambda: gateway.send(TEXT), lambda: gateway.status("r")):
        server.answer = web.Response(status=status, text=text, headers={"Location": "/elsewhere"})
        with pytest.raises(KlinikError) as caught:
            await ask()
        assert caught.value.kind is ErrorKind.SMS_UNREACHABLE
    assert len(server.asked) == 2  # No redirect is followed: the token is for this address only.


async def test_nobody_there_and_nothing_private_is_told(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with aiohttp.ClientSession() as session:
        gateway = HttpSmsGateway("http://127.0.0.1:1", session, "secret")
        with pytest.raises(KlinikError) as caught:
            await gateway.send(TEXT)
    assert caught.value.kind is ErrorKind.SMS_UNREACHABLE
    for private in ("20123456", "7KQ2P9FMCA", "secret", "Åse"):
        assert private not in str(caught.value) + caplog.text
