"""The one place that puts our classes where aiortc keeps its own, by names that are aiortc's private ones.

Each connection is changed by itself, before its first offer: other connections of the process stay plain aiortc.
"""

from importlib.metadata import version

from aiortc import RTCRtpTransceiver

from app.video.profile import VideoProfile
from app.video.rtp.outgoing_stream import StreamNames
from app.video.rtp.receiver import Receiver
from app.video.rtp.sender import Sender

SERIES = "1.16"
"""The series of aiortc whose private names are used here; another one has to be read first."""

_RECEIVER = "_RTCRtpTransceiver__receiver"
_SENDER = "_RTCRtpTransceiver__sender"


def check_version() -> None:
    """Refuse an aiortc nobody has read; raises RuntimeError."""
    found = version("aiortc")
    if not found.startswith(f"{SERIES}."):
        raise RuntimeError(f"aiortc {found} is installed; the seams fit {SERIES}")


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


check_version()
