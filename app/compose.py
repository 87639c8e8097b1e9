"""Builds and joins every part of the running program, and takes them down again."""

import argparse
import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import platformdirs

from app.booking.carriers import RoomCarrier, SmsCarrier
from app.booking.desk import BookingDesk
from app.booking.fee_table import load_fee_codes
from app.booking.gateways.http_sms import HttpSmsGateway
from app.booking.message_templates import load_templates
from app.booking.outbox_desk import OutboxDesk
from app.booking.picture_carrier import PictureCarrier
from app.booking.picture_desk import PictureDesk, to_whom_it_is_about
from app.booking.sms_witness import SmsWitness, TextNews
from app.booking.waiting_room import WaitingRoom
from app.demo.launch import demo_clinic
from app.domain.actions import Channel
from app.domain.changes import Changes
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.faults import log_fault
from app.domain.ids import BookingId
from app.domain.ports.keys import Keys
from app.domain.ports.rooms import JsonObject
from app.domain.settings import Settings, read_settings
from app.domain.waiting import PatientPresence
from app.inbox.thread_desk import ThreadDesk
from app.store.database import open_database
from app.store.device_memory import FileDeviceMemory
from app.store.keys import FileKeys, OsKeys, database_key
from app.store.local_store import LocalStore
from app.store.presences import Presences
from app.store.search_indexer import SearchIndexer
from app.store.sole_use import sole_use
from app.store.upkeep import LocalDataKeeper
from app.store.views import StoreViews
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.fhir.session import practice_session
from app.sync.fhir.sign_in import sign_in_for
from app.sync.loop import SyncLoop
from app.ui.application import run as run_application
from app.ui.call.still_fit import fit_still
from app.ui.dialler import SystemDialler
from app.ui.parts import ConsoleParts
from app.ui.sound import QtSound
from app.video.fault.facts import Around, Surroundings, Witnesses
from app.video.heap import collect_seldom, use_few_arenas
from app.video.late_exchange import LateExchange
from app.video.media_thread import MediaThread
from app.video.profile import PROFILES
from app.video.rooms.own import OwnRooms

_log = logging.getLogger(__name__)

APPLICATION = "klinikkonsol"
RESOURCES = Path(__file__).parents[1] / "resources"
DEMO_DIRECTORY = platformdirs.user_data_path(APPLICATION) / "demo"


