"""libvpx's VP8 encoder as C has it: FFmpeg's wrapper ignores a new bit rate, the library itself takes it at once.

The layouts follow vpx_encoder.h, vpx_codec.h and vpx_image.h of libvpx 1.13 to 1.16, in which they are the same.
"""

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_long, c_size_t, c_uint, c_ulong, c_void_p
from dataclasses import dataclass

from app.video.rtp.bundled import bundled_library

I420 = 0x102
KEY_FRAME_FLAG = 1
FORCE_KEY_FRAME = 1
REALTIME = 1
FRAME_PACKET = 0
CBR = 1
_ENCODER_ABIS = (39, 37, 36, 34)
"""VPX_ENCODER_ABI_VERSION of libvpx 1.16, 1.15.2, 1.15.0 and 1.14; another one is refused by the library."""
_GUARD = b"\xa5" * 64


class _Rational(Structure):
    _fields_ = (("num", c_int), ("den", c_int))


class _Buffer(Structure):
    _fields_ = (("buf", c_void_p), ("sz", c_size_t))


class Config(Structure):
    """`vpx_codec_enc_cfg`: what an encoder is set to; bit rates are kbit/s, buffers ms."""

    _fields_ = (
        *((name, c_uint) for name in ("g_usage", "g_threads", "g_profile", "g_w", "g_h")),
        ("g_bit_depth", c_int),
        ("g_input_bit_depth", c_uint),
        ("g_timebase", _Rational),
        ("g_error_resilient", c_uint),
        ("g_pass", c_int),
        *((name, c_uint) for name in ("g_lag_in_frames", "rc_dropframe_thresh", "rc_resize_allowed")),
        *((name, c_uint) for name in ("rc_scaled_width", "rc_scaled_height")),
        *((name, c_uint) for name in ("rc_resize_up_thresh", "rc_resize_down_thresh")),
        ("rc_end_usage", c_int),
        ("rc_twopass_stats_in", _Buffer),
        ("rc_firstpass_mb_stats_in", _Buffer),
        *((name, c_uint) for name in ("rc_target_bitrate", "rc_min_quantizer", "rc_max_quantizer")),
        *((name, c_uint) for name in ("rc_undershoot_pct", "rc_overshoot_pct")),
        *((name, c_uint) for name in ("rc_buf_sz", "rc_buf_initial_sz", "rc_buf_optimal_sz")),
        *((name, c_uint) for name in ("rc_2pass_vbr_bias_pct", "rc_2pass_vbr_minsection_pct")),
        *((name, c_uint) for name in ("rc_2pass_vbr_maxsection_pct", "rc_2pass_vbr_corpus_complexity")),
        ("kf_mode", c_int),
        *((name, c_uint) for name in ("kf_min_dist", "kf_max_dist", "ss_number_layers")),
        ("ss_enable_auto_alt_ref", c_int * 5),
        ("ss_target_bitrate", c_uint * 5),
        ("ts_number_layers", c_uint),
        ("ts_target_bitrate", c_uint * 5),
        ("ts_rate_decimator", c_uint * 5),
        ("ts_periodicity", c_uint),
        ("ts_layer_id", c_uint * 16),
        ("layer_target_bitrate", c_uint * 12),
        ("temporal_layering_mode", c_int),
        ("use_vizier_rc_params", c_int),
        ("factors", _Rational * 15),
    )


class Image(Structure):
    """`vpx_image`: a picture whose pixels lie elsewhere."""

    _fields_ = (
        ("fmt", c_int),
        ("cs", c_int),
        ("range", c_int),
        *((name, c_uint) for name in ("w", "h", "bit_depth", "d_w", "d_h", "r_w", "r_h")),
        *((name, c_uint) for name in ("x_chroma_shift", "y_chroma_shift")),
        ("planes", c_void_p * 4),
        ("stride", c_int * 4),
        ("bps", c_int),
        ("user_priv", c_void_p),
        ("img_data", c_void_p),
        ("img_data_owner", c_int),
        ("self_allocd", c_int),
        ("fb_priv", c_void_p),
    )


class Context(Structure):
    """`vpx_codec_ctx`: one encoder."""

    _fields_ = (
        ("name", c_char_p),
        ("iface", c_void_p),
        ("err", c_int),
        ("err_detail", c_char_p),
        ("init_flags", c_long),
        ("config", c_void_p),
        ("priv", c_void_p),
    )


