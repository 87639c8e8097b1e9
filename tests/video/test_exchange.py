"""One call at a time, and signals that keep coming whatever one of them does."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId, ClinicianId, PatientId, new_booking_id
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video import exchange as exchange_module
from app.video.devices.camera import CameraSource
from app.video.exchange import CallExchange
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView
from app.video.media_thread import MediaThread
from app.video.profile import VideoProfile
from tests.video.fakes import HummingSound, no_camera


class SlowSound(HummingSound):
    """A sound card that takes its time to close."""

    def __init__(self) -> None:
        super().__init__()
        self.may_stop = threading.Event()

    def stop(self) -> None:
        self.may_stop.wait()
        super().stop()


@pytest.fixture
def sound() -> SlowSound:
    return SlowSound()


@pytest.fixture
async def exchange(
    media: MediaThread, sound: SlowSound, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[CallExchange]:
    def without_camera(profile: VideoProfile) -> CameraSource:
        return CameraSource(profile, no_camera)

    monkeypatch.setattr(exchange_module, "CameraSource", without_camera)
    made = CallExchange(media, sound, _send, _no_servers, utc_now)
    running = asyncio.create_task(made.run())
    yield made
    sound.may_stop.set()
    await made.end_all()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def _send(_booking_id: BookingId, _kind: str, _call: int, _body: JsonObject) -> None:
    return


async def _no_servers() -> tuple[JsonObject, ...]:
    return ()


def booking() -> Booking:
    now = utc_now()
    return Booking(
        id=new_booking_id(),
        patient_id=PatientId("p"),
        clinician_id=ClinicianId("c"),
        made_by=ClinicianId("c"),
        form=ConsultationForm.VIDEO,
        start=now,
        end=now,
        made_at=now,
        state=BookingState.WAITING,
    )


def ignore(_view: CallView) -> None:
    return


async def test_a_second_call_is_refused_while_one_goes_on(exchange: CallExchange) -> None:
    first = await exchange.open(booking(), ignore)
    for stage in (Stage.PREPARING, Stage.TELEPHONE):
        if stage is Stage.TELEPHONE:
            await first.continue_by_telephone()
        assert first.view.stage is stage
        with pytest.raises(KlinikError) as caught:
            await exchange.open(booking(), ignore)
        assert caught.value.kind is ErrorKind.CALL_IN_PROGRESS
    await first.end()
    assert (await exchange.open(booking(), ignore)).view.stage is Stage.PREPARING


async def test_the_next_call_waits_until_the_last_has_given_the_sound_back(
    exchange: CallExchange, sound: SlowSound
) -> None:
    ended = asyncio.Event()
    first = await exchange.open(booking(), lambda view: ended.set() if view.stage is Stage.ENDED else None)
    await first.start()
    ending = asyncio.create_task(first.end())
    await ended.wait()
    opening = asyncio.create_task(exchange.open(booking(), ignore))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not opening.done()
    sound.may_stop.set()
    second = await opening
    await second.start()
    await ending
    assert sound.state.microphone, "the end of the first call must not silence the second"


async def test_a_signal_that_breaks_something_does_not_stop_the_next(
    exchange: CallExchange, caplog: pytest.LogCaptureFixture
) -> None:
    ended = asyncio.Event()

    def listen(view: CallView) -> None:
        if view.stage is Stage.ENDED:
            ended.set()
        elif view.telephone_proposed:
            raise RuntimeError("Karen Margrethe Holm")

    one = booking()
    await exchange.open(one, listen)
    exchange.deliver(RoomSignal(one.id, "phone", 0, {}))
    exchange.deliver(RoomSignal(one.id, "left", 0, {"reason": "taken_over"}))
    with caplog.at_level(logging.ERROR):
        await ended.wait()
    assert "unexpected RuntimeError in listen:" in caplog.text
    assert "Karen" not in caplog.text


async def test_devices_are_tried_outside_a_call_and_a_call_takes_them(
    exchange: CallExchange, sound: SlowSound
) -> None:
    devices = await exchange.try_devices()
    assert devices.view.opened
    assert sound.state.microphone
    sound.may_stop.set()
    session = await exchange.open(booking(), lambda view: None)
    assert devices.view.over
    assert not sound.state.microphone
    with pytest.raises(KlinikError) as refusal:
        await exchange.try_devices()
    assert refusal.value.kind is ErrorKind.CALL_IN_PROGRESS
    await session.end()
