"""The two ends of a connection that looks for its way: ours as it gathers, and a plain aiortc."""

import re
from contextlib import AsyncExitStack

from aiortc import RTCConfiguration, RTCIceCandidate, RTCIceServer, RTCPeerConnection, RTCSessionDescription

from app.video.rtp.ice_gathering import Gathering
from app.video.rtp.ice_servers import chosen
from app.video.signals import still_gathering
from tests.video.one_call import until
from tests.video.rtp.loopback_turn import Turn


class End:
    """A connection that is offered, with what its offer was too early for."""

    def __init__(self, *servers: RTCIceServer) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration([]))
        self.connection.addTransceiver("audio", "sendrecv")
        self.ice = Gathering(self.connection, chosen(servers))
        self.late: list[RTCIceCandidate] = []

    async def offer(self) -> list[str]:
        """Return the candidates of the offer."""
        await self.connection.setLocalDescription(await self.connection.createOffer())
        self.ice.tell(self.late.append)
        lines = self.connection.localDescription.sdp.splitlines()
        return [line for line in lines if line.startswith("a=candidate")]

    async def join(self, far: RTCPeerConnection, *, by_relay: bool = False, all_told: bool = False) -> None:
        """Let a plain aiortc answer; both may have more to tell, or it says that it has told all.

        There may be no way but by a relay.
        """
        offer = still_gathering(self.connection.localDescription.sdp)
        if by_relay:
            offer = re.sub("a=candidate.* typ host\r\n", "", offer)
            for protocol in self.ice._ice._protocols:
                if protocol.local_candidate.type == "host":
                    protocol.send_stun = lose  # type: ignore[method-assign]
        await far.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await far.setLocalDescription(await far.createAnswer())
        told = far.localDescription.sdp
        answer = told if all_told else still_gathering(told)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))


def lose(message: object, addr: object) -> None:
    """Lose what was to be sent."""


def end(opened: AsyncExitStack, *servers: RTCIceServer | Turn) -> End:
    one = End(*(server.ice_server if isinstance(server, Turn) else server for server in servers))
    opened.push_async_callback(one.connection.close)
    return one


def far_end(opened: AsyncExitStack) -> RTCPeerConnection:
    far = RTCPeerConnection(RTCConfiguration([]))
    opened.push_async_callback(far.close)
    return far


def relays(candidates: list[str]) -> list[int]:
    """Return the priorities of the relayed candidates, the highest first."""
    return sorted((int(line.split()[3]) for line in candidates if " typ relay" in line), reverse=True)


async def connected(*ends: RTCPeerConnection) -> None:
    await until(lambda: all(one.connectionState == "connected" for one in ends))
