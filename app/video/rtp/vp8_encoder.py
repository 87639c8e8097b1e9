"""Our VP8 encoder: follows a new bit rate from the next frame on, without the key frame a new encoder costs."""

import ctypes
import os
import random

import numpy as np
from aiortc.codecs.base import Encoder
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from av import Packet, VideoFrame
from av.frame import Frame
from av.stream import Stream

from app.video.rtp import libvpx
from app.video.rtp.camera_noise import CameraNoise
from app.video.rtp.libvpx import LibVpx
from app.video.rtp.vp8_payload import PICTURE_IDS, vp8_payloads

_CLOCK = 90_000
_USUAL_GAP, _LONGEST_GAP = _CLOCK // 30, _CLOCK
"""Between two frames; a camera whose clock jumps must not upset the rate."""
_SET_CPU_USED, _SET_NOISE_SENSITIVITY, _SET_STATIC_THRESHOLD = 13, 15, 17
_SET_TOKEN_PARTITIONS, _SET_MAX_INTRA_BITRATE_PCT = 18, 26
_LARGEST_KEY_FRAME = 450
"""Percent of the mean frame: at 30 frames a second a key frame then takes 150 ms of the bit rate, sent in 60 ms."""
_SPEED = -16
"""Against -12: of a hissing camera a fifth cheaper to encode and half as dear to decode, at the same 42.7 dB."""
_DENOISE, _LEAVE_NOISE = 4, 0
"""Taking a camera's noise out costs half as much again, and wins 3 dB where there is much of it."""
_FINEST = 8
"""Quantizer below which bits buy nothing to be seen: with 2 a still room takes 2.3 times the bits and a third more
time, for 0.3 dB on top of 47."""
_NOT_WORTH_IT = 500
"""Squared error of a block of 256 pixels that is left as it is: 1.4 levels, which nobody sees. In a still room that
halves the work, for 0.3 dB."""
_MANY_PIXELS = 640 * 480


class EncoderFailedError(Exception):
    """libvpx refused a frame or a setting."""


