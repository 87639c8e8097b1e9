"""How good the call is, in figures of aiortc's and of our own parts; rates over the time since the last reading."""

from dataclasses import dataclass

from aiortc import (
    RTCInboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
    RTCTransportStats,
)

from app.video.machine.ladder import LinkFigures
from app.video.profile import PictureRung
from app.video.rtp.audio_intake import AudioFigures
from app.video.rtp.sender_figures import SenderFigures
from app.video.rtp.video_figures import VideoFigures


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """Frames counted since the connection was made; rates since the last reading; `loss` is 0 to 1 of the packets.

    `round_trip_ms` is None until the far end has reported twice. "In" comes from the patient, "out" goes there.
    `frozen` is the share of the time in which the patient's picture stood still, `concealed` that in which sound
    was made up (0 to 1). `target_bitrate` (bit/s) is what our picture may use, None while none goes; `encoder_load`
    what a picture takes to encode as a share of the time between two. `path` is the types of the two candidates.
    """

    frames_in: int = 0
    frames_out: int = 0
    fps_in: float = 0.0
    fps_out: float = 0.0
    round_trip_ms: float | None = None
    loss_in: float = 0.0
    loss_out: float = 0.0
    kbps_in: float = 0.0
    kbps_out: float = 0.0
    frozen: float = 0.0
    target_bitrate: int | None = None
    encode_ms: float = 0.0
    encoder_load: float = 0.0
    concealed: float = 0.0
    sound_delay_ms: float = 0.0
    picture_delay_ms: float = 0.0
    path: tuple[str, str] = ("", "")

    @property
    def link(self) -> LinkFigures:
        """What of this the ladder goes by."""
        return LinkFigures(
            loss_in=self.loss_in,
            loss_out=self.loss_out,
            round_trip_ms=self.round_trip_ms,
            frozen=self.frozen,
            target_bitrate=self.target_bitrate,
            encoder_load=self.encoder_load,
        )


@dataclass(frozen=True, slots=True)
class Counters:
    """One reading of everything that only grows; `at` is in monotonic seconds."""

    at: float
    frames_in: int = 0
    frames_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    packets_in: int = 0
    lost_in: int = 0
    loss_out: float = 0.0
    round_trip: float | None = None
    frozen: float = 0.0
    concealed: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true at one moment and needs no second reading."""

    target_bitrate: int | None = None
    encode_ms: float = 0.0
    encoder_load: float = 0.0
    sound_delay_ms: float = 0.0
    picture_delay_ms: float = 0.0
    path: tuple[str, str] = ("", "")


NOTHING_STANDS = Standing()


def standing(sound: AudioFigures, picture: VideoFigures, sent: SenderFigures, path: tuple[str, str]) -> Standing:
    """Return what our own parts tell of a connection just now."""
    moving = sent.rung is not PictureRung.NONE and sent.frames > 0
    return Standing(
        target_bitrate=sent.target_bitrate if moving else None,
        encode_ms=sent.encode_ms,
        encoder_load=sent.encode_ms * sent.fps / 1000 if moving else 0.0,
        sound_delay_ms=sound.delay_ms,
        picture_delay_ms=picture.delay_ms,
        path=path,
    )


def read_counters(
    at: float, sound: AudioFigures, picture: VideoFigures, sent: SenderFigures, report: RTCStatsReport
) -> Counters:
    """Return the counters of our own parts and of a connection's report (`RTCPeerConnection.getStats`)."""
    transports = [stats for stats in report.values() if isinstance(stats, RTCTransportStats)]
    inbound = [stats for stats in report.values() if isinstance(stats, RTCInboundRtpStreamStats)]
    far = [stats for stats in report.values() if isinstance(stats, RTCRemoteInboundRtpStreamStats)]
    # aiortc declares a float and gives None until the far end has reported twice
    trips: list[float | None] = [stats.roundTripTime for stats in far]
    return Counters(
        at=at,
        frames_in=picture.frames,
        frames_out=sent.frames,
        bytes_in=sum(stats.bytesReceived for stats in transports),
        bytes_out=sum(stats.bytesSent for stats in transports),
        packets_in=sum(stats.packetsReceived for stats in inbound),
        lost_in=sum(max(0, stats.packetsLost) for stats in inbound),
        loss_out=max((stats.fractionLost / 256 for stats in far), default=0.0),
        round_trip=min((trip for trip in trips if trip is not None), default=None),
        frozen=picture.frozen_seconds,
        concealed=sound.concealed_ms / 1000,
    )


def between(earlier: Counters, later: Counters, now: Standing = NOTHING_STANDS) -> CallStatistics:
    """Return the statistics over the time between two readings of one connection.

    A picture that has not moved at all in that time is frozen, though nobody can tell yet for how long.
    """
    still = later.frames_in > 0 and later.frames_in == earlier.frames_in
    seconds = max(later.at - earlier.at, 1e-3)
    received, lost = later.packets_in - earlier.packets_in, max(0, later.lost_in - earlier.lost_in)
    return CallStatistics(
        frames_in=later.frames_in,
        frames_out=later.frames_out,
        fps_in=(later.frames_in - earlier.frames_in) / seconds,
        fps_out=(later.frames_out - earlier.frames_out) / seconds,
        round_trip_ms=None if later.round_trip is None else later.round_trip * 1000,
        loss_in=lost / (received + lost) if received + lost else 0.0,
        loss_out=later.loss_out,
        kbps_in=(later.bytes_in - earlier.bytes_in) * 8 / 1000 / seconds,
        kbps_out=(later.bytes_out - earlier.bytes_out) * 8 / 1000 / seconds,
        frozen=1.0 if still else min(1.0, max(0.0, later.frozen - earlier.frozen) / seconds),
        concealed=min(1.0, max(0.0, later.concealed - earlier.concealed) / seconds),
        target_bitrate=now.target_bitrate,
        encode_ms=now.encode_ms,
        encoder_load=now.encoder_load,
        sound_delay_ms=now.sound_delay_ms,
        picture_delay_ms=now.picture_delay_ms,
        path=now.path,
    )
