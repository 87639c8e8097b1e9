"""Which way the packets go: aiortc does not say which candidates ICE chose, the library beneath it knows."""

from aiortc import RTCPeerConnection


def path_of(connection: RTCPeerConnection) -> tuple[str, str]:
    """Return the types of our and the far end's candidate in use (RFC 8445), two empty texts before there are any.

    Raises AttributeError when aiortc or aioice keeps them elsewhere.
    """
    for transceiver in connection.getTransceivers():
        nominated = transceiver.receiver.transport.transport._connection._nominated
        for pair in nominated.values():
            return pair.local_candidate.type, pair.remote_candidate.type
    return "", ""
