import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.text_rule import SMS_RULE, Charset, Links, SmsSize, TextRule, cut, sms_size
from app.domain.invitation import Route

LETTER = TextRule(Route.E_CONSULTATION, Charset.LATIN_1, 350, Links.UNKNOWN)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", SmsSize(False, 1)),
        ("æøåÆØÅ" * 26 + "abcd", SmsSize(False, 1)),
        ("a" * 161, SmsSize(False, 2)),
        ("a" * 306, SmsSize(False, 2)),
        ("a" * 307, SmsSize(False, 3)),
        ("€" * 80, SmsSize(False, 1)),
        ("€" * 81, SmsSize(False, 2)),
        ("€" * 153, SmsSize(False, 3)),  # 76 in each: the 153rd septet cannot hold half a euro sign
        ("ł" * 70, SmsSize(True, 1)),
        ("ł" * 71, SmsSize(True, 2)),
        ("😀" * 35, SmsSize(True, 1)),
        ("😀" * 67, SmsSize(True, 3)),  # 33 in each
    ],
)
def test_segments_are_counted_as_they_are_billed(text: str, size: SmsSize) -> None:
    assert sms_size(text) == size


def test_a_letter_is_cut_at_its_limit_with_line_breaks_counted_twice() -> None:
    assert cut("a" * 350, LETTER) == "a" * 350
    assert cut("a" * 351, LETTER) == "a" * 350
    assert cut("\n" + "a" * 349, LETTER) == "\n" + "a" * 348


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 459, 459),
        ("a" * 460, 459),
        ("€" * 229, 228),
        ("ł" * 201, 201),
        ("ł" + "a" * 201, 201),
        ("😀" * 100, 99),
    ],
)
def test_an_sms_is_cut_after_three_segments(text: str, shown: int) -> None:
    assert cut(text, SMS_RULE) == text[:shown]


@given(st.text(max_size=40).flatmap(lambda part: st.integers(0, 20).map(lambda times: part * times)))
def test_what_is_cut_fits_and_nothing_longer_would(text: str) -> None:
    for rule in (SMS_RULE, LETTER):
        seen = cut(text, rule)
        assert text.startswith(seen)
        assert cut(seen, rule) == seen
    seen = cut(text, SMS_RULE)
    if sms_size(text).unicode == sms_size(seen).unicode and seen != text:
        assert sms_size(seen).segments == SMS_RULE.limit
        assert sms_size(text).segments > SMS_RULE.limit


@given(st.text(max_size=60), st.sampled_from(Charset))
def test_folding_leaves_only_what_the_route_carries(text: str, charset: Charset) -> None:
    folded = charset.fold(text)
    assert all(charset.carries(char) for char in folded)
    assert charset.fold(folded) == folded
    if charset is Charset.LATIN_1:
        assert folded.encode("iso-8859-1").decode("iso-8859-1") == folded


def test_folding_keeps_names_readable() -> None:
    assert Charset.GSM_7.fold("Lægerne Å – «Novák» 李…") == 'Lægerne Å - "Novak" ?...'
    assert Charset.LATIN_1.fold("Ærø “Klinik” Dvořák") == 'Ærø "Klinik" Dvorák'
