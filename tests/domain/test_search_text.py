"""Any way of writing a name or a number finds any other."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.search_query import MOST_TERMS, holds, read_query
from app.domain.search_text import LONGEST_WORD, name_words, plain, words_of, written

SPELLINGS = {"å": ("å", "aa", "a\u030a", "a"), "æ": ("æ", "ae", "ä"), "ø": ("ø", "oe", "ö", "o", "o\u0308"),
             "ü": ("ü", "ue", "u", "u\u0308"), "é": ("é", "e", "e\u0301")}  # fmt: skip
CASES: tuple[Callable[[str], str], ...] = (str, str.upper, str.title)
JOINTS = ("-", " ", "'", "’", "‐", "")

LETTERS = [each for each in map(chr, range(0x30000)) if unicodedata.category(each)[0] in "LMN"]
letters = st.sampled_from("abdefgijklmnoprstuvyzåæøüé")
parts = st.text(letters, min_size=1, max_size=8)


@st.composite
def spelled_twice(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a name of several parts, and two ways to write it."""
    name = draw(st.lists(parts, min_size=1, max_size=2))

    def spell() -> str:
        again = ["".join(draw(st.sampled_from(SPELLINGS.get(each, (each,)))) for each in part) for part in name]
        return draw(st.sampled_from(JOINTS)).join(draw(st.sampled_from(CASES))(part) for part in again)

    return spell(), spell()


def is_found(stored: str, typed: str) -> bool:
    """Tell whether a person is found, by the rule the store's patients are found by."""
    known = name_words(stored)

    def has(word: str) -> bool:
        return any(each.startswith(plain(word)) for each in known)

    return any(
        all(any(all(map(has, way)) for way in term.ways) for term in query.terms)
        for query in read_query(typed).respelled()
    )


@given(spelled_twice())
def test_every_spelling_of_a_name_finds_every_other(both: tuple[str, str]) -> None:
    assert is_found(*both)


@given(spelled_twice(), st.integers(1, 30))
def test_the_beginning_of_every_spelling_finds_it(both: tuple[str, str], length: int) -> None:
    stored, typed = (
        text.replace("’", "").replace("'", "").replace(" ", "").replace("-", "").replace("‐", "") for text in both
    )
    assert plain(written(stored)).startswith(plain(written(typed[:length])))


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    once = written(text)
    assert written(once) == once
    assert plain(plain(once)) == plain(once)
    assert written(plain(once)) == plain(once)


def test_no_letter_of_unicode_changes_when_folded_again() -> None:
    for letter in LETTERS:
        once = written(letter)
        assert written(once) == once
        assert written(plain(once)) == plain(once)


@given(st.text())
def test_however_it_is_composed(text: str) -> None:
    forms = {words_of(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *(("Søren", "søren"), ("SOEREN", "søren"), ("Sören", "søren"), ("Soren", "soren"), ("Åge", "åge")),
        *(("Aage", "åge"), ("A\u030age", "åge"), ("Ægir", "ægir"), ("Aegir", "ægir"), ("Müller", "müller")),
        *(("Mueller", "müller"), ("Straße", "strasse"), ("José", "jose"), ("Čapek", "capek"), ("Łukasz", "lukasz")),
        *(("Guðrún", "gudrun"), ("Þór", "thor"), ("O’Brien", "o'brien"), ("ＡＢ１", "ab1"), ("Yılmaz", "yilmaz")),
        *(("İpek", "ipek"), ("ﬁn", "fin"), ("So\u00adft", "soft"), ("", "")),
    ],
)
def test_how_a_word_is_written(text: str, form: str) -> None:
    assert written(text) == form


def test_the_danish_letters_are_told_apart_from_the_plain_ones_but_for_the_plain_form() -> None:
    assert written("får") != written("far")
    assert plain(written("får")) == plain(written("far")) == "far"
    assert plain("søren") == "soren"


def test_words_of_a_text() -> None:
    words = words_of("Karen-Marie O'Connor, tlf. 20 12 34 56 (cpr 010203-1234), +46 70 123 45 67!")
    assert {"karen", "marie", "karenmarie", "o", "connor", "oconnor", "20123456", "0102031234"} <= words
    assert {"46701234567", "010203", "1234", "cpr"} <= words
    assert words_of("  – … !? ") == frozenset()
    assert words_of("x" * 900) == {"x" * LONGEST_WORD}


@given(st.text(max_size=400))
def test_nothing_typed_raises_and_all_of_it_is_bounded(text: str) -> None:
    query = read_query(text)
    assert len(query.terms) <= MOST_TERMS
    for word in query.words:
        assert word
        assert len(word) <= LONGEST_WORD
        assert word.isalnum()
    assert holds(query, text[:200]) or not query.terms or len(text) > 200
