"""Danish speech to play into calls, and a judge of what is left of it."""

import subprocess
import sys

import numpy as np
from av import AudioResampler
from av.audio.frame import AudioFrame
from visqol import VisqolApi

from app.domain.ports.media import SAMPLE_RATE
from tests.driver.clips import Sound

_SPOKEN = (
    ("da", "Goddag, det er lægehuset. Kan du høre mig? Jeg vil gerne se på dit knæ."),
    ("da+f2", "Ja, det gør stadig ondt om natten, og jeg er begyndt på den nye medicin."),
)
_ESPEAK_RATE = 22_050
_WAV_HEADER = 44
SCORED_RATE = 16_000
"""Hz: what ViSQOL's speech mode listens to."""


class SpeechJudge:
    """Scores what was heard of a piece of speech, from 1 (bad) to 5 (as said), by ViSQOL's speech mode."""

    def __init__(self, said: Sound) -> None:
        self._reference = resampled(said, SAMPLE_RATE, SCORED_RATE) / 32768
        self._api = VisqolApi()
        self._api.create(mode="speech", use_lattice_model=True)

    def score(self, heard: Sound) -> float:
        """Return the score of 48 kHz sound; takes some seconds."""
        again = resampled(heard, SAMPLE_RATE, SCORED_RATE) / 32768
        return float(self._api.measure_from_arrays(self._reference, again, SCORED_RATE).moslqo)


def spoken() -> Sound:
    """Return some nine seconds of speech, a man's and a woman's; ends the program when nobody can speak here."""
    return np.concatenate([_say(voice, words) for voice, words in _SPOKEN])


def resampled(wave: Sound, rate: int, to: int) -> Sound:
    """Return a sound of `rate` Hz at `to` Hz."""
    frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = AudioResampler(format="s16", layout="mono", rate=to)
    parts = [part.to_ndarray()[0] for part in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(parts).astype(np.int16)


def _say(voice: str, words: str) -> Sound:
    try:
        said = subprocess.run(("espeak-ng", "-v", voice, "--stdout", words), capture_output=True, check=True)
    except FileNotFoundError:
        sys.exit("espeak-ng is not installed; run scripts/setup.sh --test")
    return resampled(np.frombuffer(said.stdout[_WAV_HEADER:], np.int16), _ESPEAK_RATE, SAMPLE_RATE)
