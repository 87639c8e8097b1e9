"""The side channel's shell: a data channel both ends know of beforehand, with a bounded queue before it."""

import logging
from collections import deque
from collections.abc import Callable

from aiortc import RTCDataChannel, RTCPeerConnection
from aiortc.exceptions import InvalidStateError

from app.video.side.messages import CHANNEL_ID, CHANNEL_LABEL, LARGEST_MESSAGE

_log = logging.getLogger(__name__)

_AHEAD = 32 * 1024
"""Bytes handed to the transport ahead of what the network takes; the rest waits here, in order."""
_MOST_WAITING = 8 * 1024 * 1024
"""Bytes: all that can be said in one call fits twice, so only a page that keeps asking for it again is refused."""


class SideChannel:
    """One connection's channel, used in the media loop only; what is not sent when it closes is gone with it."""

    def __init__(self, connection: RTCPeerConnection, on_message: Callable[[str | bytes], None]) -> None:
        """Add the channel to a connection that has not been offered yet."""
        self._on_message = on_message
        self._waiting: deque[str | bytes] = deque()
        self._bytes_waiting = 0
        channel = connection.createDataChannel(CHANNEL_LABEL, ordered=True, negotiated=True, id=CHANNEL_ID)
        channel.bufferedAmountLowThreshold = _AHEAD // 2
        channel.on("open", self._flush)
        channel.on("bufferedamountlow", self._flush)
        channel.on("message", self._take)
        self._channel: RTCDataChannel = channel

    def say(self, message: str | bytes) -> None:
        """Send a message after those before it, as soon as the channel is open and the network takes it.

        Raises ValueError for one above `LARGEST_MESSAGE` bytes; when far too much waits already, it is dropped.
        """
        size = _size(message)
        if size > LARGEST_MESSAGE:
            raise ValueError("a message that is too large")
        if self._bytes_waiting + size > _MOST_WAITING:
            _log.warning("the side channel takes no more: %d bytes wait", self._bytes_waiting)
            return
        self._waiting.append(message)
        self._bytes_waiting += size
        self._flush()

    def _flush(self) -> None:
        while self._waiting and self._channel.readyState == "open" and self._channel.bufferedAmount < _AHEAD:
            message = self._waiting.popleft()
            self._bytes_waiting -= _size(message)
            try:
                self._channel.send(message)
            except (InvalidStateError, ValueError) as error:
                _log.warning("a side message could not be sent: %s", type(error).__name__)

    def _take(self, message: str | bytes) -> None:
        if len(message) > LARGEST_MESSAGE:
            _log.warning("a side message of %d was too large", len(message))
            return
        self._on_message(message)


def _size(message: str | bytes) -> int:
    return len(message.encode() if isinstance(message, str) else message)
