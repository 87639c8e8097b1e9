"""The patient's sound between network and loudspeaker: packets are taken in one thread, 20 ms pulled in another."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.rtp.audio_playout import Playout, arrival, next_sound
from app.video.rtp.audio_render import SoundRenderer
from app.video.rtp.opus import OpusHearing, opus_decoder
from app.video.rtp.opus_library import samples_in
from app.video.rtp.sound_decisions import Conceal, Decision, Play, Recover, SoundPacket, Wait
from app.video.rtp.time_scale import Samples

_SILENCE = bytes(2 * FRAME_SAMPLES)


@dataclass(frozen=True, slots=True)
class AudioFigures:
    """How the sound goes, in totals since the connection began but for the last two.

    `lost` packets were not there when their turn came; `recovered` of them were rebuilt by FEC, `late` came after.
    `concealed_ms` was made up or silent, `expanded` is the longest stretch of that (ms); `stretched_ms` was left
    out or put in by tempo. `delay_ms` passes now from the arrival of the fastest packet until it is
    pulled (0 before the first), `level` is how loud it is (RMS, 0 to 1).
    """

    packets: int = 0
    lost: int = 0
    late: int = 0
    recovered: int = 0
    concealed_ms: float = 0.0
    expanded: float = 0.0
    stretched_ms: float = 0.0
    delay_ms: float = 0.0
    level: float = 0.0


class AudioIntake:
    """Takes Opus packets and gives even sound; fulfils `app.domain.ports.media.SoundSource`. Thread-safe."""

    def __init__(
        self,
        decoder: Callable[[], OpusHearing] = opus_decoder,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._state = Playout()
        self._state_lock = threading.Lock()
        self._renderer: SoundRenderer | None = SoundRenderer(decoder())
        self._render_lock = threading.Lock()
        self._ready: list[Samples] = []
        self._gap = 0
        self._figures = AudioFigures()

    @property
    def figures(self) -> AudioFigures:
        """How it goes. From any thread."""
        state = self._state
        return replace(
            self._figures, packets=state.packets, lost=state.lost, late=state.late, recovered=state.recovered
        )

    def take(self, packet: RtpPacket, codec: RTCRtpCodecParameters, arrived: float) -> None:
        """Take one packet, which came at `arrived` (monotonic s); what is not Opus is left out."""
        payload = bytes(packet.payload)
        samples = samples_in(payload) if codec.name.lower() == "opus" else 0
        if samples == 0 or self._renderer is None:
            return
        sound = SoundPacket(packet.sequence_number, packet.timestamp, samples, payload)
        with self._state_lock:
            self._state = arrival(self._state, packet.ssrc, sound, arrived)

    def pull(self) -> bytes:
        """Return the next 20 ms (1920 bytes); silence before the first packet and after the end."""
        with self._render_lock:
            renderer = self._renderer
            if renderer is None:
                return _SILENCE
            now = self._clock()
            ready = sum(map(len, self._ready))
            while ready < FRAME_SAMPLES:
                with self._state_lock:
                    self._state, decision = next_sound(self._state, now, ready)
                sound = renderer.render(decision)
                self._count(decision, len(sound))
                self._ready.append(sound)
                ready += len(sound)
            whole = np.concatenate(self._ready)
            self._ready = [whole[FRAME_SAMPLES:]]
            return self._heard(whole[:FRAME_SAMPLES])

    def close(self) -> None:
        """Give nothing but silence from now on, and let the decoder go."""
        with self._render_lock:
            self._renderer = None
            self._figures = replace(self._figures, level=0.0)

    def _count(self, decision: Decision, samples: int) -> None:
        figures = self._figures
        match decision:
            case Wait():
                return
            case Conceal():
                self._gap += samples
                figures = replace(
                    figures,
                    concealed_ms=figures.concealed_ms + _ms(samples),
                    expanded=max(figures.expanded, _ms(self._gap)),
                )
            case Play(packet):
                self._gap = 0
                figures = replace(figures, stretched_ms=figures.stretched_ms + _ms(abs(samples - packet.samples)))
            case Recover():
                self._gap = 0
        self._figures = figures

    def _heard(self, sound: Samples) -> bytes:
        wave = sound.astype(np.float32)
        level = float(np.sqrt(wave @ wave / len(wave))) / 32768
        self._figures = replace(self._figures, level=level, delay_ms=1000 * self._state.held)
        return sound.tobytes()


def _ms(samples: int) -> float:
    return 1000 * samples / SAMPLE_RATE
