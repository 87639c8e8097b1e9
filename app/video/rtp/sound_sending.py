"""Our voice on its way out: each 20 ms leave at once, whatever the picture does."""

import math
import time
from collections.abc import Callable

import numpy as np
from aiortc import MediaStreamTrack, RTCRtpCodecParameters
from aiortc.mediastreams import MediaStreamError
from av.audio.frame import AudioFrame

from app.video.rtp.encoders import sound_encoder
from app.video.rtp.opus_encoder import OpusEncoder
from app.video.rtp.outgoing_stream import OutgoingStream

HANDED_OVER_AFTER = 0.045
"""Seconds from the beginning of 20 ms of sound until they are here: they last 20, the echo canceller keeps them
for 10, and the device has collected some 15. The picture waits for it at the far end, so that lips meet voice."""
_LEAST_LOSS = 0.05
"""The share of loss that is always guarded against: the next lost packet comes before the report of it."""


class SoundSending:
    """One audio stream's sending, all of it in the media loop: encoding 20 ms takes less than handing it over."""

    def __init__(self, stream: OutgoingStream, codec: RTCRtpCodecParameters) -> None:
        """Raises ValueError for an unknown codec."""
        self._stream = stream
        self._encoder = sound_encoder(codec)
        self._begun = False

    async def run(self, track: MediaStreamTrack, is_enabled: Callable[[], bool]) -> None:
        """Send the track's sound, while it is enabled, until the track ends or this is cancelled."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            captured = time.monotonic() - HANDED_OVER_AFTER
            if not is_enabled() or not isinstance(frame, AudioFrame):
                continue
            payloads, timestamp = self._encoder.encode(frame)
            if payloads:
                self._stream.captured(timestamp, captured)
            for payload in payloads:
                # the marker of sound is a talk spurt's beginning (RFC 3551, section 4.1): ours never pauses
                await self._stream.send(payload, timestamp, last=not self._begun, level=sound_level(frame))
                self._begun = True

    def expect_loss(self, lost: float) -> None:
        """Guard against this share (0 to 1) of the packets being lost, by in-band FEC."""
        if isinstance(self._encoder, OpusEncoder):
            self._encoder.loss = max(lost, _LEAST_LOSS)


def sound_level(frame: AudioFrame) -> int:
    """Return the loudness of 16-bit sound in dBov, -127 to 0 (RFC 6464, section 3)."""
    samples = np.frombuffer(bytes(frame.planes[0]), np.int16)[: frame.samples * len(frame.layout.channels)]
    power = float(np.dot(samples.astype(np.float32), samples.astype(np.float32))) / max(samples.size, 1)
    return max(-127, min(0, round(10 * math.log10(power / 32767**2)))) if power > 0 else -127
