"""What a bad line does to a packet, as pure functions: when it comes out at the far end, or that it never does."""

from dataclasses import dataclass, replace
from enum import Enum, auto

IP_PACKET_LEAST = 20
TCP, UDP = 6, 17
_DNS = 53
TURN_PORT = 3478
TLS_PORT = 443


class Udp(Enum):
    """What a firewall on the line lets through of UDP; names are always looked up."""

    OPEN = auto()
    TURN_ONLY = auto()
    BLOCKED = auto()


@dataclass(frozen=True, slots=True)
class Bursts:
    """Loss in bursts (Gilbert 1960, Elliott 1963): chances (0-1) a packet to turn bad and good, loss while bad."""

    turn_bad: float
    turn_good: float
    loss: float


@dataclass(frozen=True, slots=True)
class Impairment:
    """How bad one direction is. Times in s, `loss` 0-1, `rate` in bit/s (0: no limit), `queue` in s of the rate.

    Jitter is drawn evenly from -jitter to +jitter; packets keep their order unless `reorder`. `only_tls` is a
    firewall that lets through nothing but TCP to one port, `nat` a symmetric NAT at the end of the line.
    """

    loss: float = 0.0
    bursts: Bursts | None = None
    delay: float = 0.0
    jitter: float = 0.0
    reorder: bool = False
    rate: float = 0.0
    queue: float = 0.3
    udp: Udp = Udp.OPEN
    only_tls: bool = False
    nat: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Dice:
    """Even random numbers, each at least 0 and below 1, that decide over one packet."""

    loss: float
    turn: float
    jitter: float


@dataclass(frozen=True, slots=True)
class Direction:
    """What one direction remembers: until when it is busy, when its last packet comes out, whether it is bad."""

    busy_until: float = 0.0
    last_due: float = 0.0
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """What the line looks at: the IP protocol number, the ports (0 where there are none), the destination."""

    protocol: int
    ports: tuple[int, int]
    destination: bytes


def read_header(packet: bytes) -> Header | None:
    """Return the header of an IPv4 packet (RFC 791), None for anything else or too short."""
    if len(packet) < IP_PACKET_LEAST or packet[0] >> 4 != 4:
        return None
    start = (packet[0] & 0xF) * 4
    protocol = packet[9]
    first = (packet[6] & 0x1F) == 0 and packet[7] == 0
    ports = (0, 0)
    if protocol in (TCP, UDP) and first and len(packet) >= start + 4:
        ports = (int.from_bytes(packet[start : start + 2]), int.from_bytes(packet[start + 2 : start + 4]))
    return Header(protocol, ports, packet[16:20])


def let_through(header: Header, impairment: Impairment) -> bool:
    """Tell whether cut and firewall let a packet onto the line at all."""
    if impairment.cut:
        return False
    if impairment.only_tls:
        return header.protocol == TCP and TLS_PORT in header.ports
    if header.protocol != UDP or impairment.udp is Udp.OPEN or _DNS in header.ports:
        return True
    return impairment.udp is Udp.TURN_ONLY and TURN_PORT in header.ports


def travel(
    direction: Direction, impairment: Impairment, size: int, now: float, dice: Dice
) -> tuple[Direction, float | None]:
    """Return the direction after a packet of `size` bytes sent at `now` (s), and when it arrives; None is never.

    A packet that is lost has still taken its time on the line; one that finds the queue full takes none.
    """
    bad = _turned(direction.bad, impairment.bursts, dice.turn)
    busy = max(now, direction.busy_until)
    if impairment.rate:
        if busy - now > impairment.queue:
            return replace(direction, bad=bad), None
        busy += size * 8 / impairment.rate
    sent = replace(direction, busy_until=busy if impairment.rate else direction.busy_until, bad=bad)
    chance = impairment.bursts.loss if bad and impairment.bursts else impairment.loss
    if dice.loss < chance:
        return sent, None
    leaves = busy if impairment.rate else now
    due = leaves + max(0.0, impairment.delay + (2 * dice.jitter - 1) * impairment.jitter)
    if not impairment.reorder:
        due = max(due, direction.last_due)
    return replace(sent, last_due=due), due


def _turned(bad: bool, bursts: Bursts | None, draw: float) -> bool:
    if bursts is None:
        return False
    return draw >= bursts.turn_good if bad else draw < bursts.turn_bad
