"""A symmetric NAT: out by a port for each far end, in by that port from that end alone, with right checksums."""

from hypothesis import given
from hypothesis import strategies as st

from tests.lab.bridge import CLINIC, PATIENT, SERVICES, Bridge
from tests.lab.link import TCP, UDP, Impairment
from tests.lab.nat import Nat, inward, outward

OUTSIDE = bytes((10, 231, 1, 200))
addresses = st.binary(min_size=4, max_size=4)
ports = st.integers(1, 65535)
ends = st.tuples(addresses, ports)
protocols = st.sampled_from((UDP, TCP))


def total(data: bytes | bytearray) -> int:
    """Return the ones' complement sum of the Internet's checksums (RFC 1071), 0xFFFF for data with a right one."""
    data += bytes(len(data) % 2)
    found = sum(int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2))
    while found > 0xFFFF:
        found = (found & 0xFFFF) + (found >> 16)
    return found


def is_right(packet: bytes) -> bool:
    pseudo = packet[12:20] + bytes((0, packet[9])) + len(packet[20:]).to_bytes(2)
    return total(packet[:20]) == total(pseudo + packet[20:]) == 0xFFFF


def packet(
    protocol: int, source: tuple[bytes, int], destination: tuple[bytes, int], fill: bytes = b"hello"
) -> bytes:
    """Return an IPv4 packet with right checksums."""
    there = destination[0]
    body = bytearray(source[1].to_bytes(2) + destination[1].to_bytes(2))
    body += (8 + len(fill)).to_bytes(2) + bytes(2) if protocol == UDP else bytes(8) + b"\x50\x18\x10\x00" + bytes(4)
    body += fill
    at = 6 if protocol == UDP else 16
    pseudo = source[0] + there + bytes((0, protocol)) + len(body).to_bytes(2)
    body[at : at + 2] = (0xFFFF - total(pseudo + body)).to_bytes(2)
    head = bytearray(bytes((0x45, 0)) + (20 + len(body)).to_bytes(2) + bytes((0, 0, 0, 0, 64, protocol, 0, 0)))
    head += source[0] + there
    head[10:12] = (0xFFFF - total(head)).to_bytes(2)
    return bytes(head + body)


def ends_of(sent: bytes) -> tuple[tuple[bytes, int], tuple[bytes, int]]:
    return (sent[12:16], int.from_bytes(sent[20:22])), (sent[16:20], int.from_bytes(sent[22:24]))


@given(protocols, ends, ends, st.binary(max_size=40))
def test_what_goes_out_is_answered_and_every_checksum_is_right(
    protocol: int, source: tuple[bytes, int], far: tuple[bytes, int], fill: bytes
) -> None:
    nat, out = outward(Nat(OUTSIDE), packet(protocol, source, far, fill))
    assert out is not None
    seen, to = ends_of(out)
    assert (seen[0], to) == (OUTSIDE, far)
    back = inward(nat, packet(protocol, far, seen, fill))
    assert back is not None
    assert ends_of(back) == (far, source)
    assert back[28:] == packet(protocol, far, source, fill)[28:] or protocol == TCP
    if fill:
        assert is_right(out)
        assert is_right(back)


@given(protocols, ends, st.lists(ends, min_size=2, max_size=6, unique=True))
def test_each_far_end_sees_another_port_that_stays_its_own(
    protocol: int, source: tuple[bytes, int], fars: list[tuple[bytes, int]]
) -> None:
    nat, seen = Nat(OUTSIDE), []
    for far in (*fars, *fars):
        nat, out = outward(nat, packet(protocol, source, far))
        assert out is not None
        seen.append(ends_of(out)[0])
    assert len(set(seen)) == len(fars)
    assert seen[: len(fars)] == seen[len(fars) :]
    for far, mine in zip(fars, seen, strict=False):
        for other in fars:
            assert (inward(nat, packet(protocol, other, mine)) is not None) == (other == far)


@given(protocols, ends, ends)
def test_nobody_comes_in_unasked(protocol: int, far: tuple[bytes, int], inside: tuple[bytes, int]) -> None:
    nat, _ = outward(Nat(OUTSIDE), packet(protocol, inside, far))
    assert inward(nat, packet(protocol, far, inside)) is None or inside[0] == OUTSIDE
    assert inward(Nat(OUTSIDE), packet(protocol, far, (OUTSIDE, 20_000))) is None


@given(st.binary(max_size=64))
def test_whatever_is_no_packet_with_ports_is_dropped_or_passed_whole(noise: bytes) -> None:
    _, out = outward(Nat(OUTSIDE), noise)
    assert out is None or len(out) == len(noise)
    assert inward(Nat(OUTSIDE), noise) is None


def test_the_patient_behind_one_is_reached_by_answers_alone() -> None:
    arrived: list[tuple[int, bytes]] = []
    bridge = Bridge(lambda place, one: arrived.append((place, one)), lambda: 0.5)
    bridge.change(PATIENT, Impairment(nat=True))
    at = {place: (bytes((10, 231, place, 1)), 5000) for place in (CLINIC, PATIENT, SERVICES)}
    bridge.take(CLINIC, packet(UDP, at[CLINIC], at[PATIENT]), 0.0)
    bridge.deliver(0.0)
    assert arrived == []
    bridge.take(PATIENT, packet(UDP, at[PATIENT], at[CLINIC]), 0.0)
    bridge.deliver(0.0)
    ((place, asked),) = arrived
    assert (place, ends_of(asked)[0][0]) == (CLINIC, OUTSIDE)
    bridge.change(PATIENT, Impairment(nat=True, delay=0.1))
    bridge.take(CLINIC, packet(UDP, at[CLINIC], ends_of(asked)[0]), 1.0)
    bridge.take(SERVICES, packet(UDP, at[SERVICES], ends_of(asked)[0]), 1.0)
    bridge.deliver(2.0)
    assert [(place, ends_of(one)) for place, one in arrived[1:]] == [(PATIENT, (at[CLINIC], at[PATIENT]))]
