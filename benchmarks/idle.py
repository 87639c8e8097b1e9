"""A poll that finds nothing new, at a small and a large clinic: it has to cost the same."""

import statistics
import time
from dataclasses import dataclass

import aiohttp

from app.booking.message_templates import load_templates
from app.domain.clinic_time import utc_now
from app.domain.settings import read_settings
from app.store.database import open_database
from app.store.keys import FileKeys, database_key
from app.sync.fhir.authentication import StaticBearer
from benchmarks.large_clinic import MESSAGES, large_stack, settled, size_for
from benchmarks.report import Figure, against_peer
from tests.driver.stack import Stack
from tests.faults.open_parts import TEMPLATES
from tests.faults.parts import Parts, Services, join

FEW = min(1000, MESSAGES // 5)
WARM_UP, POLLS = 5, 30
_QUIET = 600.0
"""Seconds by which the reader's clock is put on after warming up: what is new for a while has become old."""


@dataclass
class Traffic:
    """Requests and bytes of answers, headers not counted."""

    requests: int = 0
    received: int = 0


async def measure() -> list[Figure]:
    """Poll both; returns the median milliseconds, and the requests and bytes of one poll."""
    few, few_traffic = await _poll(FEW)
    many, traffic = await _poll(MESSAGES)
    beside = f"with {FEW:,}"
    at = f"with {MESSAGES:,} messages"
    return [
        against_peer(f"idle poll {at}, median", many, "ms", beside, few, 1.3),
        against_peer(f"idle poll {at}, requests", traffic.requests, "", beside, few_traffic.requests, 1.0),
        against_peer(f"idle poll {at}, bytes", traffic.received, "B", beside, few_traffic.received, 1.1),
    ]


async def _poll(messages: int) -> tuple[float, Traffic]:
    directory = await settled(messages)
    async with large_stack(directory, size_for(messages)) as stack:
        return await _poll_at(stack)


async def _poll_at(stack: Stack) -> tuple[float, Traffic]:
    settings = read_settings(stack.settings)
    assert settings.keys_path is not None
    path, traffic, put_on = settings.directory / "console.db", Traffic(), [0.0]
    database = open_database(path, database_key(FileKeys(settings.keys_path), path))
    token = (stack.settings.parent / "practice.token").read_text(encoding="utf-8").strip()
    services = Services(settings.practice_system.base_url, "", "", StaticBearer(token), "", "")
    try:
        async with aiohttp.ClientSession(trace_configs=[_counting(traffic)]) as session:
            parts = join(
                database, session, services, settings.user, settings.clinic, load_templates(TEMPLATES), utc_now,
                poll_every=settings.practice_system.poll_every, ticks=lambda: time.monotonic() + put_on[0],
            )  # fmt: skip
            for _ in range(WARM_UP):
                await _once(parts)
                put_on[0] += _QUIET
            traffic.requests = traffic.received = 0
            took = [await _once(parts) for _ in range(POLLS)]
    finally:
        database.close()
    return statistics.median(took), Traffic(round(traffic.requests / POLLS), round(traffic.received / POLLS))


async def _once(parts: Parts) -> float:
    start = time.perf_counter()
    async for batch in parts.practice.read_changes(await parts.store.read_points()):
        await parts.store.store(batch)
    await parts.store.note_answer(utc_now())
    return (time.perf_counter() - start) * 1000


def _counting(traffic: Traffic) -> aiohttp.TraceConfig:
    async def started(*_: object) -> None:
        traffic.requests += 1

    async def answered(_: object, __: object, parameters: aiohttp.TraceRequestEndParams) -> None:
        traffic.received += int(parameters.response.headers["Content-Length"])

    config = aiohttp.TraceConfig()
    config.on_request_start.append(started)
    config.on_request_end.append(answered)
    return config
