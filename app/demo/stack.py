"""The whole demo: its services started together, healthy together, stopped together."""

import json
import logging
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from app.demo.consoles import DemoConsole, demo_consoles, register, signing_key
from app.demo.phone import Owner, Phone
from app.demo.practice_system.profile import STANDARD, Profile
from app.demo.practice_system.server import practice_app
from app.demo.practice_system.service import PREFIX
from app.demo.practice_system.sign_in import SignIn, read_clients
from app.demo.practice_system.store import ResourceStore
from app.demo.room_process import start_room
from app.demo.seed import seed, top_up_calendar
from app.demo.seed_files import SeedFiles, read_seed_files
from app.demo.settings_file import Addresses, Secrets, write_settings
from app.demo.sms_gateway import SmsGateway, Texts
from app.domain.clinic_time import Clock, utc_now

log = logging.getLogger(__name__)

_SERVICES = ("practice", "sms", "room")
_SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Stack:
    """A running demo: where its services answer, and the consoles whose settings files lead to them."""

    addresses: Addresses
    consoles: tuple[DemoConsole, ...]

    @property
    def settings(self) -> Path:
        """The settings file of the clinic's first doctor."""
        return self.consoles[0].settings


@asynccontextmanager
async def run_stack(
    directory: Path,
    *,
    host: str = "127.0.0.1",
    first_port: int = 0,
    fresh: bool = False,
    clock: Clock = utc_now,
    seed_number: int = 1,
    profile: Profile = STANDARD,
) -> AsyncIterator[Stack]:
    """Run the demo until the block is left; its data stays in `directory`.

    The services take `first_port` and the two after it, or with 0 the ports of the last run, and free ones when
    those are taken. `fresh` forgets earlier runs, the consoles' local copies too. `profile` is what the practice
    system is like. It lets in the consoles, who sign in with keys of their own, and whoever has the token kept in
    `practice.token`. Raises OSError (a port is taken, the directory cannot be written) or RoomServiceError; what
    had started is stopped then.
    """
    directory = _prepared(directory, fresh=fresh)
    files = read_seed_files()
    shown = Secrets(sms_token=_secret(directory / "sms.token"), clinic_key=_secret(directory / "clinic.key"))
    keys = {console: signing_key(console) for console in demo_consoles(directory, files.practitioners)}
    register(directory / "clients.json", keys)
    sockets = _open_sockets(directory / "ports.json", host, first_port)
    async with AsyncExitStack() as stack:
        for listening in sockets.values():
            stack.callback(listening.close)
        ports = {name: int(listening.getsockname()[1]) for name, listening in sockets.items()}
        # The room service opens its port itself, and starts while the practice system is being filled.
        sockets["room"].close()
        room = await start_room(directory, host, ports["room"], directory / "clinic.key")
        stack.push_async_callback(room.end)
        practice = _practice(stack, directory, files, clock, seed_number, profile)
        await _serve(stack, practice, sockets["practice"])
        await _serve(stack, _sms(stack, directory / "sms.db", shown.sms_token, files, clock), sockets["sms"])
        await room.healthy()
        addresses = Addresses(
            practice=f"http://{host}:{ports['practice']}{PREFIX}",
            sms=f"http://{host}:{ports['sms']}",
            phone=f"http://{host}:{ports['sms']}/phone",
            room=room.url,
        )
        for console, key in keys.items():
            write_settings(console, key, addresses, shown, files.organization)
        yield Stack(addresses, tuple(keys))


def _practice(
    stack: AsyncExitStack, directory: Path, files: SeedFiles, clock: Clock, seed_number: int, profile: Profile
) -> web.Application:
    store = ResourceStore(directory / "practice.db", clock)
    stack.callback(store.close)
    sign_in = SignIn(read_clients(directory / "clients.json"), clock)
    app = practice_app(store, _secret(directory / "practice.token"), profile=profile, sign_in=sign_in)
    now = clock()
    if not store.newest_seq():
        seed(store, files, now, seed_number)
    top_up_calendar(store, files, now, seed_number)
    log.info("the practice system holds %d versions", store.newest_seq())
    return app


def _sms(stack: AsyncExitStack, path: Path, token: str, files: SeedFiles, clock: Clock) -> web.Application:
    texts = Texts(path, clock)
    stack.callback(texts.close)
    gateway = SmsGateway(texts, token)
    phone = Phone(texts, _owners(files))
    gateway.on_delivery = phone.arrived
    app = gateway.application()
    phone.add_to(app)
    return app


def _owners(files: SeedFiles) -> list[Owner]:
    """Whose each telephone is: a child's number is the parent's, so the eldest of those who share it."""
    eldest: dict[str, str] = {}
    for patient in sorted(files.patients, key=lambda patient: patient.born):
        if patient.phone:
            eldest.setdefault(patient.phone, patient.name)
    return [Owner(number, name) for number, name in eldest.items()]


async def _serve(stack: AsyncExitStack, app: web.Application, listening: socket.socket) -> None:
    # No access log: addresses of searches hold CPR numbers.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, listening).start()


def _open_sockets(path: Path, host: str, first_port: int) -> dict[str, socket.socket]:
    """Return a bound socket for each service and remember the ports, so that printed links outlive a restart."""
    remembered = _remembered(path)
    sockets: dict[str, socket.socket] = {}
    try:
        for offset, name in enumerate(_SERVICES):
            port = first_port + offset if first_port else remembered.get(name, 0)
            sockets[name] = _bound(host, port, fallback=not first_port)
    except BaseException:
        for opened in sockets.values():
            opened.close()
        raise
    ports = {name: opened.getsockname()[1] for name, opened in sockets.items()}
    path.write_text(json.dumps(ports), encoding="utf-8")
    return sockets


def _bound(host: str, port: int, *, fallback: bool) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        if not fallback or not port:
            raise
        return _bound(host, 0, fallback=False)
    return opened


def _remembered(path: Path) -> dict[str, int]:
    try:
        ports = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(ports, dict):
        return {}
    return {name: port for name, port in ports.items() if isinstance(port, int) and 0 < port < 65536}


def _secret(path: Path) -> str:
    """Return the secret kept in a file, made at the first run and readable by its owner alone."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def _prepared(directory: Path, *, fresh: bool) -> Path:
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if fresh:
        for path in directory.glob("*.db*"):
            path.unlink()
        for console in directory.glob("console*"):
            shutil.rmtree(console, ignore_errors=True)
    return directory
