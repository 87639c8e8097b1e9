"""What every handler of the room service shares."""

import logging
from dataclasses import dataclass

from aiohttp import web

from app.domain.clinic_time import Clock
from app.room.config import RoomConfig
from app.room.limits import RateLimiter, address_key
from app.room.metrics import Metrics
from app.room.parse import MalformedError
from app.room.storage import RoomStorage
from app.room.switchboard import Switchboard

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Service:
    """The parts of one running service; `html` is the patient page, `public_url` is known once the port is."""

    config: RoomConfig
    clock: Clock
    board: Switchboard
    storage: RoomStorage
    metrics: Metrics
    html: str
    failures_by_address: RateLimiter
    opens_by_code: RateLimiter
    public_url: str = ""

    def address(self, request: web.Request) -> str:
        """Return what the visitor is rate limited by."""
        forwarded = request.headers.get("X-Forwarded-For", "") if self.config.behind_proxy else ""
        return address_key(forwarded.rpartition(",")[2].strip() or request.remote)

    def bad_message(self, error: MalformedError) -> None:
        """Count a message that breaks the protocol; it is dropped and the line goes on."""
        self.metrics.count("room_bad_messages_total")
        LOG.info("a message was refused: %s", error)


SERVICE = web.AppKey("service", Service)
