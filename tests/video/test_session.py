"""A whole call over loopback: our session against plain aiortc, with numbered pictures and a tone each way."""

import asyncio
import gc
import threading
import weakref
from datetime import timedelta
from typing import Any

import psutil
import pytest

from app.domain.call import Medium, Rung, StepReason
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.media import SoundState
from app.domain.ports.rooms import JsonObject
from app.video.machine.call_events import Limits, Stage
from app.video.machine.call_view import CallView
from app.video.media_thread import MediaThread
from tests.video.fakes import Browser, HummingSound, number_in
from tests.video.one_call import OURS, THEIRS, Call, humming, live_call, until


async def test_each_side_sees_and_hears_the_other(media: MediaThread) -> None:
    sound = HummingSound(1000)
    async with live_call(media, sound) as (call, browser):
        numbers: list[int] = []

        def seen() -> bool:
            if (number := number_in(call.session.remote.take())) is not None:
                numbers.append(number)
            return len(numbers) >= 20 and len(browser.seen) >= 20

        await until(seen)
        await until(lambda: sound.ear.hears(700) and browser.ear.hears(1000))
        assert numbers == sorted(set(numbers))
        assert THEIRS <= numbers[0] < numbers[-1] < THEIRS + 3000
        assert browser.seen == sorted(set(browser.seen))
        assert OURS <= browser.seen[0] < browser.seen[-1] < OURS + 3000
        devices = call.session.devices
        assert min(devices.level_in, devices.level_out) > 0.5
    record = call.session.view.record
    assert record.connected
    assert record.medium is Medium.VIDEO
    assert call.room.kinds == ["admit", "offer", "ended"]


async def test_our_own_picture_is_there_before_anyone_is_admitted(media: MediaThread) -> None:
    call = Call(media, HummingSound())
    await call.session.prepare()
    await until(lambda: number_in(call.session.local.take()) is not None)
    assert call.session.view.stage is Stage.PREPARING
    assert call.session.view.device_failures == (ErrorKind.NO_CAMERA,)
    await call.session.end()
    assert call.room.sent == []


async def test_who_hides_before_the_call_is_never_seen(media: MediaThread) -> None:
    call, browser = Call(media, HummingSound()), Browser()
    call.session.set_camera(False)
    call.session.set_microphone(False)
    async with humming(call.sound):
        await call.session.start()
        await call.session.deliver(call.room.signal("joined"))
        try:
            await call.connect(browser, 1)
            await until(lambda: browser.ear.silent and browser.dark >= 3)
        finally:
            await call.session.end()
            await browser.close()
    assert browser.seen == []


async def test_muting_and_hiding_reach_the_patient(media: MediaThread) -> None:
    sound = HummingSound(1000)
    async with live_call(media, sound) as (call, browser):
        await until(lambda: browser.ear.hears(1000) and browser.seen)
        call.session.set_microphone(False)
        call.session.set_camera(False)
        await until(lambda: browser.ear.silent and browser.dark >= 3)
        assert call.session.local.take() is None
        assert not call.session.view.microphone_on
        assert not call.session.view.camera_on
        hidden = len(browser.seen)
        call.session.set_microphone(True)
        call.session.set_camera(True)
        await until(lambda: browser.ear.hears(1000) and len(browser.seen) > hidden)


async def test_a_missing_microphone_and_speaker_do_not_stop_the_call(media: MediaThread) -> None:
    sound = HummingSound(devices=SoundState("", ""))
    async with live_call(media, sound) as (call, browser):
        await until(lambda: len(browser.seen) > 5)
        assert call.session.view.device_failures == (
            ErrorKind.NO_MICROPHONE,
            ErrorKind.NO_SPEAKER,
            ErrorKind.NO_CAMERA,
        )


async def test_a_dropped_browser_is_offered_a_new_connection_without_being_asked(media: MediaThread) -> None:
    async with live_call(media, HummingSound()) as (call, browser):
        await browser.close()
        await call.until(lambda view: view.stage is Stage.RECONNECTING)
        assert call.session.view.failure is ErrorKind.MEDIA_LOST
        again = Browser(50_000)
        await call.connect(again, 2)
        try:
            view = await call.until(lambda view: view.stage is Stage.LIVE)
            await until(lambda: (number_in(call.session.remote.take()) or 0) >= 50_000)
        finally:
            await again.close()
        assert view.failure is None
        assert not view.telephone_proposed


