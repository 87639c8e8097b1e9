"""Trying the sound: a chime, three seconds of one's own voice, and the same voice back. Driven by sound alone.

Each 20 ms the loudspeaker asks for is a step of its clock, so that it ends without a microphone too.
"""

from dataclasses import dataclass, replace

import numpy as np

from app.domain.ports.media import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE
from app.video.sound.sound_level import level
from app.video.sound.trial_stages import TrialStage, Voice

_RECORDED = 150
"""Frames: three seconds."""
_MOST_RECORDING = 200
"""Frames after which a microphone that gives too little is waited for no longer."""
_CLEAR, _FAINT = 0.4, 0.15
"""Levels (-36 and -51 dB): a voice at a table is above the first, the hum of a room below the second."""
_LOUD_SHARE = 0.05
"""The share of the recording that has to be as loud: a word, not a bump on the table."""


def _chime() -> tuple[bytes, ...]:
    """Return two notes, a fifth apart, that ring out: 0.9 s."""
    times = np.arange(45 * FRAME_SAMPLES) / SAMPLE_RATE
    second = np.clip(times - 0.3, 0, None)
    wave = np.sin(2 * np.pi * 659.3 * times) * np.exp(-5 * times)
    wave += np.sin(2 * np.pi * 987.8 * second) * np.exp(-5 * second) * (times > 0.3)
    pcm = (7000 * wave * np.minimum(1, times / 0.005)).astype("<i2").tobytes()
    return tuple(pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES))


CHIME = _chime()


@dataclass(frozen=True, slots=True)
class SoundTrial:
    """A trial as it stands; `steps` counts the 20 ms of this stage, `recorded` holds the voice."""

    stage: TrialStage = TrialStage.IDLE
    steps: int = 0
    recorded: tuple[bytes, ...] = ()
    voice: Voice | None = None


def begun() -> SoundTrial:
    """Return a trial that begins."""
    return SoundTrial(TrialStage.CHIME)


def record(trial: SoundTrial, pcm: bytes) -> SoundTrial:
    """Return the trial after the microphone gave 20 ms."""
    if trial.stage is not TrialStage.RECORDING or len(trial.recorded) >= _RECORDED:
        return trial
    return replace(trial, recorded=(*trial.recorded, pcm))


def play(trial: SoundTrial, other: bytes) -> tuple[SoundTrial, bytes]:
    """Return the trial 20 ms later, and what the loudspeaker is to play: `other` with the trial's sound in it."""
    match trial.stage:
        case TrialStage.IDLE:
            return trial, other
        case TrialStage.CHIME:
            return _step(trial, TrialStage.RECORDING, CHIME), mixed(other, CHIME[trial.steps])
        case TrialStage.RECORDING:
            return _wait(trial), other
        case TrialStage.PLAYING:
            return _step(trial, TrialStage.IDLE, trial.recorded), mixed(other, trial.recorded[trial.steps])


def mixed(one: bytes, other: bytes) -> bytes:
    """Return two pieces of 16-bit sound at once; what is too loud is cut off."""
    together = np.frombuffer(one, np.int16).astype(np.int32) + np.frombuffer(other, np.int16)
    return np.clip(together, -32768, 32767).astype(np.int16).tobytes()


def judged(recorded: tuple[bytes, ...]) -> Voice:
    """Return how well a voice can be heard in a recording."""
    levels = sorted((level(pcm) for pcm in recorded), reverse=True)
    loud = levels[int(len(levels) * _LOUD_SHARE)] if levels else 0.0
    if loud >= _CLEAR:
        return Voice.CLEAR
    return Voice.FAINT if loud >= _FAINT else Voice.NOTHING


def _step(trial: SoundTrial, after: TrialStage, frames: tuple[bytes, ...]) -> SoundTrial:
    if trial.steps + 1 < len(frames):
        return replace(trial, steps=trial.steps + 1)
    return replace(trial, stage=after, steps=0)


def _wait(trial: SoundTrial) -> SoundTrial:
    if len(trial.recorded) < _RECORDED and trial.steps < _MOST_RECORDING:
        return replace(trial, steps=trial.steps + 1)
    stage = TrialStage.PLAYING if trial.recorded else TrialStage.IDLE
    return replace(trial, stage=stage, steps=0, voice=judged(trial.recorded))
