"""Reads what a video packet carries: which part of which frame, and whether a decoder can begin with it."""

from dataclasses import dataclass

from aiortc.codecs.h264 import NAL_TYPE_FU_A, NAL_TYPE_STAP_A, H264PayloadDescriptor
from aiortc.codecs.vpx import VpxPayloadDescriptor

_NAL_IDR, _NAL_SPS, _NAL_DELIMITER = 5, 7, 9
_VP8_INTER_FRAME = 0x01


@dataclass(frozen=True, slots=True)
class Piece:
    """One packet of a frame. `number` and `timestamp` (90 kHz) do not wrap; `arrived` is in monotonic seconds.

    `first` and `last` bound a frame, `key` is set on the part that makes it decodable alone; `data` is what the
    decoder takes, empty for padding.
    """

    number: int
    timestamp: int
    arrived: float
    data: bytes
    first: bool = False
    last: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What stood in a payload, without the packet around it."""

    data: bytes
    first: bool
    key: bool


def unwrap(value: int, near: int | None, bits: int) -> int:
    """Return the number that ends in these bits and lies nearest to `near`."""
    if near is None:
        return value
    half = 1 << (bits - 1)
    return near + ((value - near + half) & ((1 << bits) - 1)) - half


def read_payload(codec: str, payload: bytes) -> Content:
    """Read a payload of codec "VP8" (RFC 7741) or "H264" (RFC 6184); raises ValueError when it makes no sense."""
    if not payload:
        return Content(b"", first=False, key=False)
    if codec == "VP8":
        return _read_vp8(payload)
    if codec == "H264":
        return _read_h264(payload)
    raise ValueError(f"no video codec is called {codec}")


def _read_vp8(payload: bytes) -> Content:
    descriptor, data = VpxPayloadDescriptor.parse(payload)
    first = descriptor.partition_start == 1 and descriptor.partition_id == 0
    return Content(data, first, key=first and bool(data) and not data[0] & _VP8_INTER_FRAME)


def _read_h264(payload: bytes) -> Content:
    descriptor, data = H264PayloadDescriptor.parse(payload)
    kind = payload[0] & 0x1F
    if kind == NAL_TYPE_FU_A:
        units = [payload[1] & 0x1F] if descriptor.first_fragment else []
    elif kind == NAL_TYPE_STAP_A:
        units = _aggregated(payload)
    else:
        units = [kind]
    first = bool(units) and units[0] in {_NAL_SPS, _NAL_DELIMITER}
    return Content(data, first, key=_NAL_IDR in units or _NAL_SPS in units)


def _aggregated(payload: bytes) -> list[int]:
    """Return the types of the units of a STAP-A, each behind its length (RFC 6184 section 5.7.1)."""
    units, at = [], 1
    while at + 2 < len(payload):
        units.append(payload[at + 2] & 0x1F)
        at += 2 + int.from_bytes(payload[at : at + 2], "big")
    return units
