"""The other ends of a call: a humming sound card, a camera, and a patient's browser made of plain aiortc."""

import asyncio
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Literal

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import VIDEO_TIME_BASE, MediaStreamError
from av import AudioResampler
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import BookingId
from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE, SoundState
from app.domain.ports.rooms import JsonObject, RoomSignal
from app.video.devices.colour_bars import ColourBars
from app.video.devices.pattern import read
from app.video.frames import Picture
from app.video.profile import VideoProfile

SignalKind = Literal["answer", "candidate", "joined", "phone", "left"]
DEVICES = SoundState("Headset", "Headset")
SMALL = VideoProfile(320, 240, 30, 100_000, 500_000, 1_500_000)


def tone(hertz: float, frame: int) -> bytes:
    """Return the 20 ms of a sine at half scale that follow `frame` others."""
    times = (frame * FRAME_SAMPLES + np.arange(FRAME_SAMPLES)) / SAMPLE_RATE
    return (16384 * np.sin(2 * np.pi * hertz * times)).astype("<i2").tobytes()


def loudest(pcm: bytes) -> float:
    """Return the frequency (Hz) that carries most of the sound, 0 for silence."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    if not samples.any():
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


class Ear:
    """Keeps the last second of what it hears."""

    def __init__(self) -> None:
        self._pcm = b""

    def hear(self, pcm: bytes) -> None:
        self._pcm = (self._pcm + pcm)[-2 * SAMPLE_RATE :]

    def hears(self, hertz: float) -> bool:
        """Whether a whole second has been heard and this tone leads in it."""
        return len(self._pcm) == 2 * SAMPLE_RATE and abs(loudest(self._pcm) - hertz) < 5

    @property
    def silent(self) -> bool:
        """Whether a whole second was silent, but for the last bit, which Opus' speech mode may leave (-90 dB)."""
        heard = np.frombuffer(self._pcm, "<i2").astype(int)
        return len(heard) == SAMPLE_RATE and int(np.abs(heard).max()) <= 1


class HummingSound:
    """A `Sound` whose microphone hears a tone and whose loudspeaker is an ear, both while it is hummed."""

    def __init__(self, hertz: float = 1000.0, devices: SoundState = DEVICES) -> None:
        self._hertz = hertz
        self._devices = devices
        self._on_captured: Callable[[bytes], None] | None = None
        self._pull: Callable[[], bytes] | None = None
        self._frames = 0
        self.ear = Ear()
        self.started = 0
        self.pulls: list[Callable[[], bytes]] = []
        self.chosen: list[tuple[str, str]] = []

    @property
    def state(self) -> SoundState:
        return self._devices if self._on_captured else SoundState("", "")

    def start(self, on_captured: Callable[[bytes], None], source_pull: Callable[[], bytes]) -> SoundState:
        self._on_captured, self._pull = on_captured, source_pull
        self.pulls.append(source_pull)
        self.started += 1
        return self.state

    def choose(self, microphone: str, speaker: str) -> None:
        self.chosen.append((microphone, speaker))

    def stop(self) -> None:
        self._on_captured = self._pull = None

    async def hum(self) -> None:
        """Capture the tone and play what is pulled, in real time, until cancelled."""
        while True:
            captured, pull = self._on_captured, self._pull
            if captured and pull:
                captured(tone(self._hertz, self._frames))
                self.ear.hear(pull())
            self._frames += 1
            await asyncio.sleep(0.02)


def no_camera(_profile: VideoProfile, _wish: str) -> "FakeCamera":
    raise KlinikError(ErrorKind.NO_CAMERA, "none")


