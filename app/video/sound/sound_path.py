"""The way of the sound between the devices of one call and its connections: cleaned, measured, and tried out."""

import threading
import time

from app.domain.ports.media import SILENCE, SoundSource
from app.video.sound.microphone_track import MicrophoneTrack
from app.video.sound.sound_level import level
from app.video.sound.sound_processing import SoundProcessing
from app.video.sound.sound_trial import SoundTrial, begun, play, record
from app.video.sound.trial_stages import TrialStage, Voice


class SoundPath:
    """`pull` and `captured` belong to the sound thread; everything else may be used from any.

    `level_in` is how loud the loudspeaker is, `level_out` what the patient gets, `microphone_level` what the
    microphone hears even while it is muted; all 0 to 1.
    """

    def __init__(self) -> None:
        self._processing = SoundProcessing()
        self._source: SoundSource | None = None
        self._tracks: tuple[MicrophoneTrack, ...] = ()
        self._trial = SoundTrial()
        self._trial_wanted = threading.Event()
        self._open = threading.Event()
        self.microphone_on = True
        self.level_in = self.level_out = self.microphone_level = 0.0
        self._captured_at: float | None = None

    @property
    def cancels_echo(self) -> bool:
        """Whether the patient is spared their own voice."""
        return self._processing.cancels_echo

    @property
    def trial(self) -> tuple[TrialStage, Voice | None]:
        """How far the trial of the sound has come, and what the last one heard."""
        return self._trial.stage, self._trial.voice

    def open(self) -> None:
        """Let sound pass from now on."""
        self._open.set()

    def silent_for(self, now: float) -> float | None:
        """Return the seconds since the microphone gave anything, None when it has given nothing yet."""
        return None if self._captured_at is None else now - self._captured_at

    def close(self) -> None:
        """Let nothing pass any more, in either direction."""
        self._open.clear()
        self._source = None
        self._tracks = ()
        self.level_in = self.level_out = self.microphone_level = 0.0

    def send_to(self, tracks: tuple[MicrophoneTrack, ...]) -> None:
        """Send what the microphone hears to these, and no longer to those before."""
        self._tracks = tracks

    def listen_to(self, source: SoundSource) -> None:
        """Play this source from now on, in place of the one before."""
        self._source = source

    def turn_microphone(self, on: bool) -> None:
        """Mute or unmute; the far end gets silence from the next 20 ms on."""
        self.microphone_on = on
        for track in self._tracks:
            track.turn(on)

    def try_out(self) -> None:
        """Begin a trial of the sound, or begin it anew."""
        self._trial_wanted.set()

    def pull(self) -> bytes:
        """Return the next 20 ms for the loudspeaker."""
        if not self._open.is_set():
            return SILENCE
        source = self._source
        if self._trial_wanted.is_set():
            self._trial_wanted.clear()
            self._trial = begun()
        self._trial, pcm = play(self._trial, source.pull() if source else SILENCE)
        self.level_in = level(pcm)
        self._processing.played(pcm)
        return pcm

    def captured(self, pcm: bytes) -> None:
        """Take 20 ms of the microphone."""
        if not self._open.is_set():
            return
        self._captured_at = time.monotonic()
        clean = self._processing.cleaned(pcm)
        self._trial = record(self._trial, clean)
        self.microphone_level = level(clean)
        self.level_out = self.microphone_level if self.microphone_on else 0.0
        for track in self._tracks:
            track.offer(clean)
