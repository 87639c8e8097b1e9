"""The line does what it says: nothing in disorder, nothing faster than its rate, as much lost as asked for."""

import random
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.lab.bridge import CLINIC, PATIENT, SERVICES, Bridge, from_json, to_json
from tests.lab.link import (
    TCP,
    UDP,
    Bursts,
    Dice,
    Direction,
    Header,
    Impairment,
    Udp,
    let_through,
    read_header,
    travel,
)

chances = st.floats(0, 1, exclude_max=True)
sizes = st.integers(20, 1500)
bursts = st.builds(Bursts, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
impairments = st.builds(
    Impairment,
    loss=st.floats(0, 1),
    bursts=st.none() | bursts,
    delay=st.floats(0, 2),
    jitter=st.floats(0, 1),
    reorder=st.booleans(),
    rate=st.just(0.0) | st.floats(1e4, 1e7),
    queue=st.floats(0, 2),
    udp=st.sampled_from(Udp),
    only_tls=st.booleans(),
    nat=st.booleans(),
    cut=st.booleans(),
)
packets = st.lists(st.tuples(st.floats(0, 0.2), sizes, st.builds(Dice, chances, chances, chances)), max_size=60)


def sent(
    impairment: Impairment, given_packets: list[tuple[float, int, Dice]]
) -> list[tuple[float, int, float | None]]:
    """Send packets one after another, each so long after the last; returns when, how large, and when it arrived."""
    direction, now, journeys = Direction(), 0.0, []
    for pause, size, dice in given_packets:
        now += pause
        direction, due = travel(direction, impairment, size, now, dice)
        journeys.append((now, size, due))
    return journeys


def packet(
    source: int, destination: int, protocol: int = UDP, ports: tuple[int, int] = (5000, 5001), fill: bytes = b""
) -> bytes:
    """Return an IPv4 packet between two places of the lab."""
    addresses = bytes((10, 231, source, 1, 10, 231, destination, 1))
    return (
        bytes((0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0)) + addresses
        + ports[0].to_bytes(2) + ports[1].to_bytes(2) + fill
    )  # fmt: skip


@given(impairments, packets)
def test_without_reordering_packets_arrive_in_the_order_they_were_sent(
    impairment: Impairment, given_packets: list[tuple[float, int, Dice]]
) -> None:
    arrivals = [due for _, _, due in sent(replace(impairment, reorder=False), given_packets) if due is not None]
    assert arrivals == sorted(arrivals)


@given(impairments, packets)
def test_a_packet_is_late_by_its_delay_give_or_take_the_jitter_and_the_queue(
    impairment: Impairment, given_packets: list[tuple[float, int, Dice]]
) -> None:
    for now, size, due in sent(replace(impairment, reorder=True), given_packets):
        if due is None:
            continue
        waits = impairment.queue + size * 8 / impairment.rate if impairment.rate else 0.0
        assert due - now >= max(0.0, impairment.delay - impairment.jitter) - 1e-9
        assert due - now <= impairment.delay + impairment.jitter + waits + 1e-6


@given(st.floats(1e4, 1e7), st.floats(0, 1), packets)
def test_the_rate_is_never_exceeded(
    rate: float, queue: float, given_packets: list[tuple[float, int, Dice]]
) -> None:
    journeys = sent(Impairment(rate=rate, queue=queue), given_packets)
    arrived = [(due, size) for _, size, due in journeys if due is not None]
    for first in range(len(arrived)):
        for last in range(first + 1, len(arrived)):
            carried = sum(size for _, size in arrived[first + 1 : last + 1]) * 8
            assert arrived[last][0] - arrived[first][0] >= carried / rate - 1e-6


@given(st.floats(1e4, 1e6), sizes)
def test_a_full_queue_drops_what_comes_last(rate: float, size: int) -> None:
    dice = Dice(0.5, 0.5, 0.5)
    journeys = sent(Impairment(rate=rate, queue=0.1), [(0.0, size, dice)] * 2000)
    arrived = [due is not None for _, _, due in journeys]
    kept = sum(arrived)
    assert arrived == [True] * kept + [False] * (2000 - kept)
    assert kept <= 0.1 * rate / (8 * size) + 2


def share_lost(impairment: Impairment, count: int = 20_000) -> float:
    draw = random.Random(7).random
    journeys = sent(impairment, [(0.001, 1000, Dice(draw(), draw(), draw())) for _ in range(count)])
    return sum(due is None for _, _, due in journeys) / count


def test_as_much_is_lost_as_asked_for() -> None:
    assert share_lost(Impairment()) == 0
    for loss in (0.02, 0.05, 0.10):
        assert abs(share_lost(Impairment(loss=loss)) - loss) < 0.006
    assert share_lost(Impairment(loss=1)) == 1


def test_bursts_lose_as_much_as_their_chances_say_and_in_a_row() -> None:
    gilbert = Bursts(turn_bad=0.02, turn_good=0.125, loss=0.75)
    expected = 0.02 / (0.02 + 0.125) * 0.75
    assert abs(share_lost(Impairment(bursts=gilbert)) - expected) < 0.01
    draw = random.Random(7).random
    dice = [(0.001, 1000, Dice(draw(), draw(), draw())) for _ in range(20_000)]
    lost = [due is None for _, _, due in sent(Impairment(bursts=gilbert), dice)]
    after_a_loss = [second for first, second in pairwise(lost) if first]
    assert sum(after_a_loss) / len(after_a_loss) > 3 * expected


@given(st.binary(max_size=64))
def test_whatever_comes_out_of_the_device_is_read_or_refused(noise: bytes) -> None:
    header = read_header(noise)
    assert header is None or len(noise) >= 20


def test_a_header_tells_protocol_ports_and_destination() -> None:
    assert read_header(packet(PATIENT, CLINIC, TCP, (40_000, 443))) == Header(
        TCP, (40_000, 443), bytes((10, 231, CLINIC, 1))
    )


@given(
    impairments.map(lambda one: replace(one, cut=False, only_tls=False)),
    st.integers(0, 65535),
    st.integers(0, 65535),
)
def test_a_firewall_stops_udp_alone(impairment: Impairment, source: int, destination: int) -> None:
    to = bytes((10, 231, CLINIC, 1))
    assert let_through(Header(TCP, (source, destination), to), impairment)
    passes = let_through(Header(UDP, (source, destination), to), impairment)
    turn, names = 3478 in (source, destination), 53 in (source, destination)
    assert passes == (names or impairment.udp is Udp.OPEN or (impairment.udp is Udp.TURN_ONLY and turn))


@given(st.sampled_from((TCP, UDP, 1)), st.integers(0, 65535), st.integers(0, 65535))
def test_a_proxy_firewall_lets_through_tcp_to_one_port(protocol: int, source: int, destination: int) -> None:
    passes = let_through(Header(protocol, (source, destination), bytes((10, 231, 2, 1))), Impairment(only_tls=True))
    assert passes == (protocol == TCP and 443 in (source, destination))


def test_a_cut_line_stops_everything_even_what_is_on_its_way() -> None:
    arrived: list[tuple[int, bytes]] = []
    bridge = Bridge(lambda place, one: arrived.append((place, one)), lambda: 0.5)
    bridge.change(PATIENT, Impairment(delay=1.0))
    bridge.take(PATIENT, packet(PATIENT, CLINIC, TCP), 0.0)
    bridge.change(PATIENT, Impairment(delay=1.0, cut=True))
    bridge.take(PATIENT, packet(PATIENT, CLINIC, TCP), 0.5)
    assert bridge.deliver(2.0) is None
    assert arrived == []
    bridge.change(PATIENT, Impairment())
    bridge.take(PATIENT, packet(PATIENT, CLINIC, TCP), 3.0)
    bridge.deliver(3.0)
    assert [place for place, _ in arrived] == [CLINIC]


def test_the_bridge_hands_over_when_it_is_time_and_says_how_long_that_is() -> None:
    arrived: list[int] = []
    bridge = Bridge(lambda place, _: arrived.append(place), lambda: 0.5)
    bridge.change(PATIENT, Impairment(delay=0.25))
    bridge.take(CLINIC, packet(CLINIC, PATIENT), 1.0)
    assert bridge.deliver(1.0) == 0.25
    assert arrived == []
    assert bridge.deliver(1.25) is None
    assert arrived == [PATIENT]


def test_the_bridge_tells_what_it_carried_and_how_late_the_latest_was() -> None:
    bridge = Bridge(lambda place, one: None, lambda: 0.5)
    bridge.change(PATIENT, Impairment(delay=0.25))
    bridge.take(CLINIC, packet(CLINIC, PATIENT), 1.0)
    bridge.take(CLINIC, packet(CLINIC, PATIENT), 1.0)
    bridge.deliver(1.0)
    bridge.deliver(1.375)
    assert bridge.change(PATIENT, Impairment()) == (2, 0.125)
    assert bridge.change(PATIENT, Impairment()) == (0, 0.0)


def test_each_end_has_a_line_of_its_own_and_the_rest_of_the_world_is_not_there() -> None:
    arrived: list[int] = []
    bridge = Bridge(lambda place, _: arrived.append(place), lambda: 0.5)
    bridge.change(PATIENT, Impairment(loss=1.0))
    bridge.take(CLINIC, packet(CLINIC, SERVICES), 0.0)
    bridge.take(SERVICES, packet(SERVICES, CLINIC), 0.0)
    bridge.take(SERVICES, packet(SERVICES, PATIENT), 0.0)
    bridge.take(CLINIC, packet(CLINIC, PATIENT), 0.0)
    assert bridge.deliver(1.0) is None
    assert arrived == [SERVICES, CLINIC]
    outside = bytearray(packet(PATIENT, CLINIC))
    outside[16:20] = bytes((8, 8, 8, 8))
    bridge.change(PATIENT, Impairment())
    bridge.take(PATIENT, bytes(outside), 0.0)
    assert bridge.deliver(1.0) is None
    assert arrived == [SERVICES, CLINIC]


def test_a_packet_between_clinic_and_patient_crosses_both_lines() -> None:
    arrived: list[int] = []
    bridge = Bridge(lambda place, _: arrived.append(place), lambda: 0.5)
    bridge.change(CLINIC, Impairment(delay=0.25))
    bridge.change(PATIENT, Impairment(delay=0.5))
    bridge.take(CLINIC, packet(CLINIC, PATIENT), 0.0)
    bridge.take(CLINIC, packet(CLINIC, SERVICES), 0.0)
    bridge.deliver(0.25)
    assert arrived == [SERVICES]
    bridge.deliver(0.625)
    assert arrived == [SERVICES]
    bridge.deliver(0.75)
    assert arrived == [SERVICES, PATIENT]


@given(st.sampled_from((CLINIC, PATIENT)), impairments)
def test_what_the_lab_tells_the_line_arrives_as_it_was_meant(place: int, impairment: Impairment) -> None:
    assert from_json(to_json(place, impairment)) == (place, impairment)
