"""The one place that puts our classes where aiortc keeps its own, by names that are aiortc's private ones.

Each connection is changed by itself, before its first offer: other connections of the process stay plain aiortc.
"""

import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from aiortc import RTCPeerConnection, RTCRtpTransceiver, RTCSctpTransport
from aiortc.rtcsctptransport import DataChunk

from app.domain.faults import log_fault
from app.video.profile import VideoProfile
from app.video.rtp.outgoing_stream import StreamNames
from app.video.rtp.receiver import Receiver
from app.video.rtp.sender import Sender

_log = logging.getLogger(__name__)

SERIES = {"aiortc": "1.16", "aioice": "0.13"}
"""The series whose private names are used here and in `ice_gathering`; another one has to be read first."""

_RECEIVER = "_RTCRtpTransceiver__receiver"
_SENDER = "_RTCRtpTransceiver__sender"


def check_version() -> None:
    """Refuse an aiortc or aioice nobody has read; raises RuntimeError."""
    for name, series in SERIES.items():
        found = version(name)
        if not found.startswith(f"{series}."):
            raise RuntimeError(f"{name} {found} is installed; the seams fit {series}")


def put_receiver(transceiver: RTCRtpTransceiver, receiver: Receiver) -> None:
    """Let `receiver` receive what this transceiver negotiates; raises AttributeError when aiortc has changed.

    Call it right after `addTransceiver`: a receiver registers itself with its transport only when media flow.
    """
    getattr(transceiver, _RECEIVER)
    receiver._set_rtcp_ssrc(transceiver.sender._ssrc)
    setattr(transceiver, _RECEIVER, receiver)


def put_sender(transceiver: RTCRtpTransceiver, profile: VideoProfile) -> Sender:
    """Let a sender of ours send this transceiver's track, under the names aiortc gave it; returns the sender.

    Call it right after `addTransceiver` with a track. Raises AttributeError when aiortc has changed.
    """
    theirs = getattr(transceiver, _SENDER)
    names = StreamNames(theirs._ssrc, theirs._rtx_ssrc)
    sender = Sender(theirs.track, theirs.transport, names, theirs._stream_id, profile)
    setattr(transceiver, _SENDER, sender)
    return sender


def harden(connection: RTCPeerConnection) -> None:
    """Let a connection outlive what aiortc's readers did not foresee: an odd packet is lost, and nothing else.

    As aiortc has it, a text that is not UTF-8 in a data channel ends the connection, and so does one empty datagram
    from anybody. Call it when transceivers and data channel have been made. Raises AttributeError when aiortc has
    changed.
    """
    transports = [transceiver.receiver.transport for transceiver in connection.getTransceivers()]
    if connection.sctp is not None:
        transports.append(connection.sctp.transport)
        _forgive(connection.sctp, "_data_channel_receive", "_handle_data")
        _bound(connection.sctp)
    for transport in dict.fromkeys(transports):
        _forgive(transport, "_handle_rtp_data", "_handle_rtcp_data")
        ice = transport.transport
        setattr(ice, "_recv", _without_empty(ice._recv))  # noqa: B010 - a private name of aiortc's


def _bound(association: RTCSctpTransport) -> None:
    """Take no more of an endless message than was said to fit (RFC 9260 section 6.2); aiortc takes it all."""
    take = association._receive_data_chunk

    async def take_what_fits(chunk: DataChunk) -> None:
        if len(chunk.user_data) <= association._advertised_rwnd:
            await take(chunk)

    setattr(association, "_receive_data_chunk", take_what_fits)  # noqa: B010 - a private name of aiortc's


def _forgive(owner: object, *names: str) -> None:
    """Let these methods lose what they fail at, but for the loss of the transport itself; the first is logged."""
    for name in names:
        setattr(owner, name, _forgiving(getattr(owner, name), name.strip("_")))


def _forgiving(take: Callable[..., Awaitable[None]], doing: str) -> Callable[..., Awaitable[None]]:
    told = False

    async def forgiving(*data: object, **more: object) -> None:
        nonlocal told
        try:
            await take(*data, **more)
        except ConnectionError:
            raise
        except Exception as error:
            if not told:
                log_fault(_log, doing, error)
            told = True

    return forgiving


def _without_empty(receive: Callable[[], Awaitable[bytes]]) -> Callable[[], Awaitable[bytes]]:
    async def received() -> bytes:
        while not (datagram := await receive()):
            pass
        return datagram

    return received


check_version()
