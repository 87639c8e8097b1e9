"""What a sender tells of itself: one frozen record for screens, ladder and the search for whose fault it is."""

from dataclasses import dataclass

from app.video.profile import PictureRung


@dataclass(frozen=True, slots=True)
class SenderFigures:
    """Totals since the connection was made; `lost` is the share (0 to 1) of the far end's last report.

    `target_bitrate` is in bit/s, `encode_ms` the mean of the last frames; size, fps and rung are of pictures only.
    `round_trip_ms` is None until the far end has answered a report; `reports` counts those it sent.
    """

    kind: str
    packets: int = 0
    repeats: int = 0
    reports: int = 0
    lost: float = 0.0
    round_trip_ms: float | None = None
    target_bitrate: int = 0
    width: int = 0
    height: int = 0
    fps: float = 0.0
    frames: int = 0
    key_frames: int = 0
    encode_ms: float = 0.0
    rung: PictureRung = PictureRung.NONE
