"""Which STUN and TURN servers a connection asks, of those it was given: each once, and no more than are of use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from aiortc import RTCIceServer
from aiortc.rtcicetransport import parse_stun_turn_uri

MOST_STUN = 2
MOST_EACH_WAY = 2
"""Servers asked for a relay over UDP, over TCP, and over TLS: a second one stands in for a first that is down."""
_BEST = 65_535
"""The highest local preference (RFC 8445 section 5.1.2.1)."""
_STEP = 8_192


class Way(Enum):
    """How a TURN server is reached, the best first: a stream holds what is new back for what was lost."""

    UDP = 0
    TCP = 1
    TLS = 2


@dataclass(frozen=True, slots=True)
class Relay:
    """A TURN server by one way, with the name and password it knows us by."""

    host: str
    port: int
    way: Way
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class IceServers:
    """STUN servers (host, port) and relays, those to be preferred first; a TURN server is a STUN server as well."""

    stun: tuple[tuple[str, int], ...]
    relays: tuple[Relay, ...]


def chosen(servers: Iterable[RTCIceServer]) -> IceServers:
    """Return whom to ask, in the order given but for the way; what cannot be asked is left out.

    A second entry with the same address and way is left out, whatever its password.
    """
    stun: dict[tuple[str, int], None] = {}
    relays: dict[tuple[str, int, Way], Relay] = {}
    for server in servers:
        for url in [server.urls] if isinstance(server.urls, str) else server.urls:
            match _parsed(url):
                case host, port, "stun":
                    stun.setdefault((host, port))
                case host, port, Way() as way if server.username and server.credential:
                    relays.setdefault((host, port, way), Relay(host, port, way, server.username, server.credential))
    for host, port, way in relays:
        if way is Way.UDP:
            stun.setdefault((host, port))
    by_way = [[relay for relay in relays.values() if relay.way is way][:MOST_EACH_WAY] for way in Way]
    return IceServers(tuple(stun)[:MOST_STUN], tuple(relay for some in by_way for relay in some))


def local_preference(relay: Relay, relays: Sequence[Relay]) -> int:
    """Return how much this one of the relays asked is preferred: 0 to 65535, each its own, UDP to TCP to TLS."""
    return _BEST - _STEP * relay.way.value - relays.index(relay)


def _parsed(url: str) -> tuple[str, int, Way | Literal["stun"]] | None:
    """Return where a URL leads and how, None for what is no URL (RFC 7064, RFC 7065) or not spoken here."""
    try:
        parsed = parse_stun_turn_uri(url)
    except ValueError:
        return None
    match parsed["scheme"], parsed.get("transport"):
        case "stun", _:
            how: Way | Literal["stun"] = "stun"
        case "turn", "udp":
            how = Way.UDP
        case "turn", "tcp":
            how = Way.TCP
        case "turns", "tcp":
            how = Way.TLS
        case _:
            return None
    return parsed["host"], parsed["port"], how
