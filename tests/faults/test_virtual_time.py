"""The simulated clock itself."""

import asyncio
import time
from concurrent.futures import Executor

import pytest

from tests.faults.virtual_time import InlineExecutor, StandstillError, run


def test_a_day_passes_in_no_time() -> None:
    async def sleep_a_day() -> float:
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    started = time.monotonic()
    assert run(sleep_a_day()) == pytest.approx(86_400)
    assert time.monotonic() - started < 5


def test_timers_run_in_the_order_of_their_time() -> None:
    async def sleepers() -> list[float]:
        woken: list[float] = []

        async def sleep(seconds: float) -> None:
            await asyncio.sleep(seconds)
            woken.append(asyncio.get_running_loop().time())

        await asyncio.gather(*(sleep(seconds) for seconds in (30, 0.1, 3600, 2)))
        return woken

    assert run(sleepers()) == pytest.approx([0.1, 2, 30, 3600])


def test_a_time_out_is_a_time_out() -> None:
    async def wait_in_vain() -> None:
        async with asyncio.timeout(10):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        run(wait_in_vain())


def test_a_standstill_is_told_and_not_waited_for() -> None:
    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(StandstillError):
        run(wait_for_ever())


def test_work_for_a_thread_is_done_in_turn_and_its_exception_arrives() -> None:
    async def work() -> int:
        loop = asyncio.get_running_loop()
        executor: Executor = InlineExecutor()
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(executor, lambda: 1 // 0)
        return await loop.run_in_executor(executor, int, "7") + await asyncio.to_thread(int, "3")

    assert run(work()) == 10


def test_a_dead_executor_does_nothing() -> None:
    async def work() -> list[int]:
        done: list[int] = []
        executor = InlineExecutor()
        waiting = asyncio.get_running_loop().run_in_executor(executor, done.append, 1)
        executor.dead = True
        await asyncio.sleep(1)
        assert not waiting.done()
        return done

    assert run(work()) == []
