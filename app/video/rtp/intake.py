"""Where received media packets go: what the receiver asks of a decoder's side, and what that may ask back."""

from collections.abc import Sequence
from typing import Protocol

from aiortc import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket


class Intake(Protocol):
    """Takes the packets of one medium. Called in the media loop; must not block it and raises nothing."""

    def take(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        """Take a media packet; `arrived` is `time.monotonic()` in s. Packets may be late, doubled or never come."""
        ...

    def close(self) -> None:
        """Take nothing more and give back threads; safe to call again."""
        ...


class Feedback(Protocol):
    """What the taker of a video stream may ask of its sender. Called in the media loop; returns at once."""

    def ask_again(self, ssrc: int, numbers: Sequence[int]) -> None:
        """Ask for lost packets by their 16-bit sequence numbers (generic NACK, RFC 4585 section 6.2.1)."""
        ...

    def ask_key_frame(self, ssrc: int) -> None:
        """Ask for a picture that needs no other (PLI, RFC 4585 section 6.3.1)."""
        ...
