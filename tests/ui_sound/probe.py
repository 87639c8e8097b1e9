"""Runs `QtSound` in a process of its own, because Qt meets a sound server once in its life.

Plays a 1 kHz tone until its input closes; a line `["microphone", "speaker"]` chooses devices. Prints a line of JSON
for each change of devices, and one at the end.
"""

import json
import sys
import threading

import numpy as np
from PySide6.QtCore import QCoreApplication, QtMsgType, qInstallMessageHandler

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE, SoundState
from app.ui.sound import QtSound


def main() -> None:
    """Play and listen until told to stop."""
    complaints: list[str] = []
    qInstallMessageHandler(
        lambda kind, _, text: complaints.append(text) if kind is not QtMsgType.QtInfoMsg else None
    )
    application = QCoreApplication([])
    closed = threading.Event()
    captured: list[bytes] = []
    times = np.arange(FRAME_SAMPLES) / SAMPLE_RATE
    tone = (16384 * np.sin(2 * np.pi * 1000 * times)).astype("<i2").tobytes()
    pulled = 0

    def pull() -> bytes:
        nonlocal pulled
        pulled += 1
        return tone

    sound = QtSound()
    state = sound.start(captured.append, pull)
    threading.Thread(target=_obey, args=(sound, closed), daemon=True).start()
    _tell(state)
    while not closed.wait(0.02) or not pulled:
        application.processEvents()
        if sound.state != state:
            state = sound.state
            _tell(state)
    sound.stop()
    frames = len(captured)
    heard = np.frombuffer(b"".join(captured[-50:]), "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) if heard.any() else np.zeros(1)
    restarted = sound.start(captured.append, pull) == state
    sound.stop()
    _say(
        frames=frames,
        pulled=pulled,
        sizes=sorted({len(frame) for frame in captured}),
        heard=float(np.argmax(spectrum) * SAMPLE_RATE / max(1, len(heard))),
        restarted=restarted,
        stopped=[sound.state.microphone, sound.state.speaker],
        threads=[thread.name for thread in threading.enumerate() if not thread.daemon],
        complaints=[text for text in complaints if "different thread" in text or "QObject" in text],
    )


def _obey(sound: QtSound, closed: threading.Event) -> None:
    """Choose what each line says, until there are no more lines."""
    for line in sys.stdin:
        microphone, speaker = json.loads(line)
        sound.choose(microphone, speaker)
    closed.set()


def _tell(state: SoundState) -> None:
    _say(microphone=state.microphone, speaker=state.speaker, microphones=state.microphones)


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
