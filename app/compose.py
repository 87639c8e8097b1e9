"""The only file that knows every part: builds and joins them, and takes them down again."""

import argparse
import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import platformdirs

from app.booking.carriers import RoomCarrier, SmsCarrier
from app.booking.desk import BookingDesk
from app.booking.fee_table import load_fee_codes
from app.booking.gateways.http_sms import HttpSmsGateway
from app.booking.message_templates import load_templates
from app.booking.record_systems import load_record_systems
from app.booking.waiting_room import WaitingRoom
from app.demo.launch import demo_clinic
from app.demo.seed_files import read_seed_files
from app.domain.actions import Channel
from app.domain.changes import Changes
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.keys import Keys
from app.domain.ports.rooms import JsonObject
from app.domain.settings import Settings, read_settings
from app.room.self_check import check_patient_page
from app.store.database import open_database
from app.store.keys import FileKeys, OsKeys, database_key
from app.store.local_store import LocalStore
from app.store.presences import Presences
from app.store.self_check import check_database, check_keyring
from app.store.sole_use import sole_use
from app.store.views import StoreViews
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.loop import SyncLoop
from app.ui.application import run as run_application
from app.ui.dialler import SystemDialler
from app.ui.parts import ConsoleParts
from app.ui.self_check import Check, run_self_check
from app.ui.sound import QtSound
from app.video.exchange import CallExchange
from app.video.media_thread import MediaThread
from app.video.rooms.own import OwnRooms
from app.video.self_check import check_offer, check_picture, check_sound

APPLICATION = "klinikkonsol"
RESOURCES = Path(__file__).parents[1] / "resources"
DEMO_DIRECTORY = platformdirs.user_data_path(APPLICATION) / "demo"


@dataclass(frozen=True, slots=True)
class Options:
    """What stands on the command line."""

    settings: Path
    demo: bool
    self_check: bool = False


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; ends the program with a usage text when it is wrong."""
    parser = argparse.ArgumentParser(
        prog=APPLICATION, description="Klinikkonsol: video consultations at the clinic"
    )
    default = platformdirs.user_config_path(APPLICATION) / "settings.toml"
    parser.add_argument("--settings", type=Path, default=default, help=f"settings file (default {default})")
    parser.add_argument("--demo", action="store_true", help="start a demo clinic beside the console")
    parser.add_argument("--self-check", action="store_true", help="tell whether all that is needed works here")
    chosen = parser.parse_args(arguments)
    return Options(chosen.settings, chosen.demo, chosen.self_check)


def run(arguments: Sequence[str]) -> int:
    """Run the console until its window is closed; returns the exit code."""
    options = parse_options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("aioice", "aiortc"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # their running commentary names network addresses
    if options.self_check:
        return run_self_check(_self_checks(), RESOURCES, [APPLICATION])
    return run_application(lambda: open_console(options), RESOURCES, [APPLICATION])


@asynccontextmanager
async def open_console(options: Options) -> AsyncIterator[ConsoleParts]:
    """Build everything the main window needs, keep it working, and take it down; raises KlinikError."""
    async with AsyncExitStack() as stack:
        settings_path = (
            await stack.enter_async_context(demo_clinic(DEMO_DIRECTORY)) if options.demo else options.settings
        )
        settings = read_settings(settings_path)
        keys = _keys(settings)

        stack.enter_context(sole_use(settings.directory))
        database_path = settings.directory / "console.db"
        database = open_database(database_path, database_key(keys, database_path))
        stack.callback(database.close)
        store = LocalStore(database, utc_now)
        presences = Presences(lambda: store.announce(Changes.WAITING))

        session = await stack.enter_async_context(aiohttp.ClientSession())
        practice = FhirPracticeSystem(
            settings.practice_system.base_url,
            session,
            utc_now,
            _secret(keys, token) if (token := settings.practice_system.token_name) else None,
        )
        rooms = OwnRooms(
            settings.room.base_url, settings.room.clinic_key or _secret(keys, "room-clinic-key"), session
        )
        gateway = HttpSmsGateway(settings.sms.base_url, session, settings.sms.token or _secret(keys, "sms-token"))

        def nudge() -> None:
            sync.nudge()

        async def send(booking_id: BookingId, kind: str, call: int, body: JsonObject) -> None:
            await waiting_room.send(booking_id, kind, call, body)

        desk = BookingDesk(store, store, utc_now, nudge)
        media = MediaThread()
        media.start()
        stack.callback(media.stop)
        sound = QtSound()
        exchange = CallExchange(media, sound, send, rooms.ice_servers, utc_now)
        waiting_room = WaitingRoom(
            rooms, presences, desk, exchange.deliver, utc_now, on_line=lambda up: store.announce(Changes.WAITING)
        )
        room_carrier = RoomCarrier(rooms, settings.clinic, store)
        sms_carrier = SmsCarrier(
            gateway, settings.clinic, load_templates(RESOURCES / "message_templates"), store, utc_now,
            sender=settings.sms.sender,
        )  # fmt: skip
        sync = SyncLoop(
            practice, store, store,
            {Channel.ROOM: room_carrier, Channel.SMS: sms_carrier, Channel.SMS_STATUS: sms_carrier},
            desk.on_result,
            clock=utc_now, poll_every=settings.practice_system.poll_every, on_appointment=desk.on_appointment,
        )  # fmt: skip

        for work in (sync.run, waiting_room.run, exchange.run):
            stack.push_async_callback(_ended, asyncio.create_task(work()))
        stack.push_async_callback(exchange.end_all)
        yield ConsoleParts(
            views=StoreViews(database, presences, utc_now),
            changes=store,
            desk=desk,
            open_call=exchange.open,
            fee_codes=load_fee_codes(RESOURCES / "fee_codes.toml"),
            dialler=SystemDialler(),
            retry_sync=sync.retry,
            room_line_up=lambda: waiting_room.line_up,
            clinic=settings.clinic,
            user=settings.user,
            clock=utc_now,
            phone_page=settings.phone_page,
        )


def _self_checks() -> dict[str, Check]:
    """The checks of every part but the screens."""
    return {
        "picture": check_picture,
        "sound": check_sound,
        "encryption": check_offer,
        "database": check_database,
        "keyring": check_keyring,
        "patient page": check_patient_page,
        "message templates": lambda: f"{len(load_templates(RESOURCES / 'message_templates'))} read",
        "fee codes": lambda: f"{len(load_fee_codes(RESOURCES / 'fee_codes.toml'))} read",
        "record systems": lambda: f"{len(load_record_systems(RESOURCES / 'record_systems.toml'))} read",
        "demo clinic": lambda: f"{len(read_seed_files().patients)} people read",
    }


def _keys(settings: Settings) -> Keys:
    if settings.keys == "file" and settings.keys_path:
        return FileKeys(settings.keys_path)
    return OsKeys(APPLICATION)


def _secret(keys: Keys, name: str) -> str:
    secret = keys.read(name)
    if secret is None:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"the keyring holds no {name}")
    return secret


async def _ended(work: asyncio.Task[None]) -> None:
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