class FakeCamera:
    """A camera that gives `count` grey frames of any size as fast as they are taken."""

    def __init__(self, name: str, width: int, height: int, count: int) -> None:
        self.name = name
        self._shape = (height * 3 // 2, width)
        self._count = count
        self.closed = False

    def frames(self) -> Iterator[VideoFrame]:
        for _ in range(self._count):
            yield VideoFrame.from_ndarray(np.full(self._shape, 128, np.uint8), format="yuv420p")

    def close(self) -> None:
        self.closed = True


def number_in(picture: Picture | None) -> int | None:
    """Return the number burned into a picture."""
    if picture is None:
        return None
    rows: NDArray[np.uint8] = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.stride)
    return read(np.ascontiguousarray(rows[:, 1 : 4 * picture.width : 4]))


class _BarsTrack(MediaStreamTrack):
    kind = "video"

    def __init__(self, first: int) -> None:
        super().__init__()
        self._bars = ColourBars(320, 240, first)
        self._start = time.monotonic()

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(1 / 30)
        if self.readyState != "live":
            raise MediaStreamError
        frame = self._bars.next_frame()
        frame.pts = int((time.monotonic() - self._start) / VIDEO_TIME_BASE)
        frame.time_base = VIDEO_TIME_BASE
        return frame


class _ToneTrack(MediaStreamTrack):
    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._hertz = hertz
        self._frames = 0
        self._start = time.monotonic()

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(self._start + self._frames * 0.02 - time.monotonic())
        if self.readyState != "live":
            raise MediaStreamError
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(tone(self._hertz, self._frames))
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._frames * FRAME_SAMPLES
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._frames += 1
        return frame


class Browser:
    """The patient's end of one attempt; `seen` holds every number read from our pictures."""

    def __init__(self, first: int = 40_000, hertz: float = 700.0, picture: bool = True) -> None:
        self._connection = RTCPeerConnection(RTCConfiguration([]))
        self._first = first
        self._hertz = hertz
        self._picture = picture
        self._tasks: list[asyncio.Task[None]] = []
        self.seen: list[int] = []
        self.dark = 0
        self.ear = Ear()

    async def answer(self, offer_sdp: str) -> JsonObject:
        """Take an offer and return the body of the answer."""
        self._connection.on("track", self._on_track)
        await self._connection.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
        self._connection.addTrack(_ToneTrack(self._hertz))
        if self._picture:
            self._connection.addTrack(_BarsTrack(self._first))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return {"type": "answer", "sdp": self._connection.localDescription.sdp}

    async def close(self) -> None:
        await self._connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _on_track(self, track: MediaStreamTrack) -> None:
        work = self._watch(track) if track.kind == "video" else self._listen(track)
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def _watch(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            assert isinstance(frame, VideoFrame)
            luma = frame.to_ndarray(format="gray").astype(np.uint8, copy=False)
            self.dark = self.dark + 1 if luma.mean() < 24 else 0
            if (number := read(luma)) is not None:
                self.seen.append(number)

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = AudioResampler("s16", "mono", SAMPLE_RATE)
        while True:
            frame = await track.recv()
            assert isinstance(frame, AudioFrame)
            for mono in resampler.resample(frame):
                self.ear.hear(bytes(mono.planes[0])[: 2 * mono.samples])


class Room:
    """The room service between a session and its patient: keeps what was sent, and answers offers with browsers."""

    def __init__(self, booking_id: BookingId) -> None:
        self.booking_id = booking_id
        self.sent: list[tuple[str, int, JsonObject]] = []
        self._news = asyncio.Condition()

    async def send(self, kind: str, call: int, body: JsonObject) -> None:
        async with self._news:
            self.sent.append((kind, call, body))
            self._news.notify_all()

    async def offer(self, call: int) -> str:
        """Return the SDP of the offer with this number, as soon as there is one."""
        async with self._news:
            await self._news.wait_for(lambda: any(sent[:2] == ("offer", call) for sent in self.sent))
        return next(str(body["sdp"]) for kind, number, body in self.sent if (kind, number) == ("offer", call))

    def signal(self, kind: SignalKind, call: int = 0, body: JsonObject | None = None) -> RoomSignal:
        """Return a signal as the room's line would deliver it."""
        return RoomSignal(self.booking_id, kind, call, body or {})

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.sent]
