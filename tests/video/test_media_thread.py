"""The media thread runs work, gives it up when told, and leaves nothing behind."""

import asyncio
import sys
import threading

import pytest

from app.video.media_thread import MediaThread


async def thread_name() -> str:
    return threading.current_thread().name


async def test_work_runs_in_the_media_thread_and_functions_beside_it(media: MediaThread) -> None:
    assert await media.run(thread_name()) == "media"
    assert await media.call(lambda: threading.current_thread().name) not in (
        "media",
        threading.current_thread().name,
    )


async def test_errors_come_back(media: MediaThread) -> None:
    async def fail() -> None:
        raise LookupError("here")

    with pytest.raises(LookupError):
        await media.run(fail())


async def test_work_that_nobody_awaits_any_more_is_cancelled(media: MediaThread) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def wait() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(media.run(wait()))
    await asyncio.get_running_loop().run_in_executor(None, begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.get_running_loop().run_in_executor(None, ended.wait, 10)


def test_stopping_cancels_what_still_runs_and_restores_the_interpreter() -> None:
    before = sys.getswitchinterval()
    ended = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    media = MediaThread()
    media.start()
    assert sys.getswitchinterval() == pytest.approx(0.0005)
    future = media.submit(wait())
    asyncio.run_coroutine_threadsafe(asyncio.sleep(0), media.loop).result()
    media.stop()
    media.stop()
    assert ended.is_set()
    assert future.cancelled()
    assert media.loop.is_closed()
    assert sys.getswitchinterval() == pytest.approx(before)


def test_one_that_was_never_started_can_be_stopped() -> None:
    media = MediaThread()
    media.stop()
    assert media.loop.is_closed()
