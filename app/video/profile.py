"""How large, how often and at what cost our own picture is sent."""

from dataclasses import dataclass
from enum import Enum


class PictureRung(Enum):
    """How much of our picture is sent: all the network carries, a small one, or none (the track stays)."""

    FULL = "full"
    LOWER = "lower"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class VideoProfile:
    """Largest size in pixels, frames a second, and the bit rates (bit/s) between which the sender moves."""

    width: int
    height: int
    fps: int
    least_bitrate: int
    first_bitrate: int
    most_bitrate: int


STANDARD = VideoProfile(640, 480, 30, 100_000, 500_000, 1_500_000)
"""What a consultation needs and any clinic PC carries."""
HIGH = VideoProfile(1280, 720, 30, 100_000, 1_000_000, 2_500_000)
"""For looking at skin and wounds; at 1.5 Mbit/s moving 720p is visibly soft. Smaller sizes are taken as needed."""
PROFILES = {f"{profile.width}x{profile.height}": profile for profile in (STANDARD, HIGH)}
"""By the size that the settings name."""

_LOWER_WIDTH, _LOWER_HEIGHT, _LOWER_FPS = 320, 240, 15
_LOWER_LEAST, _LOWER_MOST = 50_000, 150_000


def lowered(profile: VideoProfile) -> VideoProfile:
    """Return what is sent on the LOWER rung: at most 320x240 at 15 frames and 150 kbit/s, the shape kept."""
    scale = min(1.0, _LOWER_WIDTH / profile.width, _LOWER_HEIGHT / profile.height)
    return VideoProfile(
        int(profile.width * scale) // 2 * 2,
        int(profile.height * scale) // 2 * 2,
        min(profile.fps, _LOWER_FPS),
        min(profile.least_bitrate, _LOWER_LEAST),
        min(profile.first_bitrate, _LOWER_MOST),
        min(profile.most_bitrate, _LOWER_MOST),
    )
