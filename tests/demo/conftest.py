"""A practice system on a free port, its file in the test's own directory."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from app.demo.practice_system.server import practice_app
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import Fhir, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[ResourceStore]:
    opened = ResourceStore(tmp_path / "practice.db", clock)
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def fhir(store: ResourceStore) -> AsyncIterator[Fhir]:
    async with TestClient(TestServer(practice_app(store))) as client:
        yield Fhir(client)
