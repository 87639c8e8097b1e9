"""Danish text as the search knows it: however a word, a name or a number is written, it finds the others.

A word has two forms. As `written` it keeps the Danish letters apart from the plain ones and takes every spelling of
them for one: `Søren`, `SOEREN` and `Sören` are `søren`, but `for` is not `før`. Its `plain` form gives them up, so
that it may be typed without: `soren`. A search looks for what was written first, and then for the plain form.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

LONGEST_WORD = 40
"""Characters of a word that are looked at: nobody types more, and a search must stay quick."""

_DIGRAPHS = {"aa": "å", "ae": "æ", "oe": "ø", "ue": "ü"}
_MARKED = {("a", "\u030a"): "å", ("a", "\u0308"): "æ", ("o", "\u0308"): "ø", ("u", "\u0308"): "ü"}
_ALONE = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u2032`", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
    "đ": "d", "ð": "d", "ł": "l", "þ": "th", "œ": "ø", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "q",
}  # fmt: skip
"""Letters and signs that Unicode does not take apart, and what they are written as."""

_FOREIGN = re.compile(r"[^\x00-\x5f\x61-\x7fåæø]")
_DIGRAPH = re.compile("|".join(_DIGRAPHS))
_DANISH = re.compile("[åæøü]")
_AFTER_O_OR_U = re.compile("([ou])e+")
_AFTER_A = re.compile("a[ae]+")
_COMPOUND = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_JOINED = re.compile(r"[^\W_]+(?:[-'][^\W_]+)+")
_JOINT = re.compile(r"[-'](?=[^\W_])")
_DIGITS = re.compile(r"\d\d")
_PART = re.compile(rf"([^\W_]{{1,{LONGEST_WORD}}})[^\W_]*")
_NUMBER = re.compile(
    r"(?<!\d)(?:\d{6}[ -]?\d{4}"  # a CPR number
    r"|(?:(?:\+|00)45[ -]?)?[2-9]\d(?:[ .-]?\d\d){3}"  # a Danish telephone number
    r"|(?:\+|00)\d(?:[ ()-]{0,2}\d){6,14})(?!\d)"
)


def written(text: str) -> str:
    """Return a text with one spelling for each letter: lower case, no accents, and `å æ ø ü` however written."""
    lower = unicodedata.normalize("NFC", text).casefold()
    return _DIGRAPH.sub(lambda match: _DIGRAPHS[match[0]], _FOREIGN.sub(lambda match: _letter(match[0]), lower))


def plain(folded: str) -> str:
    """Return a written word or text without the Danish letters: `søren` as `soren`, `åge` as `age`."""
    if not _DANISH.search(folded):
        return folded
    bare = folded.replace("å", "a").replace("æ", "a").replace("ø", "o").replace("ü", "u")
    return _AFTER_A.sub("a", _AFTER_O_OR_U.sub(r"\1", bare))


def compounds(folded: str) -> list[tuple[str, ...]]:
    """Return a written text's words in order; one joined by hyphens or apostrophes has several parts."""
    return [tuple(_PART.findall(each)) for each in _COMPOUND.findall(folded)]


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as written: those of a joined one also in one piece, numbers also without gaps."""
    folded = written(text)
    words = set(_PART.findall(folded))
    if _JOINT.search(folded):
        words.update(joined(_PART.findall(each)) for each in _JOINED.findall(folded))
    if _DIGITS.search(folded):
        words.update(numbers_in(folded))
    return frozenset(words)


def name_words(name: str) -> frozenset[str]:
    """Return the plain words a person is found by: each of the name's, and two that follow each other as one."""
    parts = [part for compound in compounds(written(name)) for part in compound]
    pairs = {joined(pair) for pair in pairwise(parts)}
    return frozenset(plain(word) for word in words_of(name) | pairs)


def numbers_in(folded: str) -> Iterator[str]:
    """Yield the words by which the CPR and telephone numbers in a written text are found."""
    for number in _NUMBER.findall(folded):
        yield from number_words(number)


def joined(parts: Iterable[str]) -> str:
    """Return the parts of a word in one piece, as if it had been spelled without what joins them."""
    return written("".join(parts))[:LONGEST_WORD]


def number_words(number: str) -> tuple[str, ...]:
    """Return the words a CPR or telephone number is found by: its digits with and without the country's."""
    digits = "".join(_PART.findall(number))
    international = digits.removeprefix("00") if number.startswith("00") else digits
    local = international.removeprefix("45") if len(international) == len("4520123456") else international
    return tuple(dict.fromkeys((digits, international, local)))


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    """Return how a letter outside the Danish alphabet is written within it; a mark that stands alone is nothing."""
    if letter in _ALONE:
        return _ALONE[letter]
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    for (base, mark), danish in _MARKED.items():
        if apart[:1] == base and mark in apart:
            return danish
    kept = (each for each in apart if unicodedata.category(each) not in ("Mn", "Mc", "Me", "Cf"))
    return "".join(_ALONE.get(each, each) for each in kept)
