"""Plays speech by the console's own way of sound and prints how much of it came back, as one line of JSON."""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.domain.ports.media import FRAME_BYTES, SILENCE
from app.ui.sound import QtSound
from app.video.sound.microphone_track import MicrophoneTrack
from app.video.sound.sound_path import SoundPath
from tests.video.sound.voices import Wave, pcm, speech, wave

_SECONDS = 20
_SETTLE = 3
_QUIET_SECONDS = 5
_RATE = 48_000


class Talk:
    """A patient who talks for a while and is then silent."""

    def __init__(self) -> None:
        sound = pcm(speech(_SECONDS, seed=1))
        self.frames = [sound[start : start + FRAME_BYTES] for start in range(0, len(sound), FRAME_BYTES)]
        self.given: list[bytes] = []

    def pull(self) -> bytes:
        """Return the next 20 ms."""
        number = len(self.given)
        self.given.append(self.frames[number] if number < len(self.frames) else SILENCE)
        return self.given[-1]


class Kept(MicrophoneTrack):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[bytes] = []

    def offer(self, pcm: bytes) -> None:
        self.frames.append(pcm)


def main() -> None:
    """Measure and print."""
    application = QCoreApplication([])
    path, talk, kept = SoundPath(), Talk(), Kept()
    raw: list[bytes] = []
    times: list[float] = []
    costs: list[float] = []

    def captured(frame: bytes) -> None:
        raw.append(frame)
        times.append(time.monotonic())
        begun = time.thread_time()
        path.captured(frame)
        costs.append(time.thread_time() - begun)

    path.listen_to(talk)
    path.send_to((kept,))
    path.open()
    sound = QtSound()
    state = sound.start(captured, path.pull)
    _run(application, lambda: len(raw) >= (_SECONDS + _QUIET_SECONDS) * 50)
    settled = slice(_SETTLE * _RATE, (_SECONDS - 1) * _RATE)
    heard, sent = wave(b"".join(raw)), wave(b"".join(kept.frames))
    quiet = sent[-2 * _RATE :]
    gap = _switch(application, sound, times, state.microphones)
    sound.stop()
    facts = {
        "erle": _decibels(heard[settled]) - _decibels(sent[settled]),
        "erle_second": float(np.median([_loss(heard, sent, second) for second in range(_SETTLE, _SECONDS - 1)])),
        "silence": float(np.abs(quiet).max() * 32767),
        "cost_ms": float(np.median(costs) * 1000),
        "gap_ms": gap * 1000,
    }
    sys.stdout.write(json.dumps(facts))


def _loss(heard: Wave, sent: Wave, second: int) -> float:
    """Return by how many dB what is sent is quieter than what was heard, in one second."""
    part = slice(second * _RATE, (second + 1) * _RATE)
    return _decibels(heard[part]) - _decibels(sent[part])


def _switch(application: QCoreApplication, sound: QtSound, times: list[float], names: tuple[str, ...]) -> float:
    """Return the longest time (s) without sound around a change of microphone."""
    begun = len(times)
    sound.choose(names[-1], "")
    _run(application, lambda: sound.state.microphone == names[-1] and len(times) > begun + 100)
    return float(np.diff(times[begun - 1 :]).max())


def _run(application: QCoreApplication, done: Callable[[], bool]) -> None:
    while not done():
        application.processEvents()
        time.sleep(0.01)


def _decibels(sound: Wave) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-12))


if __name__ == "__main__":
    main()
