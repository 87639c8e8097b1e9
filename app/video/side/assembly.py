"""Puts a still picture together from its chunks: pure, bounded, and whole only with the right SHA-256."""

import hashlib
from dataclasses import dataclass, replace

from app.video.side.messages import LARGEST_MESSAGE, PictureHead

_SMALLEST_CHUNK = 1024
"""Bytes of every chunk but the last, so that nobody can have a picture put together from millions of crumbs."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """The picture that is on its way: its head, the chunks so far and their bytes together."""

    head: PictureHead
    chunks: tuple[bytes, ...] = ()
    received: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """So much of a picture is here, in bytes."""

    head: PictureHead
    received: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A picture is here, byte for byte as it was sent (JPEG, not yet looked at)."""

    head: PictureHead
    data: bytes


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A picture came wrong: too much of it, or with another SHA-256."""

    head: PictureHead


def begin(head: PictureHead) -> Incoming:
    """Return a picture of which nothing has come yet; one before it that was not finished is given up."""
    return Incoming(head)


def add(incoming: Incoming, chunk: bytes) -> tuple[Incoming | None, Progress | Arrived | Spoilt]:
    """Take the next chunk; nothing of the picture is left once it is whole or spoilt."""
    head, received = incoming.head, incoming.received + len(chunk)
    if not min(_SMALLEST_CHUNK, head.size - incoming.received) <= len(chunk) <= LARGEST_MESSAGE:
        return None, Spoilt(head)
    if received > head.size:
        return None, Spoilt(head)
    grown = replace(incoming, chunks=(*incoming.chunks, chunk), received=received)
    if received < head.size:
        return grown, Progress(head, received)
    data = b"".join(grown.chunks)
    if hashlib.sha256(data).hexdigest() != head.sha256:
        return None, Spoilt(head)
    return None, Arrived(head, data)
