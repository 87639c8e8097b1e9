"""A small TURN server on this PC (RFC 8656), over UDP, TCP or TLS; it can keep silent until it is let answer."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aioice.stun import Class, Message, Method, parse_message
from aioice.turn import TurnStreamMixin, is_channel_data, make_integrity_key
from aiortc import RTCIceServer

HOST = "127.0.0.1"
USERNAME, PASSWORD, REALM = "1792000000", "secret", "loopback"
SEEN_AS: tuple[str, int] | None = None
"""The address that who asks is told, in place of its own."""
_KEY = make_integrity_key(USERNAME, REALM, PASSWORD)

Address = tuple[str, int]
Reply = Callable[[bytes], None]


@dataclass(slots=True)
class Turn:
    """One server: `allocations` are those that stand, `channels` all that were ever bound."""

    url: str
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    channels: int = 0
    allocations: set["Allocation"] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def ice_server(self) -> RTCIceServer:
        """What a room service would tell of it."""
        return RTCIceServer([self.url], USERNAME, PASSWORD)


class Allocation(asyncio.DatagramProtocol):
    """What one client of the server has there: its relay, and the channels to its peers."""

    def __init__(self, turn: Turn, client: Address, reply: Reply) -> None:
        self._turn = turn
        self._client = client
        self._reply = reply
        self._relay: asyncio.DatagramTransport | None = None
        self._peers: dict[int, Address] = {}

    def datagram_received(self, data: bytes, addr: Address) -> None:
        for channel, peer in self._peers.items():
            if peer == addr:
                self._reply(channel.to_bytes(2) + len(data).to_bytes(2) + data + bytes(-len(data) % 4))

    def take(self, data: bytes) -> None:
        """Take what the client sent, once the server is awake."""
        if is_channel_data(data):
            peer = self._peers.get(int.from_bytes(data[:2]))
            if peer is not None and self._relay is not None:
                self._relay.sendto(data[4 : 4 + int.from_bytes(data[2:4])], peer)
            return
        self._turn.asked += 1
        task = asyncio.get_running_loop().create_task(self._answer(parse_message(data)))
        self._turn.tasks.add(task)
        task.add_done_callback(self._turn.tasks.discard)

    def end(self) -> None:
        """Let go of the relay."""
        self._turn.allocations.discard(self)
        if self._relay is not None:
            self._relay.close()

    async def _answer(self, request: Message) -> None:
        await self._turn.awake.wait()
        if request.message_method is Method.BINDING:
            seen = {"XOR-MAPPED-ADDRESS": SEEN_AS or self._client}
            self._reply(bytes(Message(Method.BINDING, Class.RESPONSE, request.transaction_id, seen)))
            return
        answer = Message(request.message_method, Class.RESPONSE, request.transaction_id)
        if not request.check_message_integrity(_KEY) or request.attributes.get("USERNAME") != USERNAME:
            answer.message_class = Class.ERROR
            answer.attributes = {"ERROR-CODE": (401, "Unauthorized"), "REALM": REALM, "NONCE": b"nonce"}
            self._reply(bytes(answer))
            return
        match request.message_method:
            case Method.ALLOCATE:
                await self._allocate(answer)
            case Method.CHANNEL_BIND:
                self._turn.channels += 1
                self._peers[request.attributes["CHANNEL-NUMBER"]] = request.attributes["XOR-PEER-ADDRESS"]
            case Method.REFRESH:
                answer.attributes["LIFETIME"] = request.attributes["LIFETIME"]
            case _:
                return
        answer.add_message_integrity(_KEY)
        self._reply(bytes(answer))
        if request.attributes.get("LIFETIME") == 0:
            self.end()

    async def _allocate(self, answer: Message) -> None:
        if self._relay is None:
            loop = asyncio.get_running_loop()
            self._relay, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
            self._turn.allocations.add(self)
        answer.attributes["XOR-RELAYED-ADDRESS"] = self._relay.get_extra_info("sockname")
        answer.attributes["XOR-MAPPED-ADDRESS"] = self._client
        answer.attributes["LIFETIME"] = 600


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._clients: dict[Address, Allocation] = {}

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if addr not in self._clients:
            self._clients[addr] = Allocation(self._turn, addr, lambda reply: self._transport.sendto(reply, addr))
        self._clients[addr].take(data)


class _Stream(TurnStreamMixin, asyncio.Protocol):
    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        client = transport.get_extra_info("peername")
        self._allocation = Allocation(self._turn, client, transport.write)

    def connection_lost(self, exc: Exception | None) -> None:
        self._allocation.end()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._allocation.take(data)


@asynccontextmanager
async def turn_over_udp(*, awake: bool = True) -> AsyncIterator[Turn]:
    """Run one over UDP; asleep it takes what comes and answers all of it when `awake` is set."""
    turn = Turn("")
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Datagrams(turn), local_addr=(HOST, 0)
    )
    turn.url = f"turn:{HOST}:{transport.get_extra_info('sockname')[1]}?transport=udp"
    async with _running(turn, awake=awake):
        yield turn
    transport.close()


@asynccontextmanager
async def turn_over_stream(context: ssl.SSLContext | None = None, *, awake: bool = True) -> AsyncIterator[Turn]:
    """Run one over TCP, or with a context over TLS."""
    turn = Turn("")
    server = await asyncio.get_running_loop().create_server(lambda: _Stream(turn), HOST, 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    turn.url = f"{'turns' if context else 'turn'}:{HOST}:{port}?transport=tcp"
    async with _running(turn, awake=awake):
        yield turn
    server.close()


@asynccontextmanager
async def _running(turn: Turn, *, awake: bool) -> AsyncIterator[None]:
    if awake:
        turn.awake.set()
    try:
        yield
    finally:
        for task in list(turn.tasks):
            task.cancel()
        for allocation in list(turn.allocations):
            allocation.end()
