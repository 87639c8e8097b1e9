"""VP8 frames cut into RTP payloads (RFC 7741)."""

from struct import pack

PAYLOAD_BYTES = 1200
"""So large at most, that with RTP, SRTP, RTX, UDP and TURN around it a packet stays below an MTU of 1280 bytes."""
PICTURE_IDS = 1 << 15


def vp8_payloads(frame: bytes, picture_id: int, largest: int = PAYLOAD_BYTES) -> list[bytes]:
    """Return the payloads of a frame, of about equal size, each with its payload descriptor; none for no frame.

    The descriptor is X, S on the first payload, I, and a picture number of 15 bits (RFC 7741, 4.2). Equal pieces
    rather than a small last one: every packet costs the same headers, and pacing stays even.
    """
    room = largest - 4
    count = -(-len(frame) // room)
    if not count:
        return []
    size = -(-len(frame) // count)
    number = pack("!H", 0x8000 | picture_id % PICTURE_IDS)
    starts = range(0, len(frame), size)
    return [(b"\x80\x80" if start else b"\x90\x80") + number + frame[start : start + size] for start in starts]
