"""The patient's side of the service: one page in several faces, and the line behind it."""

import logging
import re
import time
from contextlib import aclosing

from aiohttp import web

from app.room.codes import parse_code
from app.room.events import Ping
from app.room.limits import Bucket, Rate
from app.room.line import CLOSE_POLICY, WebSocketLine
from app.room.parse import MalformedError, parse_patient_message
from app.room.service import SERVICE, Service
from app.room.switchboard import Seat

LOG = logging.getLogger(__name__)

MESSAGES = Rate(burst=200, seconds=10)
_LONGEST_QUEUE = 256
_FACE = re.compile(r'data-phase="[a-z]*"')

routes = web.RouteTableDef()


@routes.get("/")
async def code_page(request: web.Request) -> web.StreamResponse:
    """Ask for the code; without JavaScript the form comes back here with what was typed."""
    typed = request.query.get("code")
    if typed is None:
        return _page(request, "code", "da", 200)
    code = parse_code(typed)
    if code is None:
        return _page(request, "unknown", "da", 404)
    raise web.HTTPSeeOther(f"/{code}")


@routes.get("/{code}")
async def room_page(request: web.Request) -> web.StreamResponse:
    """The page of one room, or a kind word when the code leads nowhere."""
    seat = _find(request)
    if isinstance(seat, int):
        return _page(request, "limited" if seat == 429 else "unknown", "da", seat)
    return _page(request, "loading", seat.room.plan.language, 200)


@routes.get("/p/{code}/line")
async def patient_line(request: web.Request) -> web.StreamResponse:
    """The page's line, for as long as it is open."""
    service = request.app[SERVICE]
    seat = _find(request)
    if isinstance(seat, int):
        return web.Response(status=seat)
    line = WebSocketLine(_LONGEST_QUEUE, lambda: service.metrics.count("room_lines_overrun_total"))
    service.board.patient_arrived(seat, line)
    allowance = Bucket(MESSAGES, time.monotonic())
    try:
        async with aclosing(line.texts(request)) as texts:
            async for text in texts:
                if not allowance.take(time.monotonic()):
                    service.metrics.count("room_rate_limited_total")
                    line.close(CLOSE_POLICY)
                    break
                _take(service, seat, line, text)
    finally:
        service.board.patient_gone(seat, line)
    return line.response


def _take(service: Service, seat: Seat, line: WebSocketLine, text: str) -> None:
    try:
        message = parse_patient_message(text)
    except MalformedError as error:
        service.bad_message(error)
        return
    if isinstance(message, Ping):
        line.send({"type": "pong"})
        return
    service.metrics.count("room_events_total", f'from="patient",kind="{type(message).__name__}"')
    service.board.patient_said(seat, line, message)


def _find(request: web.Request) -> Seat | int:
    """Return the room of the address's code, or the HTTP status to refuse with.

    Only wrong codes count against an address, so that a whole clinic or family behind one address is never
    locked out; used up, it also refuses right codes, since else guessing would go on.
    """
    service = request.app[SERVICE]
    address = service.address(request)
    if not service.failures_by_address.has(address):
        service.metrics.count("room_rate_limited_total")
        return 429
    code = parse_code(request.match_info["code"])
    seat = service.board.find(code) if code else None
    if seat is None:
        service.failures_by_address.take(address)
        service.metrics.count("room_codes_refused_total")
        return 404
    if not service.opens_by_code.take(seat.code):
        service.metrics.count("room_rate_limited_total")
        return 429
    return seat


def _page(request: web.Request, face: str, language: str, status: int) -> web.Response:
    html = _FACE.sub(f'data-phase="{face}"', request.app[SERVICE].html, count=1).replace(
        'lang="da"', f'lang="{language}"', 1
    )
    return web.Response(text=html, content_type="text/html", status=status, headers={"Cache-Control": "no-store"})
