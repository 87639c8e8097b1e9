"""Makes the sound of what the playout decides: decoded, recovered, concealed or stretched, without a click."""

import numpy as np

from app.domain.ports.media import SAMPLE_RATE
from app.video.rtp.opus import OpusHearing
from app.video.rtp.sound_decisions import Conceal, Decision, Play, Recover, Tempo, Wait
from app.video.rtp.time_scale import Samples, faster, slower

_FADE_FROM = SAMPLE_RATE // 10
_FADE_UNTIL = SAMPLE_RATE // 5
"""Samples of concealment in a row: a guess holds for some 100 ms, then it is noise and fades to silence."""
_FADE_IN = SAMPLE_RATE // 200
_NOTHING: Samples = np.zeros(0, np.int16)


class SoundRenderer:
    """One decoder and what it was doing last. Used by one thread at a time."""

    def __init__(self, decoder: OpusHearing) -> None:
        self._decoder = decoder
        self._concealed = 0

    def render(self, decision: Decision) -> Samples:
        """Return the sound decided on, at least one sample."""
        match decision:
            case Wait(samples):
                return np.zeros(samples, np.int16)
            case Conceal(samples):
                return self._conceal(samples)
            case Recover(packet, samples):
                return self._resumed(self._decoder.recover(packet.payload, samples), samples)
            case Play():
                return self._play(decision)

    def _play(self, decision: Play) -> Samples:
        if decision.fresh:
            self._decoder.reset()
        packet = decision.packet
        sound = self._resumed(self._decoder.decode(packet.payload), packet.samples)
        if decision.tempo is Tempo.EVEN:
            return sound
        if decision.tempo is Tempo.SLOWER:
            return slower(sound)
        return faster(sound, anyhow=decision.tempo is Tempo.HURRIED)

    def _conceal(self, samples: int) -> Samples:
        before, self._concealed = self._concealed, self._concealed + samples
        if before >= _FADE_UNTIL:
            return np.zeros(samples, np.int16)
        sound = np.frombuffer(self._decoder.conceal(samples), np.int16)
        if len(sound) != samples:
            return np.zeros(samples, np.int16)
        if self._concealed <= _FADE_FROM:
            return sound
        place = np.arange(before, self._concealed)
        gain = np.clip((_FADE_UNTIL - place) / (_FADE_UNTIL - _FADE_FROM), 0.0, 1.0)
        return (sound * gain).astype(np.int16)

    def _resumed(self, pcm: bytes, samples: int) -> Samples:
        if not pcm:
            return self._conceal(samples)
        faded, self._concealed = self._concealed > _FADE_FROM, 0
        sound = np.frombuffer(pcm, np.int16)
        if not faded:
            return sound
        sound = sound.copy()
        start = sound[:_FADE_IN]
        start[:] = start * np.linspace(0.0, 1.0, len(start))
        return sound
