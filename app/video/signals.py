"""The border to the patient's browser: SDP, candidates and ICE servers are checked here before aiortc sees them."""

from collections.abc import Iterable

from aiortc import RTCIceCandidate, RTCIceServer, RTCSessionDescription
from aiortc.rtcicetransport import parse_stun_turn_uri
from aiortc.sdp import candidate_from_sdp, candidate_to_sdp

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.rooms import JsonObject

_LONGEST_SDP = 64 * 1024
_LONGEST_CANDIDATE = 1024
_LONGEST_MID = 64


def parse_answer(body: JsonObject) -> RTCSessionDescription:
    """Read the patient's answer (W3C RTCSessionDescriptionInit); raises KlinikError(CALL_NOT_CONNECTED)."""
    sdp = body.get("sdp")
    if body.get("type") != "answer" or not isinstance(sdp, str) or not 0 < len(sdp) <= _LONGEST_SDP:
        raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, "not an answer")
    return RTCSessionDescription(sdp=sdp, type="answer")


def parse_candidate(body: JsonObject) -> RTCIceCandidate | None:
    """Read a trickled candidate (W3C RTCIceCandidateInit).

    None when it needs nothing done: end of candidates, or ICE over TCP, which aiortc does not speak.
    Raises KlinikError(CALL_NOT_CONNECTED).
    """
    line, mid, index = body.get("candidate"), body.get("sdpMid"), body.get("sdpMLineIndex")
    if not isinstance(line, str) or len(line) > _LONGEST_CANDIDATE:
        raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, "not a candidate")
    if not line.strip():
        return None
    try:
        candidate = candidate_from_sdp(line.strip().removeprefix("candidate:"))
    except (AssertionError, ValueError) as error:
        raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, "a candidate that cannot be read") from error
    if candidate.protocol.lower() != "udp":
        return None
    candidate.sdpMid = mid if isinstance(mid, str) and len(mid) <= _LONGEST_MID else None
    candidate.sdpMLineIndex = index if isinstance(index, int) and not isinstance(index, bool) else None
    if candidate.sdpMid is None and candidate.sdpMLineIndex is None:
        raise KlinikError(ErrorKind.CALL_NOT_CONNECTED, "a candidate of no medium")
    return candidate


def candidate_body(candidate: RTCIceCandidate) -> JsonObject:
    """Return a candidate of ours as a W3C RTCIceCandidateInit; all media share the way of the first."""
    return {"candidate": f"candidate:{candidate_to_sdp(candidate)}", "sdpMid": None, "sdpMLineIndex": 0}


def still_gathering(sdp: str) -> str:
    """Return a description without the word that these are all the candidates (RFC 8838 section 14)."""
    return sdp.replace("a=end-of-candidates\r\n", "")


def parse_ice_servers(servers: Iterable[JsonObject]) -> list[RTCIceServer]:
    """Read W3C RTCIceServer objects; one that cannot be used is left out, for a call without it is still a call.

    The list is never None: aiortc would then ask a public STUN server that nobody chose.
    """
    return [usable for server in servers if (usable := _ice_server(server))]


def _ice_server(server: JsonObject) -> RTCIceServer | None:
    urls = server.get("urls")
    given = [urls] if isinstance(urls, str) else urls if isinstance(urls, list) else []
    usable = [url for url in given if isinstance(url, str) and _understood(url)]
    username, credential = server.get("username"), server.get("credential")
    if not usable:
        return None
    return RTCIceServer(
        urls=usable,
        username=username if isinstance(username, str) else None,
        credential=credential if isinstance(credential, str) else None,
    )


def _understood(url: str) -> bool:
    try:
        parse_stun_turn_uri(url)
    except ValueError:
        return False
    return True
