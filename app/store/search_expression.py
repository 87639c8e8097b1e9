"""Queries as FTS5 expressions: the only place where its syntax is written; no word reaches it unquoted."""

from collections.abc import Callable, Collection, Iterable

from app.domain.search_query import Query, Term
from app.domain.search_text import plain

ENTERED_LENGTH = 16
"""Characters of a word that are entered for messages; longer ones are told apart by reading the message."""
_PLAIN_MARK = "~"


def entered(words: Collection[str]) -> str:
    """Return what is entered of a message's words: each as written, and marked in plain letters if they differ."""
    tokens = {word[:ENTERED_LENGTH] for word in words}
    tokens |= {_marked(form) for word in words if not word.isascii() and (form := plain(word)) != word}
    return " ".join(tokens)


def needs_reading(query: Query) -> bool:
    """Tell whether a match has to be read to know it for one: a phrase, or words longer than what is entered."""
    return any(term.phrase for term in query.terms) or any(len(word) >= ENTERED_LENGTH for word in query.words)


def as_written(query: Query) -> str:
    """Return the expression for messages that have the words with the same Danish letters."""
    return _all_of(query.terms, lambda word: _beginning(word[:ENTERED_LENGTH], ENTERED_LENGTH))


def as_plain(query: Query) -> str:
    """Return the expression for messages that have the words, whether with Danish letters or with plain ones."""

    def either(word: str) -> str:
        form = plain(word)
        unmarked = _beginning(form[:ENTERED_LENGTH], ENTERED_LENGTH)
        return f"({unmarked} OR {_beginning(_marked(form), ENTERED_LENGTH)})"

    return _all_of(query.terms, either)


def of_patients(query: Query, columns: str = "", *, whole: bool = False) -> str:
    """Return the expression for patients, in some columns (`name number`) or all, in one word or in two.

    With `whole` the words do not go on.
    """
    sought = _whole if whole else _beginning
    ways = [_all_of(each.terms, lambda word: sought(plain(word))) for each in query.respelled()]
    either = " OR ".join(f"({way})" for way in ways)
    return f"{{{columns}}} : ({either})" if columns else either


def _marked(form: str) -> str:
    return (_PLAIN_MARK + form)[:ENTERED_LENGTH]


def _all_of(terms: Iterable[Term], sought: Callable[[str], str]) -> str:
    def way(words: tuple[str, ...]) -> str:
        return f"({' AND '.join(map(sought, words))})"

    return " AND ".join(f"({' OR '.join(map(way, term.ways))})" for term in terms)


def _beginning(word: str, longest: int = 0) -> str:
    """Return the expression for words that begin like this; one as long as any word entered is whole."""
    return _whole(word) if longest and len(word) >= longest else f'"{word}" *'


def _whole(word: str) -> str:
    return f'"{word}"'
