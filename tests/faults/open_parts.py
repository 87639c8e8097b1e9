"""A console without its screens on the files and services that a settings file names, in a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.booking.message_templates import load_templates
from app.domain.clinic_time import utc_now
from app.domain.settings import Settings
from app.store.database import Database, open_database
from app.store.keys import FileKeys, database_key
from app.sync.fhir.session import practice_session
from app.sync.fhir.sign_in import sign_in_for
from tests.faults.parts import Parts, Services, join

TEMPLATES = Path(__file__).parents[2] / "resources" / "message_templates"


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts, and the database under them."""

    database: Database
    parts: Parts


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Opened]:
    """Open the console's file and join its parts; nothing runs yet."""
    assert settings.keys_path is not None
    keys = FileKeys(settings.keys_path)
    path = settings.directory / "console.db"
    database = open_database(path, database_key(keys, path))
    try:
        async with practice_session(settings.practice_system.ca_file) as session:
            services = Services(
                practice=settings.practice_system.base_url,
                rooms=settings.room.base_url,
                sms=settings.sms.base_url,
                sign_in=sign_in_for(settings.practice_system, keys, session, utc_now),
                clinic_key=settings.room.clinic_key,
                sms_token=settings.sms.token,
            )
            parts = join(
                database, session, services, settings.user, settings.clinic, load_templates(TEMPLATES), utc_now,
                poll_every=settings.practice_system.poll_every,
            )  # fmt: skip
            yield Opened(database, parts)
    finally:
        database.close()
