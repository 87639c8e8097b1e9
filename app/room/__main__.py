"""Runs the room service alone: `python -m app.room --help`."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from app.domain.errors import KlinikError
from app.room.config import RoomConfig
from app.room.server import running_service
from app.room.turn import IceConfig

LOG = logging.getLogger("app.room")


class JsonLines(logging.Formatter):
    """One JSON object a line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "from": record.name,
            "text": record.getMessage(),
        }
        return orjson.dumps(entry).decode()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the process's exit code."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    try:
        config = read_options(arguments)
        asyncio.run(_serve(config))
    except OSError as error:
        LOG.critical("the room service could not run: %s", error.strerror)
        return 1
    except KlinikError as error:
        LOG.critical("the room service could not run: %s", error)
        return 1
    return 0


def read_options(arguments: Sequence[str] | None) -> RoomConfig:
    """Read the command line; raises OSError (a key file) or SystemExit (a wrong option)."""
    parser = argparse.ArgumentParser(
        prog="python -m app.room", description="Waiting room, signalling, patient page."
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8443, help="port; 0 takes a free one (default: %(default)s)")
    add("--clinic-key-file", type=Path, required=True, help="file with the key the consoles use")
    add("--data", type=Path, required=True, help="SQLite file that keeps the rooms")
    add("--public-url", default="", help="what patients' links begin with, as patients reach it")
    add("--stun-url", action="append", default=[], help="stun:host:port; may be repeated")
    add("--turn-url", action="append", default=[], help="turn:host:port or turns:...; may be repeated")
    add("--turn-secret-file", type=Path, help="file with the secret shared with the TURN server")
    add("--behind-proxy", action="store_true", help="trust X-Forwarded-For from the proxy in front")
    options = parser.parse_args(arguments)
    clinic_key = options.clinic_key_file.read_text("utf-8").strip()
    if len(clinic_key) < 16:
        parser.error("the clinic key is too short: at least 16 characters")
    if options.turn_url and not options.turn_secret_file:
        parser.error("--turn-url needs --turn-secret-file")
    secret = options.turn_secret_file.read_text("utf-8").strip() if options.turn_secret_file else ""
    return RoomConfig(
        clinic_key=clinic_key,
        data=options.data,
        host=options.host,
        port=options.port,
        public_url=options.public_url,
        ice=IceConfig(tuple(options.stun_url), tuple(options.turn_url), secret),
        behind_proxy=options.behind_proxy,
    )


async def _serve(config: RoomConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: Ctrl+C ends asyncio.run by itself
            break
    async with running_service(config) as service:
        LOG.info("listening on %s", service.public_url)
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
