"""The first offer is made while the patient's browser gets ready, and given back when nobody comes for it."""

import psutil
import pytest

from app.video.fault.vitals import Vitals
from app.video.media_thread import MediaThread
from app.video.signals import parse_candidate
from tests.video.fakes import HummingSound
from tests.video.one_call import Call, until
from tests.video.rtp.loopback_turn import turn_over_udp


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


async def test_an_offer_made_ahead_is_made_anew_when_the_network_has_changed(
    media: MediaThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes: list[bool] = []
    monkeypatch.setattr(Vitals, "look_around", lambda _self: bool(changes) and changes.pop())
    before = sockets()
    call = Call(media, HummingSound())
    await call.session.start()
    old = call.session._connections._ready
    changes.append(True)
    await until(lambda: call.session._connections._ready is not old)
    renewed = call.session._connections._ready
    assert renewed is not None
    await until(renewed.offered.done)
    await call.session.end()
    assert sockets() == before


async def test_a_candidate_the_offer_came_too_early_for_follows_it(media: MediaThread) -> None:
    async with turn_over_udp(awake=False) as turn:
        server = turn.ice_server
        told = {"urls": server.urls, "username": server.username, "credential": server.credential}
        call = Call(media, HummingSound(), ice_servers=(told,))
        await call.session.start()
        await call.session.deliver(call.room.signal("joined"))
        offer = await call.room.offer(1)
        turn.awake.set()
        await until(lambda: len(call.room.sent) == 3)
        await call.session.end()
    kind, number, body = call.room.sent[2]
    assert (kind, number) == ("candidate", 1)
    candidate = parse_candidate(body)
    assert candidate is not None
    assert candidate.type == "relay"
    assert "a=end-of-candidates" not in offer
