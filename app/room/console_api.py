"""The clinic's side of the service: rooms by booking, ICE servers and the console's line."""

import hmac
import logging
from contextlib import aclosing
from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler

from app.room.events import ConsoleEvent, ConsoleSignal
from app.room.line import WebSocketLine
from app.room.parse import MalformedError, parse_booking_id, parse_console_message, parse_room_request
from app.room.service import SERVICE, Service
from app.room.turn import ice_servers

LOG = logging.getLogger(__name__)

_LONGEST_QUEUE = 50_000
"""Room for the snapshot of a large service."""

routes = web.RouteTableDef()


@web.middleware
async def clinic_key(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only the clinic's consoles use `/api/`."""
    if request.path.startswith("/api/"):
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {request.app[SERVICE].config.clinic_key}".encode()):
            return _refusal(401, "clinic_key")
    return await handler(request)


@routes.put("/api/rooms/{booking_id}")
async def put_room(request: web.Request) -> web.Response:
    """Make the booking's room, change its times and names, or open it again; the code stays the same."""
    service = request.app[SERVICE]
    try:
        plan = parse_room_request(parse_booking_id(request.match_info["booking_id"]), await request.read())
    except MalformedError as error:
        return _refusal(400, str(error))
    room, new = service.board.ensure(plan)
    await service.storage.save(room)
    LOG.info("room %s for booking %s", "made" if new else "kept", plan.booking_id)
    url = f"{service.public_url}/{room.code}"
    return web.json_response({"code": room.code, "url": url}, status=201 if new else 200)


@routes.delete("/api/rooms/{booking_id}")
async def delete_room(request: web.Request) -> web.Response:
    """Close the booking's room until the clinic plans it again."""
    service = request.app[SERVICE]
    try:
        booking_id = parse_booking_id(request.match_info["booking_id"])
    except MalformedError as error:
        return _refusal(400, str(error))
    if room := service.board.close_room(booking_id):
        await service.storage.save(room)
        LOG.info("room closed for booking %s", booking_id)
    return web.Response(status=204)


@routes.get("/api/ice")
async def get_ice(request: web.Request) -> web.Response:
    """Return the ICE servers, with credentials for some hours."""
    service = request.app[SERVICE]
    return web.json_response({"ice_servers": ice_servers(service.config.ice, service.clock())})


@routes.get("/api/line")
async def console_line(request: web.Request) -> web.WebSocketResponse:
    """Presence of every room, and signals both ways, for as long as the console is there."""
    service = request.app[SERVICE]
    line = WebSocketLine(_LONGEST_QUEUE, lambda: service.metrics.count("room_lines_overrun_total"))
    console = service.board.console_arrived(line)
    LOG.info("console %d is on the line", console)
    try:
        async with aclosing(line.texts(request)) as texts:
            async for text in texts:
                try:
                    booking_id, event = parse_console_message(console, text)
                except MalformedError as error:
                    service.bad_message(error)
                    continue
                service.metrics.count("room_events_total", f'from="console",kind="{type(event).__name__}"')
                service.board.console_said(booking_id, _with_ice_servers(service, event))
    finally:
        service.board.console_gone(console)
        LOG.info("console %d left the line", console)
    return line.response


def _with_ice_servers(service: Service, event: ConsoleEvent) -> ConsoleEvent:
    """Tell the browser our ICE servers when the console's offer names none."""
    if isinstance(event, ConsoleSignal) and event.kind == "offer" and "ice_servers" not in event.body:
        servers = ice_servers(service.config.ice, service.clock())
        return replace(event, body={**event.body, "ice_servers": servers})
    return event


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
