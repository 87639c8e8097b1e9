"""The first offer is made while the patient's browser gets ready, and given back when nobody comes for it."""

import psutil

from app.video.media_thread import MediaThread
from tests.video.fakes import HummingSound
from tests.video.one_call import Call, until


def sockets() -> int:
    return len(psutil.Process().net_connections(kind="udp"))


async def test_a_patient_who_joins_is_answered_at_once(media: MediaThread) -> None:
    call = Call(media, HummingSound())
    await call.session.start()
    ready = call.session._connections._ready
    assert ready is not None
    await until(ready.offered.done)
    await call.session.deliver(call.room.signal("joined"))
    await until(lambda: call.room.kinds == ["admit", "offer"])
    await call.session.end()


async def test_one_who_joins_sooner_gets_it_when_it_is_made(media: MediaThread) -> None:
    call = Call(media, HummingSound())
    await call.session.start()
    await call.session.deliver(call.room.signal("joined"))
    await until(lambda: call.room.kinds == ["admit", "offer"])
    await call.session.end()


async def test_nobody_joins_and_nothing_is_left_open(media: MediaThread) -> None:
    before = sockets()
    call = Call(media, HummingSound())
    await call.session.start()
    ready = call.session._connections._ready
    assert ready is not None
    await until(ready.offered.done)
    assert sockets() > before
    await call.session.end()
    assert sockets() == before
    assert call.room.kinds == ["admit", "ended"]
