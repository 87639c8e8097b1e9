"""Gathers our candidates in aioice's place, which asks one server of a kind and waits 5 s for one that is dead.

A clinic whose firewall drops UDP has a way only by a relay over TCP or TLS, and must not pay so at every offer.
"""

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from aioice import Candidate, Connection
from aioice.candidate import candidate_foundation, candidate_priority
from aioice.ice import StunProtocol, server_reflexive_candidate
from aioice.turn import create_turn_endpoint
from aiortc import RTCIceCandidate, RTCPeerConnection
from aiortc.rtcicetransport import candidate_from_aioice

from app.video.rtp.ice_checks import answer_checks_at_once
from app.video.rtp.ice_servers import IceServers, Relay, Way, local_preference

_log = logging.getLogger(__name__)

LONGEST_WAIT = 0.5
"""Seconds an offer waits for servers at most; what comes later is told to the far end by itself (RFC 8838). A
question that was lost is asked again only after so long (RFC 8489 section 6.2.1)."""
AFTER_FIRST = 0.1
"""Seconds an offer waits for the other servers once one has given what was hoped for most: a relay, if there are
any to ask."""
GIVE_UP = 5.0
"""Seconds after which a server that has not answered is dead."""
STREAMS_HELD = 1.0
"""Seconds for which relays over TCP and TLS are not tried, unless UDP has been found blocked. The first check that
is answered decides over the whole call, and one lost packet would give it to a stream."""

Tell = Callable[[RTCIceCandidate], object]


