"""What somebody typed into the search field, read into what has to be found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.search_text import LONGEST_WORD, compounds, joined, number_words, numbers_in, plain, written

MOST_CHARACTERS = 200
MOST_TERMS = 8
"""No more than this of what was typed is looked at."""

_ITEM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_JOINT = re.compile(r"[-']")
_DIGIT = re.compile(r"\d")
_GAP = r"[\W_]+"
_NUMERIC = re.compile(r"\(?[+]?\d[\d.()/+-]*")


@dataclass(frozen=True, slots=True, repr=False)
class Term:
    """One thing that must be found: any of the ways, each of them written words that must all be there.

    Each word may go on where it ends. In a `phrase` the words stand side by side, and only the last may go on.
    `typed` is what it was read from. Neither it nor a query shows itself: people's names are typed.
    """

    ways: tuple[tuple[str, ...], ...]
    typed: str
    phrase: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Query:
    """Every term must be found; without terms there is nothing to look for."""

    terms: tuple[Term, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """All words of all terms, as written."""
        return frozenset(word for term in self.terms for way in term.ways for word in way)

    def respelled(self) -> Iterator["Query"]:
        """Yield the query, and again with two words that follow each other taken for one, as names are."""
        yield self
        for place in range(len(self.terms) - 1):
            first, second = self.terms[place : place + 2]
            if not (first.phrase or second.phrase):
                one = Term(((joined((first.ways[0][0], second.ways[0][0])),),), f"{first.typed} {second.typed}")
                yield replace(self, terms=(*self.terms[:place], one, *self.terms[place + 2 :]))


def read_query(text: str) -> Query:
    """Read what somebody typed, whatever it is.

    Each word may be the beginning of one. Numbers that follow each other may be one number with gaps. Words in
    quotation marks stand side by side.
    """
    terms: list[Term] = []
    numbers: list[str] = []
    for quoted, bare in _ITEM.findall(text[:MOST_CHARACTERS]):
        folded = written(quoted or bare)
        if bare and _NUMERIC.fullmatch(folded):
            numbers.append(folded)
            continue
        terms += _number(numbers)
        numbers = []
        terms += _phrase(folded) if quoted else [_word(parts) for parts in compounds(folded)]
    terms += _number(numbers)
    return Query(tuple(dict.fromkeys(terms))[:MOST_TERMS])


def holds(query: Query, text: str) -> bool:
    """Tell whether a text has every term of a query, Danish letters or plain ones alike."""
    folded = plain(written(text))
    told_apart = " ".join([folded, *_rejoined(folded)])
    return all(any(_has(told_apart, way, term.phrase) for way in term.ways) for term in query.terms)


def _rejoined(folded: str) -> Iterator[str]:
    """Yield what stands in a text in several pieces, as one: joined words, and numbers with gaps."""
    for parts in compounds(folded) if _JOINT.search(folded) else ():
        if len(parts) > 1:
            yield plain(joined(parts))
    if _DIGIT.search(folded):
        yield from numbers_in(folded)


def _has(folded: str, way: tuple[str, ...], phrase: bool) -> bool:
    """Tell whether a folded text has words that begin like this, in a phrase with nothing but gaps between them."""
    sought = map(plain, way)
    beginnings = [_GAP.join(sought)] if phrase else list(sought)
    return all(re.search(rf"(?<![^\W_]){beginning}", folded) for beginning in beginnings)


def _word(parts: tuple[str, ...]) -> Term:
    one = (joined(parts),)
    return Term((one,) if len(parts) == 1 else (one, parts), "-".join(parts))


def _phrase(folded: str) -> list[Term]:
    words = tuple(part for parts in compounds(folded) for part in parts)[:MOST_TERMS]
    return [Term((words,), folded, phrase=len(words) > 1)] if words else []


def _number(pieces: list[str]) -> list[Term]:
    """Return numbers that follow each other as one, or each by itself."""
    parts = tuple(part for piece in pieces for parts in compounds(piece.replace(".", "-")) for part in parts)
    if not parts:
        return []
    typed = " ".join(pieces)
    ways = [(digits[:LONGEST_WORD],) for digits in number_words(typed.lstrip("(+")) if digits]
    return [Term(tuple(dict.fromkeys((*ways, parts[:MOST_TERMS]))), typed)]
