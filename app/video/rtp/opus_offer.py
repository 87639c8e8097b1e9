"""What our offer asks of the patient's Opus encoder: FEC, an even flow, one channel (RFC 7587, section 6.1)."""

import re

from aiortc import RTCRtpCodecCapability
from aiortc.codecs import get_capabilities

MOST_BITRATE = 40_000
"""bit/s: speech gains nothing above it, and the picture has the rest."""
_WISHES = f"minptime=10;useinbandfec=1;usedtx=0;stereo=0;maxaveragebitrate={MOST_BITRATE}"
_OPUS = re.compile(r"^a=rtpmap:(\d+) opus/48000/2\r?$", re.MULTILINE | re.IGNORECASE)


def only_opus() -> list[RTCRtpCodecCapability]:
    """Return what we offer for sound: every browser has Opus (RFC 7874, section 3), and we decode nothing else."""
    return [codec for codec in get_capabilities("audio").codecs if codec.mimeType.lower() == "audio/opus"]


def with_opus_wishes(sdp: str) -> str:
    """Return the offer with our wishes for each Opus payload type, in place of those it had."""
    for payload_type in set(_OPUS.findall(sdp)):
        sdp = re.sub(rf"^a=fmtp:{payload_type} .*\r?\n", "", sdp, flags=re.MULTILINE)
        line = rf"^(a=rtpmap:{payload_type} .*?)(\r?\n|$)"
        sdp = re.sub(line, rf"\1\r\na=fmtp:{payload_type} {_WISHES}\2", sdp, count=1, flags=re.MULTILINE)
    return sdp