async def test_who_does_not_come_back_is_to_be_telephoned(media: MediaThread) -> None:
    limits = Limits(return_=timedelta(milliseconds=300))
    async with live_call(media, HummingSound(), limits=limits) as (call, browser):
        await browser.close()
        view = await call.until(lambda view: view.telephone_proposed)
        assert view.telephone_reason is StepReason.MEDIA_LOST
        await call.session.continue_by_telephone()
        assert call.session.view.stage is Stage.TELEPHONE
        assert call.session.view.patient_told
        assert call.sound.state == SoundState("", "")
        assert not [thread for thread in threading.enumerate() if thread.name == "camera"]
        assert call.session.local.take() is None
        assert call.session.remote.take() is None
    steps = call.session.view.record.steps
    assert [(step.rung, step.reason) for step in steps] == [
        (Rung.VIDEO, StepReason.STARTED),
        (Rung.RECONNECTING, StepReason.MEDIA_LOST),
        (Rung.TELEPHONE, StepReason.MEDIA_LOST),
    ]
    assert call.room.kinds[-2:] == ["telephone", "ended"]


async def test_who_never_answers_is_to_be_telephoned_and_is_offered_once_more(media: MediaThread) -> None:
    call = Call(media, HummingSound(), limits=Limits(connect=timedelta(milliseconds=300)))
    await call.session.start()
    await call.session.deliver(call.room.signal("joined"))
    view = await call.until(lambda view: view.telephone_proposed)
    assert view.telephone_reason is StepReason.NEVER_CONNECTED
    assert view.failure is ErrorKind.CALL_NOT_CONNECTED
    assert await call.room.offer(2)
    record = await call.session.end()
    assert not record.connected
    assert record.ended_at is not None


async def test_sound_alone_is_a_call_too(media: MediaThread) -> None:
    call, browser = Call(media, HummingSound()), Browser(picture=False)
    await call.session.start()
    await call.session.deliver(call.room.signal("joined"))
    await call.connect(browser, 1)
    try:
        view = await call.until(lambda view: view.stage is Stage.LIVE)
        assert view.medium is Medium.SOUND
    finally:
        await call.session.end()
        await browser.close()


async def test_a_reloaded_page_gets_a_fresh_offer_and_the_old_answer_is_void(media: MediaThread) -> None:
    async with live_call(media, HummingSound()) as (call, _):
        await call.session.deliver(call.room.signal("joined"))
        assert await call.room.offer(2)
        await call.session.deliver(call.room.signal("answer", 1, {"type": "answer", "sdp": "v=0"}))
        fresh = Browser(50_000)
        await call.connect(fresh, 2)
        try:
            await until(lambda: (number_in(call.session.remote.take()) or 0) >= 50_000)
        finally:
            await fresh.close()


@pytest.mark.parametrize(
    "body",
    [{}, {"type": "answer"}, {"type": "answer", "sdp": "v=0\r\nm=audio x"}, {"type": "offer", "sdp": "v=0"}],
)
async def test_a_senseless_answer_is_dropped_and_a_good_one_still_counts(
    media: MediaThread, body: JsonObject
) -> None:
    call, browser = Call(media, HummingSound()), Browser()
    await call.session.start()
    await call.session.deliver(call.room.signal("joined"))
    offer = await call.room.offer(1)
    await call.session.deliver(call.room.signal("answer", 1, body))
    await call.session.deliver(call.room.signal("candidate", 1, {"candidate": "nonsense", "sdpMid": "0"}))
    try:
        await call.session.deliver(call.room.signal("answer", 1, await browser.answer(offer)))
        await call.until(lambda view: view.stage is Stage.LIVE)
    finally:
        await call.session.end()
        await browser.close()


async def test_a_line_that_is_down_does_not_stop_the_call_from_ending(media: MediaThread) -> None:
    async def broken(kind: str, call: int, body: JsonObject) -> None:
        raise KlinikError(ErrorKind.ROOM_UNREACHABLE, "down")

    call = Call(media, HummingSound(), send=broken)
    session = call.session
    await session.start()
    await session.deliver(call.room.signal("joined"))
    await session.continue_by_telephone()
    assert session.view.stage is Stage.TELEPHONE
    assert not session.view.patient_told
    assert (await session.end()).ended_at is not None


async def test_nothing_of_one_patient_reaches_the_next(media: MediaThread) -> None:
    sound = HummingSound()
    async with live_call(media, sound, theirs=10_000) as (first, first_browser):
        await until(lambda: sound.ear.hears(700) and first_browser.seen)
        first_slots = first.session.remote, first.session.local
        await first.session.end()
        await until(lambda: all(slot.take() is None for slot in first_slots))
        async with live_call(media, sound, first=20_000, theirs=50_000) as (second, second_browser):
            numbers: set[int] = set()

            def seen() -> bool:
                if (number := number_in(second.session.remote.take())) is not None:
                    numbers.add(number)
                return len(numbers) >= 20 and len(second_browser.seen) >= 20

            before = len(first_browser.seen)
            await until(seen)
            assert min(numbers) >= 50_000
            assert min(second_browser.seen) >= 20_000
            assert len(first_browser.seen) == before
            assert not {id(slot) for slot in first_slots} & {id(second.session.remote), id(second.session.local)}
            assert all(slot.take() is None for slot in first_slots)
            assert first.room.booking_id != second.room.booking_id
            await second.session.deliver(first.room.signal("left"))
            assert second.session.view.stage is Stage.LIVE
            await until(lambda: sound.ear.hears(700))
            assert not any(sound.pulls[0]()), "the first call must not be heard in the second"


