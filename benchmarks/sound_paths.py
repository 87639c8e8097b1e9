"""Speech through Opus, a made-up network and two receivers: ours, and aiortc's own, silent where sound is lost."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from aiortc import RTCRtpCodecParameters
from aiortc.codecs.opus import OpusDecoder
from aiortc.codecs.opus import OpusEncoder as StockEncoder
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket
from av import AudioResampler
from av.audio.frame import AudioFrame

from app.domain.ports.media import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, SILENCE
from app.video.rtp.audio_intake import AudioIntake
from app.video.rtp.opus_encoder import OpusEncoder
from app.video.rtp.time_scale import Samples

FRAME = FRAME_SAMPLES / SAMPLE_RATE
OPUS = RTCRtpCodecParameters(mimeType="audio/opus", clockRate=SAMPLE_RATE, channels=2, payloadType=96)
_TRANSIT = 0.05
_AFTER = 25
"""Pulls after the last packet, so that what is held back is heard too."""


@dataclass(frozen=True, slots=True)
class Network:
    """`loss` is the share lost, `row` how many packets one loss takes on average; queues shake by `jitter` (s)."""

    name: str
    loss: float
    row: float
    jitter: float


NETWORKS = (
    Network("clean", 0.0, 1.0, 0.0),
    Network("5 % loss", 0.05, 1.0, 0.01),
    Network("10 % loss", 0.1, 1.0, 0.01),
    Network("10 % loss in bursts", 0.1, 2.5, 0.01),
)

Arrivals = Sequence[tuple[float, RtpPacket]]


def encoded(speech: Samples, loss: float) -> list[bytes]:
    """Return the packets of our encoder, told of the loss as the far end's reports would."""
    encoder = OpusEncoder()
    encoder.loss = max(loss, encoder.loss)
    return [packet for frame in _frames(speech) for packet in encoder.encode(frame)[0]]


def encoded_by_stock(speech: Samples) -> list[bytes]:
    """Return the packets of aiortc's encoder: 96 kbit/s stereo, nothing repeated."""
    encoder = StockEncoder()
    return [packet for frame in _frames(speech) for packet in encoder.encode(frame)[0]]


def _frames(speech: Samples) -> Iterator[AudioFrame]:
    for start in range(0, len(speech) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(speech[start : start + FRAME_SAMPLES].tobytes())
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        yield frame


def carried(payloads: Iterable[bytes], network: Network, seed: int) -> Arrivals:
    """Return what comes through and when (s): loss by a Gilbert model, a queue that shakes and never overtakes."""
    rng = random.Random(seed)
    arrivals, losing, last = [], False, 0.0
    begin = network.loss / (1 - network.loss) / network.row
    for number, payload in enumerate(payloads):
        losing = rng.random() < (1 - 1 / network.row if losing else begin)
        shake = rng.expovariate(1 / network.jitter) if network.jitter else 0.0
        last = max(last, number * FRAME + _TRANSIT + shake)
        if not losing:
            arrivals.append((last, _packet(number, payload)))
    return arrivals


def _packet(number: int, payload: bytes) -> RtpPacket:
    return RtpPacket(96, 0, number & 0xFFFF, number * FRAME_SAMPLES, 1, payload)


def heard_by_ours(arrivals: Arrivals) -> Samples:
    """Return what our intake gives a loudspeaker."""
    now = 0.0
    intake = AudioIntake(clock=lambda: now)

    def take(at: float, packet: RtpPacket) -> None:
        intake.take(packet, OPUS, at)

    def pull(at: float) -> bytes:
        nonlocal now
        now = at
        return intake.pull()

    return _played(arrivals, take, pull)


class _Queue:
    """What stands before a loudspeaker: silent when dry, and then until 40 ms are there; 120 ms at most."""

    def __init__(self) -> None:
        self._waiting = b""
        self._flowing = False

    def push(self, pcm: bytes) -> None:
        self._waiting = (self._waiting + pcm)[-6 * FRAME_BYTES :]

    def pull(self) -> bytes:
        self._flowing = len(self._waiting) >= (1 if self._flowing else 2) * FRAME_BYTES
        if not self._flowing:
            return SILENCE
        frame, self._waiting = self._waiting[:FRAME_BYTES], self._waiting[FRAME_BYTES:]
        return frame


def heard_by_stock(arrivals: Arrivals) -> Samples:
    """Return what aiortc 1.16's buffer and decoder give a loudspeaker by a queue that is silent when dry."""
    buffer, decoder, queue = JitterBuffer(capacity=16, prefetch=4), OpusDecoder(), _Queue()
    resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)

    def take(_: float, packet: RtpPacket) -> None:
        packet._data = packet.payload  # type: ignore[attr-defined]
        _, frame = buffer.add(packet)
        for decoded in decoder.decode(JitterFrame(frame.data, frame.timestamp)) if frame else ():
            for mono in resampler.resample(decoded) if isinstance(decoded, AudioFrame) else ():
                queue.push(bytes(mono.planes[0])[: 2 * mono.samples])

    return _played(arrivals, take, lambda _: queue.pull())


def _played(
    arrivals: Arrivals, take: Callable[[float, RtpPacket], None], pull: Callable[[float], bytes]
) -> Samples:
    waiting, heard = list(reversed(arrivals)), []
    for tick in range(round(arrivals[-1][0] / FRAME) + _AFTER):
        now = tick * FRAME + 0.003
        while waiting and waiting[-1][0] <= now:
            take(*waiting.pop())
        heard.append(np.frombuffer(pull(now), np.int16))
    return np.concatenate(heard)
