"""Takes the patient's own voice, rumble and hiss out of what the microphone hears, before it is sent."""

import logging

import numpy as np

from app.domain.ports.media import SAMPLE_RATE
from app.video.sound.echo_reference import EchoReference

_log = logging.getLogger(__name__)

try:
    from pywebrtc_audio import AudioProcessor
except (ImportError, OSError) as _error:  # a compiled library: an old processor or system may refuse it
    _log.warning("echo is not taken out of the sound: %s", type(_error).__name__)
    _AVAILABLE = False
else:
    _AVAILABLE = True

_NOISE_LEVEL = 1
"""12 dB off steady noise; more is heard as a voice under water."""
_MOST_GAIN_DB = 6.0
"""What a quiet microphone is lifted by at most: each dB lifts what is left of the echo too."""


class SoundProcessing:
    """Echo canceller, noise suppressor, high-pass filter and gain of one call. Used in the sound thread alone.

    WebRTC's audio processing module does it: about 0.25 ms of work for 20 ms of sound, and 10 ms of delay. Without
    the library the sound passes as it is.
    """

    def __init__(self, *, available: bool = _AVAILABLE) -> None:
        self._reference = EchoReference()
        self._processor = _processor() if available else None

    @property
    def cancels_echo(self) -> bool:
        """Whether the patient is spared their own voice; if not, a headset does it."""
        return self._processor is not None

    def played(self, pcm: bytes) -> None:
        """Note 20 ms (1920 bytes, 48 kHz mono) that the loudspeaker was given."""
        if self._processor:
            self._reference.put(pcm)

    def cleaned(self, pcm: bytes) -> bytes:
        """Return 20 ms of captured sound without the echo of what was played."""
        if self._processor is None:
            return pcm
        played = np.frombuffer(self._reference.take(), np.int16)
        return self._processor.process(np.frombuffer(pcm, np.int16), played).tobytes()


def _processor() -> "AudioProcessor":
    return AudioProcessor(
        SAMPLE_RATE,
        1,
        echo_cancellation=True,
        noise_suppression=True,
        high_pass_filter=True,
        auto_gain_control=True,
        ns_level=_NOISE_LEVEL,
        agc_max_gain_db=_MOST_GAIN_DB,
    )
