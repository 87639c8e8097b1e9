"""The border to the patient's page: every text of the side channel is checked here before anything sees it."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar, get_args

from app.video.side.messages import (
    LARGEST_MESSAGE,
    LARGEST_PICTURE,
    LONGEST_CHAT,
    BrowserReport,
    CandidateType,
    CardSeen,
    ChatGot,
    ChatLine,
    FromPage,
    Hello,
    Network,
    PictureAnswer,
    PictureAnswered,
    PictureHead,
    TrackState,
)

_MOST = 2**53
"""The largest whole number a browser holds exactly."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PAGE = re.compile(r"[0-9a-f]{8,32}")
_TALK = re.compile(r"[0-9a-f]{0,32}")
_UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters but the line feed, and marks that turn or hide text (Unicode TR 36 section 2.5)."""
T = TypeVar("T")
_Fields = dict[str, Any]


class MalformedError(ValueError):
    """Not a message of the side channel; says which field, never what stood in it."""


def parse(text: str) -> FromPage:
    """Read one message of the page; raises MalformedError."""
    if len(text) > LARGEST_MESSAGE or len(_utf8(text)) > LARGEST_MESSAGE:
        raise MalformedError("too long")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON") from error
    if not isinstance(fields, dict):
        raise MalformedError("not an object")
    kind = fields.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise MalformedError("of no known type")
    return read(fields)


def clean_text(text: str) -> str:
    """Return a line of chat as it may be shown: no control characters, at most two line feeds on end."""
    tidy = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip()
    return re.sub(r"\n{3,}", "\n\n", tidy)


def _report(fields: _Fields) -> BrowserReport:
    trip = fields.get("round_trip_ms")
    return BrowserReport(
        camera=_one_of(fields, "camera", get_args(TrackState)),
        microphone=_one_of(fields, "microphone", get_args(TrackState)),
        mic_level=_real(fields, "mic_level", 1.0),
        hidden=_flag(fields, "hidden"),
        packets_out=_whole(fields, "packets_out"),
        packets_in=_whole(fields, "packets_in"),
        lost_in=_whole(fields, "lost_in"),
        audio_in=_whole(fields, "audio_in"),
        video_in=_whole(fields, "video_in"),
        frames_decoded=_whole(fields, "frames_decoded"),
        frames_sent=_whole(fields, "frames_sent"),
        round_trip_ms=None if trip is None else _real(fields, "round_trip_ms", 1e6),
        local_candidate=_one_of(fields, "local_candidate", get_args(CandidateType)),
        network=_one_of(fields, "network", get_args(Network)),
    )


def _hello(fields: _Fields) -> Hello:
    return Hello(_match(fields, "page", _PAGE), _match(fields, "talk", _TALK), _whole(fields, "chat"))


def _chat(fields: _Fields) -> ChatLine:
    text = fields.get("text")
    if not isinstance(text, str) or len(text) > LONGEST_CHAT:
        raise MalformedError("text")
    _utf8(text)
    tidy = clean_text(text)
    if not tidy:
        raise MalformedError("text")
    return ChatLine(_whole(fields, "number", least=1), tidy)


def _answer(fields: _Fields) -> PictureAnswered:
    state: str = _one_of(fields, "state", tuple(answer.value for answer in PictureAnswer))
    return PictureAnswered(_whole(fields, "asked", least=1), PictureAnswer(state))


def _picture(fields: _Fields) -> PictureHead:
    return PictureHead(
        transfer=_whole(fields, "transfer", least=1),
        asked=_whole(fields, "asked"),
        size=_whole(fields, "size", least=1, most=LARGEST_PICTURE),
        sha256=_match(fields, "sha256", _SHA256),
    )


_READERS: dict[str, Callable[[_Fields], FromPage]] = {
    "report": _report,
    "hello": _hello,
    "chat": _chat,
    "got": lambda fields: ChatGot(_whole(fields, "chat")),
    "picture_answer": _answer,
    "picture": _picture,
    "card_seen": lambda fields: CardSeen(_flag(fields, "seen")),
}


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # half a surrogate pair, as JSON can spell it
        raise MalformedError("not Unicode") from error


def _whole(fields: _Fields, name: str, least: int = 0, most: int = _MOST) -> int:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedError(name)
    return value


def _real(fields: _Fields, name: str, most: float) -> float:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise MalformedError(name)
    return float(value)


def _flag(fields: _Fields, name: str) -> bool:
    value = fields.get(name)
    if not isinstance(value, bool):
        raise MalformedError(name)
    return value


def _one_of(fields: _Fields, name: str, allowed: tuple[T, ...]) -> T:
    value = fields.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise MalformedError(name)
    return allowed[allowed.index(value)]


def _match(fields: _Fields, name: str, pattern: re.Pattern[str]) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MalformedError(name)
    return value
