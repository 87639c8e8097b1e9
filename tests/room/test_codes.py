"""Codes people type, guess and read aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room.codes import ALPHABET, LENGTH, code_digest, new_code, parse_code, same_digest, shown_code

CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(CODES, st.data())
def test_a_code_is_understood_however_it_is_typed(code: str, data: st.DataObject) -> None:
    typed = "".join(
        data.draw(st.sampled_from([character, character.lower(), *{"0": "oO", "1": "iIlL"}.get(character, "")]))
        for character in shown_code(code)
    )
    blanks = data.draw(st.sampled_from(["", " ", "  "]))
    assert (
        parse_code(blanks + typed.replace("-", data.draw(st.sampled_from(["-", " ", "", " - "]))) + blanks) == code
    )


@given(st.text(max_size=60))
def test_any_text_is_a_code_or_none(text: str) -> None:
    code = parse_code(text)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))


@pytest.mark.parametrize("text", ["", "7KQ2P9FMC", "7KQ2P9FMCAA", "7KQ2P9FMCU", "7KQ2P9FMC\u00c5", "../etc/pas"])
def test_what_is_no_code_is_refused(text: str) -> None:
    assert parse_code(text) is None


def test_fresh_codes_are_readable_and_differ() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(parse_code(shown_code(code)) == code for code in codes)


def test_shown_in_two_groups() -> None:
    assert shown_code("7KQ2P9FMCA") == "7KQ2P-9FMCA"


def test_digests_are_compared_whole() -> None:
    digest = code_digest("7KQ2P9FMCA")
    assert same_digest(digest, code_digest("7KQ2P9FMCA"))
    assert not same_digest(digest, digest[:-1])
    assert not same_digest(digest, code_digest("7KQ2P9FMCB"))
