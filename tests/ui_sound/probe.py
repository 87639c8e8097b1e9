"""Runs `QtSound` in a process of its own, because Qt meets a sound server once in its life.

Plays a 1 kHz tone until its input closes. Prints a line of JSON for each change of devices, and one at the end.
"""

import json
import sys
import threading
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QtMsgType, qInstallMessageHandler

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.ui.sound import QtSound


def main() -> None:
    """Play and listen until told to stop."""
    complaints: list[str] = []
    qInstallMessageHandler(
        lambda kind, _, text: complaints.append(text) if kind is not QtMsgType.QtInfoMsg else None
    )
    application = QCoreApplication([])
    closed = threading.Event()
    threading.Thread(target=_wait_for_end, args=(closed,), daemon=True).start()
    captured: list[bytes] = []
    sound = QtSound()
    state = sound.start(captured.append)
    _say(microphone=state.microphone, speaker=state.speaker)
    times = np.arange(FRAME_SAMPLES) / SAMPLE_RATE
    tone = (16384 * np.sin(2 * np.pi * 1000 * times)).astype("<i2").tobytes()
    due = time.monotonic()
    while not closed.is_set():
        sound.play(tone)
        application.processEvents()
        if sound.state != state:
            state = sound.state
            _say(microphone=state.microphone, speaker=state.speaker)
        due += 0.02
        closed.wait(max(0.0, due - time.monotonic()))
    sound.stop()
    frames = len(captured)
    heard = np.frombuffer(b"".join(captured[-50:]), "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) if heard.any() else np.zeros(1)
    restarted = sound.start(captured.append) == state
    sound.stop()
    _say(
        frames=frames,
        sizes=sorted({len(frame) for frame in captured}),
        heard=float(np.argmax(spectrum) * SAMPLE_RATE / max(1, len(heard))),
        restarted=restarted,
        stopped=[sound.state.microphone, sound.state.speaker],
        threads=[thread.name for thread in threading.enumerate() if not thread.daemon],
        complaints=[text for text in complaints if "different thread" in text or "QObject" in text],
    )


def _wait_for_end(closed: threading.Event) -> None:
    sys.stdin.read()
    closed.set()


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
