"""The ICE servers asked for while a patient waits."""

import asyncio
from datetime import timedelta

import pytest

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.rooms import JsonObject
from app.video.asked_ahead import GOOD_FOR, AskedAhead
from tests.booking.fakes import FakeClock


class Source:
    """Answers with the number of the question, when it may."""

    def __init__(self) -> None:
        self.questions = 0
        self.failing = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self) -> tuple[JsonObject, ...]:
        self.questions += 1
        answer = {"urls": [f"stun:{self.questions}"]}
        await self.may_answer.wait()
        if self.failing:
            raise KlinikError(ErrorKind.ROOM_UNREACHABLE)
        return (answer,)


async def test_an_answer_asked_for_ahead_is_used() -> None:
    source, clock = Source(), FakeClock()
    servers = AskedAhead(source, clock)
    servers.ask()
    servers.ask()
    assert await servers.get() == ({"urls": ["stun:1"]},)
    clock.forward(GOOD_FOR - timedelta(seconds=1))
    servers.ask()
    assert await servers.get() == ({"urls": ["stun:1"]},)
    assert source.questions == 1


async def test_one_that_is_still_to_come_is_waited_for() -> None:
    source = Source()
    servers = AskedAhead(source, FakeClock())
    source.may_answer.clear()
    servers.ask()
    getting = asyncio.create_task(servers.get())
    await asyncio.sleep(0)
    source.may_answer.set()
    assert await getting == ({"urls": ["stun:1"]},)
    assert source.questions == 1


async def test_an_old_answer_is_asked_for_anew() -> None:
    source, clock = Source(), FakeClock()
    servers = AskedAhead(source, clock)
    servers.ask()
    await servers.get()
    clock.forward(GOOD_FOR)
    assert await servers.get() == ({"urls": ["stun:2"]},)
    servers.ask()
    assert await servers.get() == ({"urls": ["stun:3"]},)


async def test_a_failure_asked_for_ahead_is_forgotten_when_the_next_answer_comes() -> None:
    source = Source()
    source.failing = True
    servers = AskedAhead(source, FakeClock())
    servers.ask()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    source.failing = False
    assert await servers.get() == ({"urls": ["stun:2"]},)


async def test_a_failure_is_told_to_who_needs_the_answer() -> None:
    source = Source()
    source.failing = True
    servers = AskedAhead(source, FakeClock())
    servers.ask()
    with pytest.raises(KlinikError):
        await servers.get()


async def test_the_end_leaves_nothing_running() -> None:
    source = Source()
    source.may_answer.clear()
    servers = AskedAhead(source, FakeClock())
    servers.ask()
    await asyncio.sleep(0)
    await servers.end()
    await servers.end()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "ICE servers"] == []


async def test_a_call_that_lasts_gets_the_answers_of_its_own_time() -> None:
    source, clock = Source(), FakeClock()
    servers = AskedAhead(source, clock)
    await servers.get()
    assert servers.latest() == ({"urls": ["stun:1"]},)
    clock.forward(GOOD_FOR)
    source.failing = True
    servers.latest()
    with pytest.raises(KlinikError):
        await servers.get()
    assert servers.latest() != ()
    source.failing = False
    newest = await servers.get()
    assert servers.latest() == newest
    await servers.end()
