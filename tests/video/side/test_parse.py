import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.side.messages import (
    LARGEST_MESSAGE,
    LARGEST_PICTURE,
    LONGEST_CHAT,
    BrowserReport,
    Card,
    CardSeen,
    CardShown,
    ChatGot,
    ChatLine,
    FromPage,
    Hello,
    PictureAnswer,
    PictureAnswered,
    PictureHead,
)
from app.video.side.parse import MalformedError, clean_text, parse
from app.video.side.write import fits, write

REPORT: dict[str, Any] = {
    "type": "report", "camera": "live", "microphone": "off", "mic_level": 0.25, "hidden": False,
    "packets_out": 10, "packets_in": 20, "lost_in": 1, "audio_in": 12, "video_in": 8, "frames_decoded": 5,
    "frames_sent": 4, "round_trip_ms": None, "local_candidate": "relay", "network": "wifi",
}  # fmt: skip
SHA = "ab" * 32
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)

KINDS = ("hello", "chat", "got", "picture_answer", "picture", "card_seen")
FIELDS = ("page", "talk", "chat", "number", "text", "asked", "state", "size", "sha256", "transfer", "seen")


def read(text: str) -> FromPage | MalformedError:
    """Return what a text says, or why it says nothing; anything else that is raised fails the test."""
    try:
        return parse(text)
    except MalformedError as error:
        return error


def said(**fields: object) -> str:
    return json.dumps(fields)


def test_every_message_of_the_page_is_read() -> None:
    assert parse(said(**REPORT)) == BrowserReport(
        "live", "off", 0.25, False, 10, 20, 1, 12, 8, 5, 4, None, "relay", "wifi"
    )
    hello = said(type="hello", page="0123456789abcdef", talk="", chat=3)
    assert parse(hello) == Hello("0123456789abcdef", "", 3)
    assert parse(said(type="card_seen", seen=True)) == CardSeen(True)
    assert parse(said(type="chat", number=1, text=" Hej\r\ndu ")) == ChatLine(1, "Hej\ndu")
    assert parse(said(type="got", chat=4)) == ChatGot(4)
    assert parse(said(type="picture_answer", asked=2, state="taking")) == PictureAnswered(2, PictureAnswer.TAKING)
    assert parse(said(type="picture", transfer=1, asked=0, size=9, sha256=SHA)) == PictureHead(1, 0, 9, SHA)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse(text)


@given(st.sampled_from([*REPORT]), json_values)
def test_a_report_with_any_field_spoilt_is_read_or_refused(field: str, value: object) -> None:
    report = read(json.dumps({**REPORT, field: value}))
    if isinstance(report, MalformedError):
        assert field == "type" or str(report) in (field, "not Unicode")
    else:
        assert isinstance(report, BrowserReport)
        assert 0.0 <= report.mic_level <= 1.0
        assert report.packets_in >= 0


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_fields_of_any_message_are_read_or_refused(kind: str, fields: dict[str, object]) -> None:
    heard = read(json.dumps({**fields, "type": kind}))
    assert not isinstance(heard, MalformedError) or str(heard) in (*FIELDS, "not Unicode"), "a log of what was said"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 9_000,
        '{"type":"got","chat":' + "9" * 9_000 + "}",
        '{"type":"got","chat":1e999}',
        '{"type":"chat","number":1,"text":"\\ud800"}',
        said(type="got", chat=-1),
        said(type="got", chat=True),
        said(type=["got"], chat=1),
        said(type="chat", number=0, text="Hej"),
        said(type="chat", number=1, text="\u202e\u200b \n"),
        said(type="chat", number=1, text="x" * (LONGEST_CHAT + 1)),
        said(type="picture", transfer=1, asked=0, size=LARGEST_PICTURE + 1, sha256=SHA),
        said(type="picture", transfer=1, asked=0, size=0, sha256=SHA),
        said(type="picture", transfer=1, asked=0, size=1, sha256=SHA.upper()),
        "\ud800",
        " " * LARGEST_MESSAGE + "{}",
        "æ" * (LARGEST_MESSAGE // 2 + 1),
    ],
    ids=range(16),
)
def test_what_would_break_a_careless_reader_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse(text)


@given(st.text(max_size=200))
def test_text_is_clean_once_and_for_all(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert "\n\n\n" not in clean
    assert not any(ord(letter) < 32 and letter != "\n" for letter in clean)


@given(st.text(max_size=LONGEST_CHAT))
def test_every_line_we_can_write_fits_and_comes_out_as_it_was(text: str) -> None:
    clean = clean_text(text.encode(errors="ignore").decode())
    fields = json.loads(write(ChatLine(7, clean)))
    assert fields == {"type": "chat", "number": 7, "text": clean}


def test_a_card_that_is_too_large_is_not_sent() -> None:
    small, large = Card("Svar", (("Dato", "i dag"),), "Fint"), Card("Svar", (), "æ" * LARGEST_MESSAGE)
    assert fits(small)
    assert not fits(large)
    with pytest.raises(ValueError, match="too large"):
        write(CardShown(large))
    shown = json.loads(write(CardShown(small)))["card"]
    assert shown == {"title": "Svar", "rows": [["Dato", "i dag"]], "text": "Fint"}
