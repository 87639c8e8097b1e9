"""Of the servers a room service names, each is asked once, the better way first, and no more than are of use."""

from aiortc import RTCIceServer
from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.ice_servers import MOST_EACH_WAY, MOST_STUN, IceServers, Relay, Way, chosen, local_preference

hosts = st.sampled_from(("turn.example.org", "other.example.org", "192.0.2.1"))
urls = st.builds(
    lambda scheme, host, port, transport: f"{scheme}:{host}{port}{transport}",
    st.sampled_from(("turn", "turns", "stun", "stuns", "http")),
    hosts,
    st.sampled_from(("", ":3478", ":443")),
    st.sampled_from(("", "?transport=udp", "?transport=tcp", "?transport=sctp")),
)
servers = st.builds(
    RTCIceServer, urls | st.lists(urls, max_size=5), st.none() | st.just("name"), st.none() | st.just("password")
)


def relay(way: Way, port: int, host: str = "turn.example.org") -> Relay:
    return Relay(host, port, way, "name", "password")


def test_all_ways_of_a_server_are_asked_the_best_first() -> None:
    urls = ["turns:turn.example.org", "turn:turn.example.org?transport=tcp", "turn:turn.example.org:3479"]
    stun = RTCIceServer("stun:turn.example.org")
    assert chosen([RTCIceServer(urls, "name", "password"), stun]) == IceServers(
        (("turn.example.org", 3478), ("turn.example.org", 3479)),
        (relay(Way.UDP, 3479), relay(Way.TCP, 3478), relay(Way.TLS, 5349)),
    )


def test_what_cannot_be_asked_is_left_out() -> None:
    urls = ["turn:a?transport=sctp", "turns:a?transport=udp", "stuns:a", "nonsense"]
    assert chosen([RTCIceServer(urls, "name", "password"), RTCIceServer("turn:b")]) == IceServers((), ())


@given(st.lists(servers, max_size=8))
def test_each_is_asked_once_and_few_in_all(given_servers: list[RTCIceServer]) -> None:
    found = chosen(given_servers)
    assert len(set(found.stun)) == len(found.stun) <= MOST_STUN
    addresses = [(one.host, one.port, one.way) for one in found.relays]
    assert len(set(addresses)) == len(addresses)
    assert [one.way.value for one in found.relays] == sorted(one.way.value for one in found.relays)
    for way in Way:
        assert sum(one.way is way for one in found.relays) <= MOST_EACH_WAY


@given(st.lists(servers, max_size=8))
def test_no_two_are_preferred_alike_and_the_better_way_is_preferred(given_servers: list[RTCIceServer]) -> None:
    relays = chosen(given_servers).relays
    preferences = [local_preference(one, relays) for one in relays]
    assert preferences == sorted(set(preferences), reverse=True)
    assert all(0 <= one <= 65_535 for one in preferences)
