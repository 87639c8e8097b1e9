"""What the picture may cost and how large it is at the moment: rate control and sizes joined for one stream."""

from app.video.profile import PictureRung, VideoProfile, lowered
from app.video.rtp import picture_size, rate_control
from app.video.rtp.picture_size import PictureSize
from app.video.rtp.rate_control import RateEvent, RateLimits, Reopened

_SMOOTH = 0.97
_WORST_SHARE = 2.0
"""Of a frame's time: a single stall, while the PC is busy elsewhere, is no reason for a smaller picture."""


class PictureRate:
    """The picture's bit rate, size and frames a second by what is known of network and processor.

    Not thread-safe; the clock comes by argument (monotonic s).
    """

    def __init__(self, profile: VideoProfile) -> None:
        self._profile = profile
        self._encode_share = 0.0
        self._due = float("-inf")
        self.encode_seconds = 0.0
        """The mean time a frame took lately."""
        self.rung = PictureRung.FULL
        self._limit(profile)
        self._rate = rate_control.new_rate(self._limits)
        self._size = picture_size.first_size(self._steps, self._rate.target)

    @property
    def bitrate(self) -> float:
        """The target, bit/s on the wire."""
        return self._rate.target

    @property
    def size(self) -> PictureSize:
        """The largest size and rate to send."""
        return self._steps[self._size.step].size

    def show(self, rung: PictureRung, at: float) -> None:
        """Send this much of the picture from now on."""
        if rung is self.rung:
            return
        self.rung = rung
        self._limit(self._profile if rung is PictureRung.FULL else lowered(self._profile))
        self.learn(Reopened(at))
        self._size = picture_size.first_size(self._steps, self._rate.target)

    def learn(self, event: RateEvent) -> None:
        """Take in what happened on the network."""
        self._rate = rate_control.advance(self._rate, event, self._limits)

    def takes(self, at: float) -> bool:
        """Return whether a frame offered at `at` is to be sent, and count it if so; sets the size for it."""
        self._size = picture_size.advance(self._size, self._steps, at, self._rate.target, self._encode_share)
        fps = self.size.fps
        if self.rung is PictureRung.NONE or not picture_size.frame_is_due(self._due, at, fps):
            return False
        self._due = picture_size.next_due(self._due, at, fps)
        return True

    def encoded(self, seconds: float) -> None:
        """Take note of how long a frame took to encode."""
        self.encode_seconds += (1 - _SMOOTH) * (seconds - self.encode_seconds)
        share = min(seconds * self.size.fps, _WORST_SHARE)
        self._encode_share += (1 - _SMOOTH) * (share - self._encode_share)

    def _limit(self, profile: VideoProfile) -> None:
        self._steps = picture_size.steps_of(profile)
        self._limits = RateLimits(profile.least_bitrate, profile.first_bitrate, profile.most_bitrate)
