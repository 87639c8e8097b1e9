"""libopus as C has it: FFmpeg's wrapper conceals nothing, reads no in-band FEC and changes no setting live.

The functions and numbers are those of opus.h and opus_defines.h, the same since libopus 1.1.
"""

import ctypes
import ctypes.util
import logging
from ctypes import POINTER, c_char_p, c_int, c_int32, c_void_p
from functools import cache

from app.domain.ports.media import SAMPLE_RATE
from app.video.rtp.bundled import bundled_library

_log = logging.getLogger(__name__)

OK = 0
APPLICATION_VOIP = 2048
SIGNAL_VOICE = 3001
SET_BITRATE = 4002
SET_COMPLEXITY = 4010
SET_INBAND_FEC = 4012
SET_PACKET_LOSS_PERC = 4014
SET_DTX = 4016
SET_SIGNAL = 4024
RESET_STATE = 4028

_SIGNATURES = (
    ("opus_decoder_create", c_void_p, (c_int32, c_int, POINTER(c_int))),
    ("opus_decode", c_int, (c_void_p, c_char_p, c_int32, c_void_p, c_int, c_int)),
    ("opus_decoder_ctl", c_int, (c_void_p, c_int)),
    ("opus_decoder_destroy", None, (c_void_p,)),
    ("opus_encoder_create", c_void_p, (c_int32, c_int, c_int, POINTER(c_int))),
    ("opus_encode", c_int32, (c_void_p, c_char_p, c_int, c_void_p, c_int32)),
    ("opus_encoder_ctl", c_int, (c_void_p, c_int)),
    ("opus_encoder_destroy", None, (c_void_p,)),
)


@cache
def opus_library() -> ctypes.CDLL | None:
    """Return libopus, or None, said once in the log, when neither PyAV nor the system has it."""
    try:
        return _declared(_load())
    except (OSError, AttributeError) as error:
        _log.warning("no libopus to call, lost sound will be silent: %s", error)
        return None


def _load() -> ctypes.CDLL:
    try:
        return bundled_library("opus")
    except OSError:
        name = ctypes.util.find_library("opus")
        if name is None:
            raise
        return ctypes.CDLL(name)


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    # The ctl functions are variadic: only what stands before the dots is declared, as ctypes wants it on ARM.
    for name, result, arguments in _SIGNATURES:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def samples_in(payload: bytes) -> int:
    """Return how long an Opus packet lasts, in samples at 48 kHz; 0 when it is none (RFC 6716, section 3.1)."""
    if not payload:
        return 0
    frames = _frames_in(payload)
    samples = frames * _frame_samples(payload[0] >> 3)
    return samples if samples <= SAMPLE_RATE * 120 // 1000 else 0


def _frames_in(payload: bytes) -> int:
    code = payload[0] & 3
    if code == 0:
        return 1
    if code == 3:
        return payload[1] & 63 if len(payload) > 1 else 0
    return 2


def _frame_samples(configuration: int) -> int:
    if configuration < 12:
        return (480, 960, 1920, 2880)[configuration & 3]
    if configuration < 16:
        return (480, 960)[configuration & 1]
    return (120, 240, 480, 960)[configuration & 3]