async def test_a_call_leaves_nothing_running_in_the_media_loop(media: MediaThread) -> None:
    async with live_call(media, HummingSound()):
        pass

    async def still_running() -> list[str]:
        return [str(task.get_coro()) for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    assert await media.run(still_running()) == []
    assert not [
        thread.name for thread in threading.enumerate() if "decoder" in thread.name or thread.name == "camera"
    ]


async def test_a_call_ended_while_its_offer_is_made_closes_its_sockets(
    media: MediaThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, go_on = threading.Event(), asyncio.Event()
    open_socket = media.loop.create_datagram_endpoint

    async def open_and_wait(*arguments: Any, **options: Any) -> Any:
        endpoint = await open_socket(*arguments, **options)
        opened.set()
        await go_on.wait()
        return endpoint

    monkeypatch.setattr(media.loop, "create_datagram_endpoint", open_and_wait)
    call = Call(media, HummingSound())
    await call.session.start()
    await call.session.deliver(call.room.signal("joined"))
    await until(opened.is_set)
    ending = asyncio.create_task(call.session.end())
    await call.until(lambda view: view.stage is Stage.ENDED)
    media.loop.call_soon_threadsafe(go_on.set)
    await ending
    assert psutil.Process().net_connections("udp") == []


async def test_statistics_tell_what_flows(media: MediaThread) -> None:
    async with live_call(media, HummingSound()) as (call, browser):
        await call.session.statistics()
        await until(lambda: len(browser.seen) > 30)
        figures = await call.session.statistics()
        assert figures.frames_in > 10
        assert figures.frames_out > 10
        assert figures.fps_in > 0
        assert figures.fps_out > 0
        assert figures.kbps_in > 0
        assert figures.kbps_out > 0
        assert 0 <= figures.loss_in <= 1
        assert figures.path == ("host", "host"), "aiortc keeps its candidates where `ice_path` looks"


def running_here() -> set[asyncio.Task[Any]]:
    """What runs in this test's loop beside the test itself."""
    return asyncio.all_tasks() - {task for task in [asyncio.current_task()] if task}


async def test_an_end_that_is_cut_short_gives_everything_back_all_the_same(media: MediaThread) -> None:
    call = Call(media, HummingSound())
    await call.session.start()
    ending = asyncio.create_task(call.session.end())
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.wait({ending})
    await until(lambda: not running_here())
    assert call.session.view.stage is Stage.ENDED
    assert call.room.kinds == ["admit", "ended"]
    assert call.sound.state == SoundState("", "")


async def test_what_a_call_leaves_ends_in_the_thread_of_the_screens_and_no_other(media: MediaThread) -> None:
    class Window:
        def __init__(self) -> None:
            self.itself = self

    ended_in: list[str] = []
    gc.disable()
    try:
        weakref.finalize(Window(), lambda: ended_in.append(threading.current_thread().name))
        await Call(media, HummingSound()).session.end()
    finally:
        gc.enable()
    assert ended_in == [threading.current_thread().name]


async def test_a_call_that_has_ended_is_not_started_any_more(media: MediaThread) -> None:
    call = Call(media, HummingSound())
    await call.session.end()
    await call.session.start()
    assert not running_here()
    assert call.sound.started == 0


async def test_a_screen_that_fails_does_not_end_the_watch_over_the_call(media: MediaThread) -> None:
    async with live_call(media, HummingSound()) as (call, browser):

        def fail(view: CallView) -> None:
            raise RuntimeError("a screen's fault")

        call.session._on_change = fail
        await browser.close()
        assert await call.room.offer(2)


class DeafSound(HummingSound):
    """Breaks as it is given back."""

    def stop(self) -> None:
        super().stop()
        raise RuntimeError("the driver's fault")


async def test_a_device_that_fails_as_it_is_given_back_keeps_nobody_waiting(media: MediaThread) -> None:
    call = Call(media, DeafSound())
    await call.session.start()
    assert (await call.session.end()).ended_at is not None
    assert call.room.kinds == ["admit", "ended"]
    assert not running_here()
    assert not [thread for thread in threading.enumerate() if thread.name == "camera"]
