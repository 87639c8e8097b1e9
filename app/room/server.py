"""Starts and stops the room service: storage, rooms, web server and the clock that opens and closes rooms."""

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from aiohttp import web
from aiohttp.typedefs import Handler

from app.domain.clinic_time import Clock, utc_now
from app.domain.errors import KlinikError
from app.room import console_api, patient_pages
from app.room.config import RoomConfig
from app.room.events import Rating
from app.room.headers import add_security_headers
from app.room.limits import Rate, RateLimiter
from app.room.metrics import Metrics
from app.room.parse import MAX_MESSAGE_BYTES
from app.room.service import SERVICE, Service
from app.room.storage import RoomStorage, StoredRoom
from app.room.switchboard import Switchboard

LOG = logging.getLogger(__name__)
_HTTP_LOG = logging.getLogger(f"{__name__}.http")
_HTTP_LOG.setLevel(logging.CRITICAL)  # aiohttp writes visitors' addresses in its lower levels

KEPT_AFTER_CLOSING = timedelta(days=30)
"""An old link says kindly that the consultation is over for this long; then the code is forgotten."""
WRONG_CODES = Rate(burst=20, seconds=600)
OPENS_OF_ONE_CODE = Rate(burst=60, seconds=60)
_TICK_SECONDS = 1.0
_FORGET_EVERY_TICKS = 3600
_GOODBYE_SECONDS = 5.0


@asynccontextmanager
async def running_service(config: RoomConfig, clock: Clock = utc_now) -> AsyncIterator[Service]:
    """Run the service; `public_url` of what is yielded tells where. Leaving the context stops it."""
    storage = RoomStorage(config.data)
    stored = await storage.open()
    writes: set[asyncio.Task[None]] = set()
    try:
        service = _service(config, clock, storage, stored, writes)
        runner = web.AppRunner(
            _application(service), access_log=None, logger=_HTTP_LOG, shutdown_timeout=_GOODBYE_SECONDS
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, config.host, config.port)
            await site.start()
            service.public_url = config.public_url.rstrip("/") or _address(runner)
            ticker = asyncio.create_task(_tick(service))
            LOG.info("the room service is up with %d rooms", len(stored))
            try:
                yield service
            finally:
                ticker.cancel()
                with suppress(asyncio.CancelledError):
                    await ticker
        finally:
            service.board.hang_up()
            await runner.cleanup()
    finally:
        await asyncio.gather(*writes, return_exceptions=True)
        await storage.close()


def _service(
    config: RoomConfig,
    clock: Clock,
    storage: RoomStorage,
    stored: tuple[StoredRoom, ...],
    writes: set[asyncio.Task[None]],
) -> Service:
    metrics = Metrics()

    def count_rating(rating: Rating) -> None:
        metrics.count("room_ratings_total", f'of="picture",score="{rating.picture}"')
        metrics.count("room_ratings_total", f'of="sound",score="{rating.sound}"')

    def keep(room: StoredRoom) -> None:
        task = asyncio.get_running_loop().create_task(storage.save(room))
        writes.add(task)
        task.add_done_callback(done)

    def done(task: asyncio.Task[None]) -> None:
        writes.discard(task)
        if not task.cancelled() and (error := task.exception()):
            LOG.error("a room could not be written: %s", type(error).__name__)

    return Service(
        config=config,
        clock=clock,
        board=Switchboard(clock, stored, count_rating, keep),
        storage=storage,
        metrics=metrics,
        html=(config.page / "index.html").read_text("utf-8"),
        failures_by_address=RateLimiter(WRONG_CODES, time.monotonic),
        opens_by_code=RateLimiter(OPENS_OF_ONE_CODE, time.monotonic),
    )


def _application(service: Service) -> web.Application:
    application = web.Application(
        middlewares=[_failures, console_api.clinic_key], client_max_size=MAX_MESSAGE_BYTES
    )
    application[SERVICE] = service
    application.on_response_prepare.append(add_security_headers)
    application.router.add_get("/healthz", _healthz)
    application.router.add_get("/metrics", _metrics)
    application.router.add_static("/static", service.config.page / "static")
    application.add_routes(console_api.routes)
    application.add_routes(patient_pages.routes)
    return application


@web.middleware
async def _failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what nobody foresaw into a plain answer; the log names the kind and the place, never the visitor."""
    try:
        return await handler(request)
    except KlinikError as error:
        LOG.error("a request failed: %s", error)  # noqa: TRY400 (the trace could hold the code in the address)
        return web.Response(status=503)
    except web.HTTPException:
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        LOG.error("a request failed: %s at %s:%s", type(error).__name__, place.name, place.lineno)  # noqa: TRY400
        return web.Response(status=500)


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _tick(service: Service) -> None:
    ticks = 0
    while True:
        service.board.tick()
        if ticks % _FORGET_EVERY_TICKS == 0:
            await _forget_old(service)
        ticks += 1
        await asyncio.sleep(_TICK_SECONDS)


async def _forget_old(service: Service) -> None:
    closed_before = service.clock() - KEPT_AFTER_CLOSING
    service.board.forget_before(closed_before)
    try:
        await service.storage.forget_before(closed_before)
    except KlinikError as error:
        LOG.warning("old rooms could not be deleted: %s", error)


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _metrics(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    return web.Response(text=service.metrics.text(service.board.gauges()), content_type="text/plain")
