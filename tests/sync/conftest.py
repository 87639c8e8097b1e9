"""The servers the practice system's contract is run against."""

import os
import re
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from app.demo.practice_system.profile import MEDPLUM
from app.demo.practice_system.server import practice_app
from app.demo.practice_system.store import ResourceStore
from app.domain.clinic_time import utc_now
from tests.sync.server import Clinic, Proxy, Server, proxy_to, seed_clinic

PEER = Path(os.environ.get("SEKMET", Path(__file__).parents[2] / ".peer" / "bin" / "sekmet"))
_SETTINGS = """\
base_url: http://epj.invalid/fhir
host: 127.0.0.1
port: 0
data_dir: data
simulator: {enabled: false}
"""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@contextmanager
def sekmet_running(place: Path, settings: str) -> Iterator[str]:
    """A FHIR server written by others, in a process of its own; its base address."""
    if not PEER.exists():
        pytest.fail(f"the FHIR peer {PEER} is missing: run `make peer`", pytrace=False)
    (place / "settings.yaml").write_text(settings)
    process = subprocess.Popen(
        [PEER, "serve", "-c", "settings.yaml"],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said: list[str] = []
    drain = threading.Thread(target=process.stdout.read)
    try:
        for line in process.stdout:
            said.append(line)
            if running := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
                break
        else:
            pytest.fail(f"the FHIR peer did not start: {''.join(said)}", pytrace=False)
        drain.start()
        yield f"{running[1]}/fhir"
    finally:
        process.terminate()
        process.wait()
        if drain.is_alive():
            drain.join()
        process.stdout.close()


@pytest.fixture(scope="session")
def sekmet_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The peer, open to all; its links name an address that leads nowhere."""
    with sekmet_running(tmp_path_factory.mktemp("sekmet"), _SETTINGS) as base:
        yield base


@pytest.fixture
async def demo_base() -> AsyncIterator[str]:
    """The embedded practice system, over real HTTP."""
    store = ResourceStore(":memory:", utc_now)
    try:
        async with TestServer(practice_app(store), host="127.0.0.1") as server:
            yield str(server.make_url("/fhir"))
    finally:
        store.close()


@pytest.fixture
async def medplum_base() -> AsyncIterator[str]:
    """The same, in everything that the console meets like a Medplum server; its links lead nowhere."""
    store = ResourceStore(":memory:", utc_now)
    try:
        async with TestServer(practice_app(store, profile=MEDPLUM), host="127.0.0.1") as server:
            yield str(server.make_url("/fhir"))
    finally:
        store.close()


@pytest.fixture
def base(demo_base: str) -> str:
    """The server behind the proxy; a contract class names another."""
    return demo_base


@pytest.fixture
async def proxy(base: str, session: aiohttp.ClientSession) -> AsyncIterator[Proxy]:
    async with proxy_to(base, session) as opened:
        yield opened


@pytest.fixture
def server(base: str, session: aiohttp.ClientSession) -> Server:
    return Server(base, session)


@pytest.fixture
async def clinic(server: Server) -> Clinic:
    return await seed_clinic(server)
