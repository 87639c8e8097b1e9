"""Where in a text the words of a search stand, and what to show of a long one."""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection
from functools import lru_cache

from app.domain.search_query import Query
from app.domain.search_text import plain, written

EXCERPT_LENGTH = 180
_BEFORE = 48
_READ_AT_MOST = 20_000
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u00ad\u200b-\u200d'’´`-](?=[\w\u0300-\u036f]))*")
_JOINS = re.compile(r"['’´`-]")

Mark = tuple[int, int]
Key = Callable[[str], str]


def marks(text: str, query: Query, most: int = 50) -> tuple[Mark, ...]:
    """Return (start, end) of what the query's words match in a text, from the left and no more than `most`.

    Where a word stands as it was typed, those that only have the same plain letters are not marked for it.
    """
    text = text[:_READ_AT_MOST]
    as_typed = _marks(text, query.words, written, most)
    missing = {word for word in query.words if word not in as_typed.values()}
    alike = _marks(text, {plain(word) for word in missing}, _plain_key, most) if missing else {}
    found = sorted({**alike, **as_typed})
    apart = [mark for number, mark in enumerate(found) if number == 0 or mark[0] >= found[number - 1][1]]
    return tuple(apart[:most])


def _marks(text: str, sought: Collection[str], key: Key, most: int) -> dict[Mark, str]:
    """Return the marks of words that begin like one of those sought, and like which."""
    # Folding word by word is the dear part: most words are told by the text as a whole, or by their first letter.
    apart, together = key(text), key(_JOINS.sub("", text))
    longest_first = sorted((word for word in sought if word in apart or word in together), key=len, reverse=True)
    if not longest_first:
        return {}
    initials = {_initial(word[0]) for word in longest_first}
    found: dict[Mark, str] = {}
    for match in _WORD.finditer(text):
        if len(found) >= most:
            break
        if _initial(match[0][0]) in initials or _JOINS.search(match[0]):
            found |= _marks_in_word(match[0], match.start(), longest_first, key)
    return found


def excerpt(text: str, query: Query) -> tuple[str, tuple[Mark, ...]]:
    """Return a line cut out of a text around the first word of a query, and where the words stand in it."""
    line = " ".join(text[:_READ_AT_MOST].split())
    first = next(iter(marks(line, query, most=1)), (0, 0))[0]
    start = line.rfind(" ", 0, max(0, first - _BEFORE)) + 1 if first > EXCERPT_LENGTH - _BEFORE else 0
    end = line.rfind(" ", start, start + EXCERPT_LENGTH) if len(line) > start + EXCERPT_LENGTH else len(line)
    end = end if end > start else start + EXCERPT_LENGTH
    cut = f"{'… ' if start else ''}{line[start:end]}{' …' if end < len(line) else ''}"
    return cut, marks(cut, query)


def _marks_in_word(word: str, at: int, sought: list[str], key: Key) -> dict[Mark, str]:
    """Return the mark on a word; on one joined by hyphens it may go over the joint, else each part has its own."""
    whole = _mark(word, at, sought, key)
    joint = _JOINS.search(word)
    if joint is None or any(end - at > joint.end() for _start, end in whole):
        return whole
    parts = re.finditer(r"[^'’´`-]+", word)
    return {mark: each for part in parts for mark, each in _mark(part[0], at + part.start(), sought, key).items()}


def _mark(word: str, at: int, sought: list[str], key: Key) -> dict[Mark, str]:
    def folded(end: int) -> str:
        return key(_JOINS.sub("", word[:end]))

    whole = folded(len(word))
    wanted = next((each for each in sought if whole.startswith(each)), None)
    if wanted is None:
        return {}
    # The shortest beginning as long as what was sought, and the letters and marks that are part of its last letter.
    end = bisect_left(range(1, len(word)), len(wanted), key=lambda end: len(folded(end))) + 1
    while end < len(word) and len(folded(end + 1)) == len(wanted):
        end += 1
    return {(at, at + end): wanted}


def _plain_key(text: str) -> str:
    return plain(written(text))


@lru_cache(maxsize=1024)
def _initial(letter: str) -> str:
    return _plain_key(letter)[:1]
