"""How large, how often and at what cost our own picture is sent."""

from dataclasses import dataclass

from aiortc.codecs import vpx


@dataclass(frozen=True, slots=True)
class VideoProfile:
    """Size in pixels, frames a second, and the bit rates (bit/s) between which the encoder follows the receiver."""

    width: int
    height: int
    fps: int
    least_bitrate: int
    first_bitrate: int
    most_bitrate: int


STANDARD = VideoProfile(640, 480, 30, 100_000, 500_000, 1_500_000)
"""What a consultation needs and any clinic PC carries."""
HIGH = VideoProfile(1280, 720, 30, 100_000, 1_000_000, 2_500_000)
"""For looking at skin and wounds on a good line; at 1.5 Mbit/s moving 720p is visibly soft."""


def apply_bitrates(profile: VideoProfile) -> None:
    """Set the limits of VP8 encoders made from now on, and of the running ones' next change.

    aiortc 1.16 has no setting: its limits are module constants (250-1500 kbit/s, first 500), which its encoder
    reads each time. The low floor matters most: a line of 200 kbit/s sent 250 only ever falls further behind.
    """
    vpx.MIN_BITRATE = profile.least_bitrate
    vpx.DEFAULT_BITRATE = profile.first_bitrate
    vpx.MAX_BITRATE = profile.most_bitrate
