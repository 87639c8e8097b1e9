"""Every server offered is asked at once, a silent one holds nothing up, and what is not needed is given back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aioice.ice import StunProtocol
from aioice.stun import Class, Message
from aiortc import RTCIceServer
from aiortc.rtcicetransport import RTCIceGatherer

from app.video.rtp import ice_gathering
from app.video.rtp.ice_path import path_of
from tests.sync.authorities import Authority
from tests.video.one_call import until
from tests.video.rtp.ice_ends import connected, end, far_end, relays
from tests.video.rtp.loopback_turn import HOST, turn_over_stream, turn_over_udp


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


async def test_every_way_is_offered_udp_before_tcp_before_tls(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(ice_gathering, "LONGEST_WAIT", 60)
    monkeypatch.setattr(ice_gathering, "AFTER_FIRST", 60)
    tls = await opened.enter_async_context(turn_over_stream(authority.context(HOST)))
    tcp = await opened.enter_async_context(turn_over_stream())
    udp = await opened.enter_async_context(turn_over_udp())
    one = end(opened, tls, tcp, udp)
    offered = await one.offer()
    ports = {allocation._relay.get_extra_info("sockname")[1]: turn  # type: ignore[union-attr]
             for turn in (tls, tcp, udp) for allocation in turn.allocations}  # fmt: skip
    by_priority = sorted((line.split() for line in offered if " typ relay" in line), key=lambda line: -int(line[3]))
    assert [ports[int(line[5])] for line in by_priority] == [udp, tcp, tls]
    assert len({line[0] for line in by_priority}) == 3, "different ways have different foundations"
    assert one.ice.complete


async def test_a_silent_server_holds_no_offer_up_and_comes_later_by_itself(opened: AsyncExitStack) -> None:
    silent = await opened.enter_async_context(turn_over_udp(awake=False))
    tcp = await opened.enter_async_context(turn_over_stream())
    one = end(opened, silent, tcp)
    offered = await one.offer()
    assert len(relays(offered)) == 1
    assert not one.ice.complete
    silent.awake.set()
    await until(lambda: one.late)
    assert (one.late[0].type, one.late[0].priority > relays(offered)[0]) == ("relay", True)
    await until(lambda: one.ice.complete)


async def test_an_offer_is_made_though_no_server_answers(opened: AsyncExitStack) -> None:
    silent = await opened.enter_async_context(turn_over_udp(awake=False))
    stun = RTCIceServer(silent.url.replace("turn:", "stun:").removesuffix("?transport=udp"))
    one = end(opened, silent, stun)
    offered = await one.offer()
    assert offered
    assert relays(offered) == []
    assert not one.ice.complete


async def test_a_candidate_is_kept_until_somebody_is_there_to_tell(opened: AsyncExitStack) -> None:
    silent = await opened.enter_async_context(turn_over_udp(awake=False))
    one = end(opened, silent)
    await one.connection.setLocalDescription(await one.connection.createOffer())
    silent.awake.set()
    await until(lambda: one.ice.complete)
    one.ice.tell(one.late.append)
    assert [candidate.type for candidate in one.late] == ["relay"]


async def test_one_that_refuses_or_knows_no_such_password_is_left_out(opened: AsyncExitStack) -> None:
    tcp = await opened.enter_async_context(turn_over_stream())
    stranger = RTCIceServer([tcp.url], "1792000000", "wrong")
    async with turn_over_stream() as gone:
        pass
    one = end(opened, stranger, gone)
    assert (relays(await one.offer()), one.ice.complete) == ([], True)


@pytest.mark.parametrize(("trusted", "name", "count"), [(True, HOST, 1), (False, HOST, 0), (True, "192.0.2.7", 0)])
async def test_a_turn_server_must_show_a_certificate_that_this_pc_trusts_for_its_name(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, authority: Authority,
    trusted: bool, name: str, count: int,
) -> None:  # fmt: skip
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(ice_gathering, "LONGEST_WAIT", 60)
    tls = await opened.enter_async_context(turn_over_stream(authority.context(name)))
    one = end(opened, tls)
    assert len(relays(await one.offer())) == count
    assert one.ice.complete


async def test_where_udp_is_blocked_the_call_goes_by_tcp_at_once(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ice_gathering, "STREAMS_HELD", 1000)
    silent = await opened.enter_async_context(turn_over_udp(awake=False))
    tcp = await opened.enter_async_context(turn_over_stream())
    one, far = end(opened, silent, tcp), far_end(opened)
    await one.offer()
    await one.join(far, by_relay=True)
    await connected(one.connection, far)
    assert path_of(one.connection)[0] == "relay"
    await one.connection.close()
    await until(lambda: not tcp.allocations)


async def test_a_relay_over_tcp_waits_while_udp_passes_and_is_given_back(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ice_gathering, "STREAMS_HELD", 1000)
    monkeypatch.setattr(ice_gathering, "AFTER_FIRST", 60)
    udp = await opened.enter_async_context(turn_over_udp())
    tcp = await opened.enter_async_context(turn_over_stream())
    one, far = end(opened, udp, tcp), far_end(opened)
    assert len(relays(await one.offer())) == 2
    assert tcp.allocations
    await one.join(far, by_relay=True)
    await connected(one.connection, far)
    assert tcp.channels == 0
    assert udp.channels > 0
    await until(lambda: not tcp.allocations)
    assert udp.allocations


@pytest.mark.parametrize(("held", "all_told"), [(0, False), (0.2, True)])
async def test_a_relay_over_tcp_is_tried_when_udp_led_nowhere(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch, held: float, all_told: bool
) -> None:
    monkeypatch.setattr(ice_gathering, "STREAMS_HELD", held)
    tcp = await opened.enter_async_context(turn_over_stream())
    one, far = end(opened, tcp), far_end(opened)
    await one.offer()
    await one.join(far, by_relay=True, all_told=all_told)
    await connected(one.connection, far)
    assert tcp.channels > 0


@pytest.mark.parametrize("all_told", [False, True])
async def test_a_late_relay_is_tried_while_the_two_look_for_a_way(opened: AsyncExitStack, all_told: bool) -> None:
    late = await opened.enter_async_context(turn_over_udp(awake=False))
    one, far = end(opened, late), far_end(opened)
    assert relays(await one.offer()) == []
    await one.join(far, by_relay=True, all_told=all_told)
    asyncio.get_running_loop().call_later(0.2, late.awake.set)
    await connected(one.connection, far)
    assert path_of(one.connection)[0] == "relay"


async def test_two_that_have_told_all_and_find_no_way_fail_once_nothing_more_can_come(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aioice.stun.RETRY_RTO", 0.01)
    monkeypatch.setattr("aioice.stun.RETRY_MAX", 1)
    silent = await opened.enter_async_context(turn_over_stream(awake=False))
    monkeypatch.setattr(ice_gathering, "GIVE_UP", 0.8)
    one, far = end(opened, silent), far_end(opened)
    await one.offer()
    await one.join(far, by_relay=True, all_told=True)
    await far.close()
    await until(lambda: one.connection.connectionState == "failed")
    assert one.ice.complete


async def test_a_relay_that_is_not_needed_is_given_back_though_the_end_comes_at_once(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def found() -> None:
        """Find a way without waiting."""

    tcp = await opened.enter_async_context(turn_over_stream())
    one = end(opened, tcp)
    await one.offer()
    assert tcp.allocations
    monkeypatch.setattr(one.ice, "_connect_ice", found)
    await one.ice._connect()
    await one.ice._close()
    await until(lambda: not tcp.allocations)


async def test_a_check_that_was_lost_goes_again_when_one_comes_the_other_way(
    opened: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aioice.stun.RETRY_RTO", 1000)
    one, far = end(opened), far_end(opened)
    await one.offer()
    lost: set[bytes] = set()
    early: list[tuple[StunProtocol, Message, tuple[str, int]]] = []
    send = StunProtocol.send_stun

    def lossy(protocol: StunProtocol, message: Message, addr: tuple[str, int]) -> None:
        ours = protocol in one.ice._ice._protocols
        if message.message_class is not Class.REQUEST or message.transaction_id in lost or (lost and not ours):
            send(protocol, message, addr)
        elif ours:
            lost.add(message.transaction_id)
            while early:
                send(*early.pop())
        else:
            early.append((protocol, message, addr))

    monkeypatch.setattr(StunProtocol, "send_stun", lossy)
    await one.join(far)
    await connected(one.connection, far)
    assert lost


async def test_a_turn_server_tells_how_we_are_seen_as_well(opened: AsyncExitStack) -> None:
    udp = await opened.enter_async_context(turn_over_udp())
    one = end(opened, udp)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.video.rtp.loopback_turn.SEEN_AS", ("192.0.2.9", 4000))
        offered = await one.offer()
    assert any(" 192.0.2.9 4000 typ srflx" in line for line in offered)


async def test_closing_gives_every_relay_back_and_asks_no_more(opened: AsyncExitStack) -> None:
    silent = await opened.enter_async_context(turn_over_udp(awake=False))
    udp = await opened.enter_async_context(turn_over_udp())
    tcp = await opened.enter_async_context(turn_over_stream())
    one = end(opened, silent, udp, tcp)
    await one.offer()
    await until(lambda: udp.allocations and tcp.allocations)
    await one.connection.close()
    assert not udp.allocations
    await until(lambda: not tcp.allocations)
    assert one.ice.complete


def test_aioice_gathers_where_we_take_its_place() -> None:
    ice = RTCIceGatherer([])._connection
    assert {"get_component_candidates", "connect", "close"} <= set(dir(ice))
    lists = {"_protocols", "_local_candidates", "_remote_candidates"}
    checks = {"_check_list_done", "_check_list_maybe_fail", "_early_checks_done", "_remote_candidates_expected"}
    assert lists | checks | {"_pair_remote_candidate"} <= set(dir(ice))