class Gathering:
    """One connection's, used in its loop; has its place in it from the making on."""

    def __init__(self, connection: RTCPeerConnection, servers: IceServers) -> None:
        """Take aioice's place in a connection with one transport, made without servers and not offered yet.

        Raises AttributeError when aiortc or aioice has changed.
        """
        ice: Connection = connection.getTransceivers()[0].receiver.transport.transport._connection
        self._ice = ice
        self._servers = servers
        self._gather_hosts, self._connect_ice, self._close_ice = (
            _taken(ice, name, ours)
            for name, ours in (
                ("get_component_candidates", self._gather),
                ("connect", self._connect),
                ("close", self._close),
            )
        )
        answer_checks_at_once(ice)
        self._far_expected: Callable[[], bool] = ice._remote_candidates_expected
        setattr(ice, "_remote_candidates_expected", self._more_expected)  # noqa: B010 - a method of aioice's
        self._asking: set[asyncio.Task[None]] = set()
        self._found: list[Candidate] = []
        self._hoped_for = asyncio.Event()
        self._held: list[StunProtocol] = []
        self._datagrams_pass = self._streams_tried = False
        self._offered = False
        self._late: list[RTCIceCandidate] = []
        self._tell: Tell | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing more can come."""
        return self._offered and not self._asking

    def tell(self, tell: Tell) -> None:
        """Have `tell` called with each candidate the offer came too early for, those there are already at once."""
        self._tell = tell
        for candidate in self._late:
            tell(candidate)
        self._late.clear()

    async def _gather(self, component: int, addresses: list[str]) -> list[Candidate]:
        """Return what is to stand in the offer."""
        hosts: list[Candidate] = await self._gather_hosts(component=component, addresses=addresses)
        for protocol in self._ice._protocols:
            if ipaddress.ip_address(protocol.local_candidate.host).version == 4:
                for server in self._servers.stun:
                    self._ask(f"STUN {server[0]}", self._ask_stun(protocol, server))
        for relay in self._servers.relays:
            self._ask(f"TURN {relay.host} by {relay.way.name}", self._ask_relay(component, relay))
        await self._until_enough()
        self._offered = True
        return hosts + self._found

    async def _until_enough(self) -> None:
        """Wait until all have answered, but not long once the best has, and never longer than an offer may."""
        everyone = asyncio.gather(*self._asking, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT) as limit:
                everyone.add_done_callback(lambda _: self._hoped_for.set())
                await self._hoped_for.wait()
                latest = asyncio.get_running_loop().time() + AFTER_FIRST
                limit.reschedule(min(latest, limit.when() or latest))
                await asyncio.shield(everyone)

    def _ask(self, whom: str, question: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(self._limited(whom, question))
        self._asking.add(task)
        task.add_done_callback(self._asked)

    def _asked(self, task: asyncio.Task[None]) -> None:
        self._asking.discard(task)
        self._fail_if_all_did()

    def _more_expected(self) -> bool:
        """Whether there may be more ways to try: aioice knows of the far end's alone, and would not start ours."""
        return bool(self._asking or self._held) or self._far_expected()

    def _fail_if_all_did(self) -> None:
        """Let the search end where all that was tried has failed already, and nothing more is expected just now."""
        if self._ice._early_checks_done:
            self._ice._check_list_maybe_fail()

    async def _limited(self, whom: str, question: Coroutine[None, None, None]) -> None:
        try:
            async with asyncio.timeout(GIVE_UP):
                await question
        except Exception as error:  # a server may fail in as many ways as a network; a call without it is still one
            _log.info("%s gave no candidate: %s", whom, type(error).__name__)

    async def _ask_stun(self, protocol: StunProtocol, server: tuple[str, int]) -> None:
        candidate, _ = await server_reflexive_candidate(protocol, server)
        self._datagrams_pass = True
        known = [*self._found, *self._ice.local_candidates, protocol.local_candidate]
        if not any((one.host, one.port) == (candidate.host, candidate.port) for one in known):
            self._add(candidate)
        if not self._servers.relays:
            self._hoped_for.set()

    async def _ask_relay(self, component: int, relay: Relay) -> None:
        _, protocol = await create_turn_endpoint(
            lambda: StunProtocol(self._ice),
            (relay.host, relay.port),
            relay.username,
            relay.password,
            ssl=await asyncio.to_thread(ssl.create_default_context) if relay.way is Way.TLS else None,
            transport="udp" if relay.way is Way.UDP else "tcp",
        )
        host, port = protocol.transport.get_extra_info("sockname")
        near_host, near_port = protocol.transport.get_extra_info("related_address")
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("relay", relay.way.name, f"{relay.host}:{relay.port}"),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "relay", local_preference(relay, self._servers.relays)),
            host=host,
            port=port,
            type="relay",
            related_address=near_host,
            related_port=near_port,
        )
        if self._ice._check_list_done:
            await protocol.close()
            return
        self._datagrams_pass |= relay.way is Way.UDP
        if relay.way is Way.UDP or self._streams_tried:
            self._try(protocol)
        else:
            self._held.append(protocol)
        self._add(protocol.local_candidate)
        self._hoped_for.set()

    def _add(self, candidate: Candidate) -> None:
        """Have the far end told of a candidate: by the offer, or by itself when that has been made."""
        if not self._offered:
            self._found.append(candidate)
            return
        self._ice._local_candidates.append(candidate)
        told = candidate_from_aioice(candidate)
        if self._tell is not None:
            self._tell(told)
        else:
            self._late.append(told)

    def _try(self, relay: StunProtocol) -> None:
        """Let checks go by a relay, to what is known of the far end and to what comes."""
        self._ice._protocols.append(relay)
        for candidate in self._ice._remote_candidates:
            self._ice._pair_remote_candidate(candidate)
        self._ice.sort_check_list()

    async def _connect(self) -> None:
        trying = asyncio.get_running_loop().create_task(self._try_streams())
        try:
            await self._connect_ice()
        finally:
            trying.cancel()
            for relay in self._held:
                relay.transport.close()
            self._held.clear()

    async def _try_streams(self) -> None:
        if self._datagrams_pass or not self._servers.stun:
            await asyncio.sleep(STREAMS_HELD)
        self._streams_tried = True
        for relay in self._held:
            self._try(relay)
        self._held.clear()
        self._fail_if_all_did()

    async def _close(self) -> None:
        """Close at once what aioice would close one after the other: each relay says goodbye to its server."""
        ice = self._ice
        tried = [protocol for protocol in ice._protocols if protocol.local_candidate.type == "relay"]
        ice._protocols[:] = [protocol for protocol in ice._protocols if protocol not in tried]
        closing = [relay.close() for relay in (*tried, *self._held)]
        self._held.clear()
        asking = list(self._asking)
        for task in asking:
            task.cancel()
        await asyncio.gather(self._close_ice(), *closing, *asking, return_exceptions=True)


def _taken(owner: object, name: str, ours: Callable[..., Coroutine[Any, Any, Any]]) -> Any:
    """Put a method of ours where one of aioice's is; returns that."""
    theirs = getattr(owner, name)
    setattr(owner, name, ours)
    return theirs
