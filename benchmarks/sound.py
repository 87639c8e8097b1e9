"""What is left of Danish speech after loss and jitter, scored by ViSQOL (1 bad to 5 as said), beside aiortc's own.

Received: the same packets through our intake and through aiortc's buffer and decoder. Sent: our encoder's packets
and those of aiortc's, both heard by a receiver that conceals and reads FEC as a browser's does.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from av import AudioResampler
from av.audio.frame import AudioFrame
from visqol import VisqolApi

from app.domain.ports.media import SAMPLE_RATE
from app.video.rtp.time_scale import Samples
from benchmarks.report import Figure
from benchmarks.sound_paths import (
    NETWORKS,
    Network,
    carried,
    encoded,
    encoded_by_stock,
    heard_by_ours,
    heard_by_stock,
)

_SPOKEN = (
    ("da", "Goddag, det er lægehuset. Kan du høre mig? Jeg vil gerne se på dit knæ."),
    ("da+f2", "Ja, det gør stadig ondt om natten, og jeg er begyndt på den nye medicin."),
)
_ESPEAK_RATE = 22_050
_WAV_HEADER = 44
_SCORED_RATE = 16_000
"""Hz: what ViSQOL's speech mode listens to."""
_SEED = 20261120
_AT_LEAST = {"clean": 4.2, "5 % loss": 4.0, "10 % loss": 3.8, "10 % loss in bursts": 3.0}


async def measure() -> list[Figure]:
    """Score each network in both directions; some minutes, since ViSQOL is thorough."""
    speech = _spoken()
    judge = VisqolApi()
    judge.create(mode="speech", use_lattice_model=True)
    reference = _resampled(speech, SAMPLE_RATE, _SCORED_RATE) / 32768

    def score(heard: Samples) -> float:
        again = _resampled(heard, SAMPLE_RATE, _SCORED_RATE) / 32768
        return float(judge.measure_from_arrays(reference, again, _SCORED_RATE).moslqo)

    return [figure for network in NETWORKS for figure in _both_ways(speech, network, score)]


def _both_ways(speech: Samples, network: Network, score: Callable[[Samples], float]) -> list[Figure]:
    ours = carried(encoded(speech, network.loss), network, _SEED)
    stock = carried(encoded_by_stock(speech), network, _SEED)
    received = score(heard_by_ours(ours))
    return [
        _figure(f"speech received, {network.name}", received, score(heard_by_stock(ours)), network),
        _figure(f"speech sent, {network.name}", received, score(heard_by_ours(stock)), network),
    ]


def _figure(name: str, value: float, stock: float, network: Network) -> Figure:
    least = _AT_LEAST[network.name]
    figure = Figure(name, value, "MOS", "aiortc", stock, value / stock)
    return replace(figure, budget=f">= {least:g} MOS", ok=value >= least)


def _spoken() -> Samples:
    return np.concatenate([_say(voice, words) for voice, words in _SPOKEN])


def _say(voice: str, words: str) -> Samples:
    try:
        spoken = subprocess.run(("espeak-ng", "-v", voice, "--stdout", words), capture_output=True, check=True)
    except FileNotFoundError:
        sys.exit("espeak-ng is not installed; run scripts/setup.sh --test")
    wave = np.frombuffer(spoken.stdout[_WAV_HEADER:], np.int16)
    return _resampled(wave, _ESPEAK_RATE, SAMPLE_RATE).astype(np.int16)


def _resampled(wave: Samples, rate: int, to: int) -> Samples:
    frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = AudioResampler(format="s16", layout="mono", rate=to)
    parts = [part.to_ndarray()[0] for part in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(parts).astype(np.int16)
