"""A symmetric NAT as pure functions: to each far address and port from another port, and in only what answers.

Address- and port-dependent mapping and filtering (RFC 4787): where somebody behind it is to be reached cannot be
told beforehand, and two such ends meet only at a relay.
"""

from dataclasses import dataclass, field, replace

from tests.lab.link import TCP, UDP, read_header

_FIRST_PORT = 20_000
_MOST = 40_000
_CHECKSUM = {TCP: 16, UDP: 6}
"""Where the checksum stands in the header of each protocol."""

End = tuple[bytes, int]
"""An IPv4 address and a port."""


@dataclass(frozen=True, slots=True)
class Nat:
    """`address` is its own, by which all behind it are seen."""

    address: bytes
    outside: dict[tuple[int, End, End], int] = field(default_factory=dict)
    inside: dict[tuple[int, int, End], End] = field(default_factory=dict)


def outward(nat: Nat, packet: bytes) -> tuple[Nat, bytes | None]:
    """Return the NAT after a packet from behind it, and the packet as it goes on; None for one it does not know."""
    if (ends := _ends(packet)) is None:
        return nat, None
    protocol, source, destination = ends
    port = nat.outside.get((protocol, source, destination))
    if port is None:
        port = _FIRST_PORT + len(nat.outside) % _MOST
        nat = replace(
            nat,
            outside=nat.outside | {(protocol, source, destination): port},
            inside=nat.inside | {(protocol, port, destination): source},
        )
    return nat, _with(packet, 0, (nat.address, port))


def inward(nat: Nat, packet: bytes) -> bytes | None:
    """Return a packet that came to the NAT as it goes on to who is behind it; None when nobody asked for it."""
    if (ends := _ends(packet)) is None:
        return None
    protocol, source, (address, port) = ends
    behind = nat.inside.get((protocol, port, source)) if address == nat.address else None
    return None if behind is None else _with(packet, 1, behind)


def _ends(packet: bytes) -> tuple[int, End, End] | None:
    """Return protocol, source and destination of a packet with ports and room for its checksum."""
    header = read_header(packet)
    if header is None or header.protocol not in _CHECKSUM or header.ports == (0, 0):
        return None
    if len(packet) < (packet[0] & 0xF) * 4 + _CHECKSUM[header.protocol] + 2:
        return None
    return header.protocol, (packet[12:16], header.ports[0]), (header.destination, header.ports[1])


def _with(packet: bytes, which: int, end: End) -> bytes:
    """Put another source (0) or destination (1) into a packet, and mend its checksums (RFC 1624)."""
    changed = bytearray(packet)
    start = (packet[0] & 0xF) * 4
    address, port = 12 + 4 * which, start + 2 * which
    changed[address : address + 4] = end[0]
    changed[port : port + 2] = end[1].to_bytes(2)
    addresses = _difference(packet, changed, address, 4)
    _mend(changed, 10, addresses)
    checksum = start + _CHECKSUM[packet[9]]
    if packet[9] == TCP or packet[checksum : checksum + 2] != b"\0\0":
        _mend(changed, checksum, addresses + _difference(packet, changed, port, 2))
    return bytes(changed)


def _difference(old: bytes, new: bytes | bytearray, at: int, length: int) -> int:
    """Return what a change adds to the sum of which a checksum is the complement."""
    words = [slice(word, word + 2) for word in range(at, at + length, 2)]
    return sum((~int.from_bytes(old[word]) & 0xFFFF) + int.from_bytes(new[word]) for word in words)


def _mend(packet: bytearray, at: int, difference: int) -> None:
    total = (~int.from_bytes(packet[at : at + 2]) & 0xFFFF) + difference
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    packet[at : at + 2] = (~total & 0xFFFF).to_bytes(2)