class Vp8Encoder(Encoder):
    """Encodes one stream; a frame of another size begins it anew. Used by one thread at a time."""

    def __init__(self, vpx: LibVpx, bitrate: int) -> None:
        """`bitrate` is the first target, in bit/s."""
        self._vpx = vpx
        self._bitrate = bitrate
        self._context: libvpx.Context | None = None
        self._config = vpx.defaults()
        self._image = libvpx.Image()
        self._noise = CameraNoise()
        self._denoises = True
        self._picture_id = random.randrange(PICTURE_IDS)  # noqa: S311 - a number no one needs to guess
        self._pts = 0
        self._timestamp = 0

    def __del__(self) -> None:
        self.close()

    @property
    def target_bitrate(self) -> int:
        """What the stream is made to take, bit/s."""
        return self._bitrate

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._bitrate = bitrate

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Return the payloads of a frame (none when it was dropped to keep the rate) and its time (90 kHz).

        Raises EncoderFailedError; the next frame may be tried, with a new encoder.
        """
        if not isinstance(frame, VideoFrame):
            raise EncoderFailedError("not a picture")
        if frame.format.name != "yuv420p" or frame.width % 2 or frame.height % 2:
            frame = frame.reformat(frame.width // 2 * 2, frame.height // 2 * 2, "yuv420p")
        timestamp = int(convert_timebase(frame.pts or 0, frame.time_base or VIDEO_TIME_BASE, VIDEO_TIME_BASE))
        data = self.compress(frame, timestamp, force_keyframe)
        payloads = vp8_payloads(data, self._picture_id)
        if payloads:
            self._picture_id = (self._picture_id + 1) % PICTURE_IDS
        return payloads, timestamp

    def compress(self, frame: VideoFrame, timestamp: int, force_keyframe: bool) -> bytes:
        """Return one yuv420p frame (even sides) as VP8, empty when it was dropped; raises EncoderFailedError."""
        context = self._fitted(frame.width, frame.height)
        gap = timestamp - self._timestamp
        duration = gap if 0 < gap <= _LONGEST_GAP else _USUAL_GAP
        self._timestamp = timestamp
        self._pts += duration
        self._follow_noise(context, frame)
        image = self._image
        for index, plane in enumerate(frame.planes):
            image.planes[index] = plane.buffer_ptr
            image.stride[index] = plane.line_size
        flags = libvpx.FORCE_KEY_FRAME if force_keyframe else 0
        library = self._vpx.library
        if library.vpx_codec_encode(context, image, self._pts, duration, flags, libvpx.REALTIME):
            self.close()
            raise EncoderFailedError("no frame")
        return self._taken_out(context)

    def pack(self, packet: "Packet[Stream]") -> tuple[list[bytes], int]:
        """Return the payloads of a frame that is VP8 already, and its time (90 kHz)."""
        timestamp = int(convert_timebase(packet.pts or 0, packet.time_base or VIDEO_TIME_BASE, VIDEO_TIME_BASE))
        payloads = vp8_payloads(bytes(packet), self._picture_id)
        self._picture_id = (self._picture_id + 1) % PICTURE_IDS
        return payloads, timestamp

    def close(self) -> None:
        """Give the memory back; a frame after that begins a new stream."""
        context, self._context = self._context, None
        if context is not None:
            self._vpx.library.vpx_codec_destroy(context)

    def _fitted(self, width: int, height: int) -> libvpx.Context:
        """Return an encoder of this size at the rate of the moment."""
        config = self._config
        kilobits = max(1, self._bitrate // 1000)
        if self._context is not None and (config.g_w, config.g_h) == (width, height):
            if config.rc_target_bitrate != kilobits:
                config.rc_target_bitrate = kilobits
                if self._vpx.library.vpx_codec_enc_config_set(self._context, config):
                    self.close()
                    raise EncoderFailedError("no new rate")
            return self._context
        self.close()
        self._configure(width, height, kilobits)
        context = libvpx.Context()
        if self._vpx.library.vpx_codec_enc_init_ver(context, self._vpx.interface, config, 0, self._vpx.abi):
            raise EncoderFailedError("no encoder")
        self._context, self._pts = context, 0
        self._control(context)
        fake = ctypes.c_void_p(1)
        self._vpx.library.vpx_img_wrap(self._image, libvpx.I420, width, height, 1, fake)
        return context

    def _configure(self, width: int, height: int, kilobits: int) -> None:
        config = self._config
        config.g_w, config.g_h = width, height
        config.g_timebase.num, config.g_timebase.den = 1, _CLOCK
        config.g_threads = 1 if (os.cpu_count() or 1) <= 2 or width * height <= _MANY_PIXELS else 2
        config.g_lag_in_frames = 0
        config.rc_end_usage = libvpx.CBR
        config.rc_target_bitrate = kilobits
        config.rc_dropframe_thresh = 30
        config.rc_min_quantizer, config.rc_max_quantizer = _FINEST, 56
        config.rc_undershoot_pct, config.rc_overshoot_pct = 100, 15
        config.rc_buf_sz, config.rc_buf_initial_sz, config.rc_buf_optimal_sz = 600, 300, 400
        config.kf_max_dist = 3000

    def _control(self, context: libvpx.Context) -> None:
        for control, value in (
            (_SET_CPU_USED, _SPEED),
            (_SET_NOISE_SENSITIVITY, _DENOISE if self._denoises else _LEAVE_NOISE),
            (_SET_STATIC_THRESHOLD, _NOT_WORTH_IT),
            (_SET_TOKEN_PARTITIONS, 0),
            (_SET_MAX_INTRA_BITRATE_PCT, _LARGEST_KEY_FRAME),
        ):
            self._vpx.library.vpx_codec_control_(context, control, ctypes.c_int(value))

    def _follow_noise(self, context: libvpx.Context, frame: VideoFrame) -> None:
        plane = frame.planes[0]
        self._noise.look(np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : frame.width])
        if self._noise.hisses != self._denoises:
            self._denoises = self._noise.hisses
            self._control(context)

    def _taken_out(self, context: libvpx.Context) -> bytes:
        data = b""
        iterator = ctypes.c_void_p()
        while packet := self._vpx.library.vpx_codec_get_cx_data(context, iterator):
            if packet.contents.kind == libvpx.FRAME_PACKET:
                data += ctypes.string_at(packet.contents.buf, packet.contents.sz)
        return data