@dataclass(frozen=True, slots=True)
class Options:
    """What stands on the command line."""

    settings: Path
    demo: bool
    self_check: bool = False
    demo_user: str = ""
    new_signing_key: bool = False


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; ends the program with a usage text when it is wrong."""
    parser = argparse.ArgumentParser(
        prog=APPLICATION, description="Klinikkonsol: video consultations at the clinic"
    )
    default = platformdirs.user_config_path(APPLICATION) / "settings.toml"
    parser.add_argument("--settings", type=Path, default=default, help=f"settings file (default {default})")
    parser.add_argument("--demo", action="store_true", help="start a demo clinic beside the console")
    parser.add_argument("--self-check", action="store_true", help="tell whether all that is needed works here")
    parser.add_argument(
        "--as", dest="demo_user", default="", metavar="WHO",
        help="with --demo: whose console it is, such as jonas or secretary; several meet in one clinic",
    )  # fmt: skip
    parser.add_argument(
        "--new-signing-key", action="store_true",
        help="make the key this console signs in to the practice system with, and print its public half (JWKS)",
    )  # fmt: skip
    chosen = parser.parse_args(arguments)
    return Options(chosen.settings, chosen.demo, chosen.self_check, chosen.demo_user, chosen.new_signing_key)


def run(arguments: Sequence[str]) -> int:
    """Run the console until its window is closed; returns the exit code."""
    use_few_arenas()
    collect_seldom()
    options = parse_options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("aioice", "aiortc"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # their running commentary names network addresses
    if options.self_check or options.new_signing_key:
        return _serve_installer(options)
    return run_application(lambda: open_console(options), RESOURCES, [APPLICATION])


def _serve_installer(options: Options) -> int:
    from app.installation import check_installation, print_public_key  # noqa: PLC0415 - more than a start needs

    if options.self_check:
        return check_installation(RESOURCES, APPLICATION)
    try:
        settings = read_settings(options.settings)
        print_public_key(settings, _keys(settings))
    except KlinikError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


@asynccontextmanager
async def open_console(options: Options) -> AsyncIterator[ConsoleParts]:
    """Build everything the main window needs, keep it working, and take it down; raises KlinikError."""
    async with AsyncExitStack() as stack:
        clinic = demo_clinic(DEMO_DIRECTORY, options.demo_user)
        settings = read_settings(await stack.enter_async_context(clinic) if options.demo else options.settings)
        keys = _keys(settings)

        stack.enter_context(sole_use(settings.directory))
        database_path = settings.directory / "console.db"
        database = open_database(database_path, database_key(keys, database_path))
        stack.callback(database.close)
        store = LocalStore(database, utc_now)
        presences = Presences(lambda: store.announce(Changes.WAITING))

        practice = await _practice_system(stack, settings, keys, store)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        rooms = OwnRooms(
            settings.room.base_url, settings.room.clinic_key or _secret(keys, "room-clinic-key"), session
        )
        gateway = HttpSmsGateway(settings.sms.base_url, session, settings.sms.token or _secret(keys, "sms-token"))

        def nudge() -> None:
            sync.nudge()

        async def send(booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
            await waiting_room.send(booking_id, kind, call, body)

        def renew_line() -> None:
            waiting_room.renew()

        def surroundings(booking_id: BookingId) -> Surroundings:
            return _surroundings(waiting_room.line_up, presences.of(booking_id), sms.of(booking_id))

        desk = BookingDesk(store, store, utc_now, nudge)
        pictures = PictureDesk(store, store, settings.user, utc_now, nudge, fit_still)
        thread_desk = ThreadDesk(store, settings.user, utc_now, nudge)
        media = MediaThread()
        media.start()
        stack.callback(media.stop)
        exchange = LateExchange(
            media, QtSound(), send, rooms.ice_servers, utc_now,
            memory=FileDeviceMemory(database.files.devices), profile=PROFILES[settings.video_size],
            around=Around(surroundings, _witnesses(settings), renew_line),
        )  # fmt: skip
        waiting_room = WaitingRoom(
            rooms, presences, desk, exchange.deliver, utc_now,
            on_line=lambda up: store.announce(Changes.WAITING), on_waiting=exchange.expect,
        )  # fmt: skip
        room_carrier = RoomCarrier(rooms, settings.clinic, store)
        sms_carrier = SmsCarrier(
            gateway, settings.clinic, load_templates(RESOURCES / "message_templates"), store, utc_now,
            sender=settings.sms.sender,
        )  # fmt: skip
        sms = SmsWitness(sms_carrier, utc_now)
        sync = SyncLoop(
            practice, store, store, store,
            {
                Channel.ROOM: room_carrier, Channel.SMS: sms, Channel.SMS_STATUS: sms,
                Channel.PICTURE: PictureCarrier(practice, store),
            },
            to_whom_it_is_about(desk.on_result, pictures.on_result), thread_desk.on_result,
            clock=utc_now, poll_every=settings.practice_system.poll_every, on_appointment=desk.on_appointment,
        )  # fmt: skip
        indexer = SearchIndexer(database, store, store.announce)
        local_data = LocalDataKeeper(database, keys, utc_now, settings.keep_closed_days, store.announce)

        for part in (sync, waiting_room, exchange, indexer, local_data):
            stack.push_async_callback(_ended, _working(part.run(), type(part).__name__))
        stack.push_async_callback(exchange.end_all)
        # What was loaded to start with stays: going through it again and again would hold up the screens for 15 ms.
        gc.freeze()
        yield ConsoleParts(
            views=StoreViews(database, presences, utc_now, settings.keep_closed_days),
            changes=store,
            desk=desk,
            thread_desk=thread_desk,
            outbox_desk=OutboxDesk(store, desk, thread_desk.withdraw, pictures, nudge, utc_now),
            pictures=pictures,
            local_data=local_data,
            open_call=exchange.open,
            try_devices=exchange.try_devices,
            fee_codes=load_fee_codes(RESOURCES / "fee_codes.toml"),
            dialler=SystemDialler(),
            retry_sync=sync.retry,
            pause_sync=sync.pause,
            resume_sync=sync.resume,
            room_line_up=lambda: waiting_room.line_up,
            threads_can_be_taken=lambda: practice.carries_threads,
            clinic=settings.clinic,
            user=settings.user,
            clock=utc_now,
            phone_page=settings.phone_page,
        )


def _surroundings(line_up: bool, presence: PatientPresence | None, text: TextNews) -> Surroundings:
    """What the rest of the program knows of one call, for the search for whose fault it is."""
    now = utc_now()
    return Surroundings(
        room_line_up=line_up,
        phase=presence.phase if presence else None,
        phase_for=(now - presence.since).total_seconds() if presence else 0.0,
        sms_failed=text.failed,
        sms_waiting=(now - text.waiting_since).total_seconds() if text.waiting_since else 0.0,
    )


def _witnesses(settings: Settings) -> Witnesses:
    return Witnesses(_host_of(settings.room.base_url), _host_of(settings.practice_system.base_url))


def _host_of(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


async def _practice_system(
    stack: AsyncExitStack, settings: Settings, keys: Keys, store: LocalStore
) -> FhirPracticeSystem:
    """The practice system's connections are its own: they may trust an authority that nobody else is trusted by."""
    session = await stack.enter_async_context(practice_session(settings.practice_system.ca_file))
    sign_in = sign_in_for(settings.practice_system, keys, session, utc_now)
    return FhirPracticeSystem(settings.practice_system.base_url, session, utc_now, sign_in, settings.user, store)


def _keys(settings: Settings) -> Keys:
    if settings.keys == "file" and settings.keys_path:
        return FileKeys(settings.keys_path)
    return OsKeys(APPLICATION)


def _secret(keys: Keys, name: str) -> str:
    secret = keys.read(name)
    if secret is None:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"the keyring holds no {name}")
    return secret


def _working(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Start what works beside the screens; should it ever end by itself, that is a fault, and is logged at once."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_note_end)
    return task


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and isinstance(error := task.exception(), Exception):
        log_fault(_log, f"{task.get_name()} ended", error)


async def _ended(work: asyncio.Task[None]) -> None:
    work.cancel()
    await asyncio.wait({work})