class Packet(Structure):
    """`vpx_codec_cx_pkt` as far as it is read: one encoded frame."""

    _fields_ = (
        ("kind", c_int),
        ("buf", c_void_p),
        ("sz", c_size_t),
        ("pts", c_int64),
        ("duration", c_ulong),
        ("flags", c_uint),
    )


@dataclass(frozen=True, slots=True)
class LibVpx:
    """The loaded library, its VP8 encoder and the ABI version that both sides agreed on."""

    library: ctypes.CDLL
    interface: int
    abi: int

    def defaults(self) -> Config:
        """Return the settings an encoder has when nothing is said."""
        return _defaults(self.library, self.interface)[0]


def load_libvpx() -> LibVpx:
    """Load the library and prove that its structures are laid out as here; raises OSError when they are not."""
    library = bundled_library("vpx")
    try:
        _declare(library)
        library.vpx_codec_vp8_cx.restype = c_void_p
        interface = library.vpx_codec_vp8_cx()
    except AttributeError as error:
        raise OSError(f"libvpx lacks a function: {error}") from error
    config, rest = _defaults(library, interface)
    usual = (config.g_w, config.g_h, config.g_timebase.num, config.g_timebase.den, config.rc_max_quantizer)
    if rest != _GUARD or usual != (320, 240, 1, 30, 63) or config.ss_number_layers != 1:
        raise OSError("libvpx lays out its settings in another way")
    _prove_image(library)
    return LibVpx(library, interface, _agreed_abi(library, interface, config))


def _declare(library: ctypes.CDLL) -> None:
    library.vpx_codec_enc_config_default.argtypes = (c_void_p, c_void_p, c_uint)
    library.vpx_codec_enc_init_ver.argtypes = (POINTER(Context), c_void_p, POINTER(Config), c_long, c_int)
    library.vpx_codec_enc_config_set.argtypes = (POINTER(Context), POINTER(Config))
    library.vpx_codec_encode.argtypes = (POINTER(Context), POINTER(Image), c_int64, c_ulong, c_long, c_ulong)
    library.vpx_codec_get_cx_data.argtypes = (POINTER(Context), POINTER(c_void_p))
    library.vpx_codec_get_cx_data.restype = POINTER(Packet)
    library.vpx_codec_control_.argtypes = (POINTER(Context), c_int)
    library.vpx_codec_destroy.argtypes = (POINTER(Context),)
    library.vpx_img_wrap.argtypes = (POINTER(Image), c_int, c_uint, c_uint, c_uint, c_void_p)
    library.vpx_img_wrap.restype = c_void_p


def _defaults(library: ctypes.CDLL, interface: int) -> tuple[Config, bytes]:
    """Return the default settings, and the bytes behind them, which the library must have left alone."""
    room = ctypes.create_string_buffer(_GUARD * (ctypes.sizeof(Config) // len(_GUARD) + 2))
    if library.vpx_codec_enc_config_default(interface, room, 0) != 0:
        raise OSError("libvpx has no default settings")
    end = ctypes.sizeof(Config)
    if room.raw[end - 8 : end] == _GUARD[:8]:
        raise OSError("libvpx's settings are shorter than ours")
    return Config.from_buffer_copy(room.raw[:end]), room.raw[end : end + len(_GUARD)]


def _prove_image(library: ctypes.CDLL) -> None:
    image, pixels = Image(), ctypes.create_string_buffer(64 * 48 * 3 // 2)
    library.vpx_img_wrap(image, I420, 64, 48, 1, ctypes.addressof(pixels))
    facts = (image.fmt, image.d_w, image.d_h, image.x_chroma_shift, image.bps, image.stride[0], image.stride[1])
    start = ctypes.addressof(pixels)
    offsets = tuple((image.planes[index] or 0) - start for index in range(3))
    if facts != (I420, 64, 48, 1, 12, 64, 32) or offsets != (0, 64 * 48, 64 * 60):
        raise OSError("libvpx lays out its pictures in another way")


def _agreed_abi(library: ctypes.CDLL, interface: int, config: Config) -> int:
    for abi in _ENCODER_ABIS:
        context = Context()
        if library.vpx_codec_enc_init_ver(context, interface, config, 0, abi) == 0:
            library.vpx_codec_destroy(context)
            return abi
    raise OSError("libvpx speaks an unknown version")
