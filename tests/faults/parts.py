"""A console without its screens: all that `compose` joins to carry clicks out, for tests and benchmarks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from app.booking.carriers import RoomCarrier, SmsCarrier
from app.booking.desk import BookingDesk
from app.booking.gateways.http_sms import HttpSmsGateway
from app.booking.message_templates import Templates
from app.booking.outbox_desk import OutboxDesk
from app.booking.picture_carrier import PictureCarrier
from app.booking.picture_desk import PictureDesk, to_whom_it_is_about
from app.domain.actions import Channel
from app.domain.clinic_time import Clock
from app.domain.patient import Clinic, Clinician
from app.inbox.thread_desk import ThreadDesk
from app.store.database import Database
from app.store.local_store import LocalStore
from app.sync.fhir.authentication import SignIn
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.loop import SyncLoop
from app.video.rooms.own import OwnRooms


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services answer, and what lets a console in."""

    practice: str
    rooms: str
    sms: str
    sign_in: SignIn
    clinic_key: str
    sms_token: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A console's working parts; `sync` is to be run."""

    store: LocalStore
    practice: FhirPracticeSystem
    desk: BookingDesk
    threads: ThreadDesk
    outbox: OutboxDesk
    pictures: PictureDesk
    sync: SyncLoop


def join(
    database: Database,
    session: aiohttp.ClientSession,
    services: Services,
    user: Clinician,
    clinic: Clinic,
    templates: Templates,
    clock: Clock,
    *,
    poll_every: timedelta,
    ticks: Callable[[], float] = time.monotonic,
) -> Parts:
    """Join the parts as `compose` does."""
    store = LocalStore(database, clock)
    practice = FhirPracticeSystem(services.practice, session, clock, services.sign_in, user, store, ticks=ticks)

    def nudge() -> None:
        sync.nudge()

    desk = BookingDesk(store, store, clock, nudge)
    threads = ThreadDesk(store, user, clock, nudge)
    pictures = PictureDesk(store, store, user, clock, nudge, _as_it_came)
    room_carrier = RoomCarrier(OwnRooms(services.rooms, services.clinic_key, session), clinic, store)
    gateway = HttpSmsGateway(services.sms, session, services.sms_token)
    sms_carrier = SmsCarrier(gateway, clinic, templates, store, clock, sender="Klinikken")
    sync = SyncLoop(
        practice, store, store, store,
        {
            Channel.ROOM: room_carrier, Channel.SMS: sms_carrier, Channel.SMS_STATUS: sms_carrier,
            Channel.PICTURE: PictureCarrier(practice, store),
        },
        to_whom_it_is_about(desk.on_result, pictures.on_result), threads.on_result,
        clock=clock, poll_every=poll_every, on_appointment=desk.on_appointment,
    )  # fmt: skip
    outbox = OutboxDesk(store, desk, threads.withdraw, pictures, nudge, clock)
    return Parts(store, practice, desk, threads, outbox, pictures, sync)


async def _as_it_came(data: bytes, most: int) -> bytes:
    """Pictures are bytes like any other here; what is painted of them the screens' tests tell."""
    return data[:most]
