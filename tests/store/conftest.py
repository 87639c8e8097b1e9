"""A real encrypted database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.changes import Changes
from app.store.database import Database, open_database
from app.store.local_store import LocalStore
from app.store.presences import Presences
from app.store.views import StoreViews
from tests.store.builders import KEY, SettableClock


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
