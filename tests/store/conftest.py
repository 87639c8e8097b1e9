"""A real encrypted database for each test."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.changes import Changes
from app.store.database import Database, open_database
from app.store.keys import DATABASE_KEY, FileKeys
from app.store.local_store import LocalStore
from app.store.presences import Presences
from app.store.upkeep import LocalDataKeeper
from app.store.views import StoreViews
from tests.store.builders import KEEP_DAYS, KEY, SettableClock
from tests.store.spoiling import make_clinic


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "clinic.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = open_database(path, KEY)
    yield database
    database.close()


@pytest.fixture
def store(database: Database, clock: SettableClock) -> LocalStore:
    return LocalStore(database, clock)


@pytest.fixture
def presences(store: LocalStore) -> Presences:
    return Presences(lambda: store.announce(Changes.WAITING))


@pytest.fixture
def views(database: Database, presences: Presences, clock: SettableClock) -> StoreViews:
    return StoreViews(database, presences, clock)


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    keys = FileKeys(tmp_path / "keys.json")
    keys.write(DATABASE_KEY, KEY)
    keys.write("another", "secret")
    return keys


@pytest.fixture
def heard() -> list[Changes]:
    return []


@pytest.fixture
def keeper(database: Database, keys: FileKeys, clock: SettableClock, heard: list[Changes]) -> LocalDataKeeper:
    return LocalDataKeeper(database, keys, clock, KEEP_DAYS, heard.append)


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database of some hundred pages, with its mirror; it must not be changed."""
    path = tmp_path_factory.mktemp("clinic") / "clinic.db"
    asyncio.run(make_clinic(path))
    return path
