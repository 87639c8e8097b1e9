"""Whether what a call is made of works here: picture, sound and encryption come from compiled libraries."""

import asyncio
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from aiortc import RTCPeerConnection
from aiortc.codecs.vpx import Vp8Decoder, Vp8Encoder, vp8_depayload
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
from app.video.devices.colour_bars import ColourBars
from app.video.devices.pattern import read
from app.video.profile import STANDARD
from app.video.rtp.opus import opus_decoder
from app.video.rtp.opus_encoder import OpusEncoder
from app.video.sound.sound_processing import SoundProcessing

_NUMBER = 1234
_TONE_HZ = 440
_LEVEL = 8000


def check_picture() -> str:
    """Send a picture through VP8 and read the number burned into it; returns what it took."""
    frame = ColourBars(STANDARD.width, STANDARD.height, first=_NUMBER).next_frame()
    frame.pts, frame.time_base = 0, VIDEO_TIME_BASE
    payloads, timestamp = Vp8Encoder().encode(frame, force_keyframe=True)
    data = b"".join(vp8_depayload(payload) for payload in payloads)
    (arrived,) = Vp8Decoder().decode(JitterFrame(data, timestamp))
    if not isinstance(arrived, VideoFrame) or read(arrived.to_ndarray(format="gray").astype(np.uint8)) != _NUMBER:
        raise ValueError("the picture is not what was sent")
    return f"VP8 carried a picture in {len(data)} bytes"


def check_sound() -> str:
    """Send a fifth of a second of a tone through Opus and lose what would follow; returns what it took."""
    encoder, decoder = OpusEncoder(), opus_decoder()
    packets = [packet for frame in _tone() for packet in encoder.encode(frame)[0]]
    *_, last = map(decoder.decode, packets)
    if np.frombuffer(last, np.int16).max(initial=0) < _LEVEL / 2:
        raise ValueError("the sound is not what was sent")
    if not any(decoder.conceal(FRAME_SAMPLES)):
        raise ValueError("libopus cannot be called: what is lost would be silent")
    return f"Opus carried {len(packets)} frames in {sum(map(len, packets))} bytes and made up a lost one"


def check_echo() -> str:
    """Find the echo canceller, without which a patient hears their own voice; returns what there is."""
    if not SoundProcessing().cancels_echo:
        raise ValueError("the echo canceller does not load")
    return "the echo canceller loads"


def check_offer() -> str:
    """Offer a call, which takes a certificate; returns how the offer is encrypted."""
    offer = asyncio.run(_offer())
    if "a=fingerprint:sha-256 " not in offer:
        raise ValueError("the offer has no certificate")
    return "an offer with a certificate was made"


async def _offer() -> str:
    connection = RTCPeerConnection()
    try:
        connection.addTransceiver("video")
        return (await connection.createOffer()).sdp
    finally:
        await connection.close()


def _tone() -> Sequence[AudioFrame]:
    frames = []
    for number in range(10):
        at = np.arange(number * FRAME_SAMPLES, (number + 1) * FRAME_SAMPLES) / SAMPLE_RATE
        wave = (_LEVEL * np.sin(2 * np.pi * _TONE_HZ * at)).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = (
            SAMPLE_RATE,
            number * FRAME_SAMPLES,
            Fraction(1, SAMPLE_RATE),
        )
        frames.append(frame)
    return frames
