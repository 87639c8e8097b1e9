"""What is looked for in what was typed, and where it stands in a text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.search_days import days_of
from app.domain.search_marks import EXCERPT_LENGTH, excerpt, marks
from app.domain.search_query import MOST_CHARACTERS, MOST_TERMS, holds, read_query

FRIDAY = date(2026, 11, 20)


def ways(typed: str) -> list[tuple[tuple[str, ...], ...]]:
    return [term.ways for term in read_query(typed).terms]


def test_words_and_their_ways() -> None:
    assert ways("Karen  HOLM") == [(("karen",),), (("holm",),)]
    assert ways("Anne-Marie") == [(("annemarie",), ("anne", "marie"))]
    assert ways("anne anne") == [(("anne",),)]
    assert ways(" - '' . ") == []


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("010203-1234", "0102031234"),
        ("010203 1234", "0102031234"),
        ("+45 20 12 34 56", "20123456"),
        ("0045 20123456", "20123456"),
        ("(20) 12-34-56", "20123456"),
        ("20.12.34.56", "20123456"),
        ("20 12 3", "20123"),
    ],
)
def test_numbers_that_follow_each_other_may_be_one(typed: str, sought: str) -> None:
    [only] = ways(typed)
    assert (sought,) in only


def test_a_number_beside_a_name_is_a_term_of_its_own() -> None:
    assert ways("holm 20 12 1954") == [(("holm",),), (("20121954",), ("20", "12", "1954"))]


def test_no_more_than_so_much_is_looked_at() -> None:
    assert len(read_query(" ".join(f"w{number}" for number in range(99))).terms) == MOST_TERMS
    assert not read_query("-" * MOST_CHARACTERS + " word").terms


@pytest.mark.parametrize(
    ("typed", "text", "there"),
    [
        ("udsl", "Udslæt på armen", True),
        ("slæt", "Udslæt på armen", False),
        ("arm udslaet", "Udslæt på armen", True),
        ("arm ben", "Udslæt på armen", False),
        ("far", "Jeg har fået får", True),
        ('"på arm', "Udslæt på armen", True),
        ('"udslæt armen"', "Udslæt på armen", False),
        ('"udslæt, på', "Udslæt\n på armen", True),
        ('"på ben"', "Udslæt på armen", False),
        ("ppiller", "p-piller", True),
        ("p-piller", "ppiller", True),
        ("20123456", "Ring på 20 12 34 56", True),
        ("+4520123456", "Ring på 20123456", True),
        ("0102031234", "cpr 010203-1234", True),
        ("e konsultation", "e-konsultation", True),
    ],
)
def test_what_a_text_holds(typed: str, text: str, there: bool) -> None:
    assert holds(read_query(typed), text) is there


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("udsl", "Mit udslæt er værre", ["udsl"]),
        ("soren", "Søren og SOEREN Sørensen", ["Søren", "SOEREN", "Søren"]),
        ("aage", "Åge og A\u030age og Aage", ["Åge", "A\u030age", "Aage"]),
        ("mari anne", "Anne-Marie", ["Anne", "Mari"]),
        ("annem", "Anne-Marie", ["Anne-M"]),
        ("strasse", "Straße", ["Straße"]),
        ("x", "ingenting", []),
    ],
)
def test_marks(typed: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, read_query(typed))] == marked


def test_an_excerpt_begins_where_the_words_are() -> None:
    text = "Først en lang indledning. " * 20 + "Så kom der udslæt på armen. " + "Og så mere. " * 40
    shown, found = excerpt(text, read_query("udsl arm"))
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= EXCERPT_LENGTH + len("…  …")
    assert [shown[start:end] for start, end in found] == ["udsl", "arm"]


def test_a_short_text_is_shown_whole_in_one_line() -> None:
    assert excerpt("Hej\n\nTak  for sidst", read_query("tak")) == ("Hej Tak for sidst", ((4, 7),))
    assert excerpt("Hej", read_query("andet")) == ("Hej", ())


@given(st.text(max_size=300), st.text(max_size=60))
def test_marks_lie_apart_and_within_whatever_the_text(text: str, typed: str) -> None:
    query = read_query(typed)
    shown, found = excerpt(text, query)
    edges = [edge for mark in found for edge in mark]
    assert edges == sorted(edges)
    assert all(start < end <= len(shown) for start, end in found)


@given(st.text(st.sampled_from("aeoåæø bcd-"), min_size=1, max_size=40), st.data())
def test_what_is_held_is_marked(text: str, data: st.DataObject) -> None:
    words = [word for word in text.replace("-", " ").split() if word]
    if words:
        query = read_query(data.draw(st.sampled_from(words)))
        assert holds(query, text)
        assert marks(text, query)


@pytest.mark.parametrize(
    ("typed", "first", "after"),
    [
        ("20.11", date(2026, 11, 20), date(2026, 11, 21)),
        ("20/11", date(2026, 11, 20), date(2026, 11, 21)),
        ("5.1", date(2027, 1, 5), date(2027, 1, 6)),
        ("05-01-26", date(2026, 1, 5), date(2026, 1, 6)),
        ("31.12.2025", date(2025, 12, 31), date(2026, 1, 1)),
        ("2026-12-01", date(2026, 12, 1), date(2026, 12, 2)),
        ("29.2", date(2028, 2, 29), date(2028, 3, 1)),
        ("fredag", date(2026, 11, 20), date(2026, 11, 21)),
        ("mandag", date(2026, 11, 23), date(2026, 11, 24)),
        ("lør", date(2026, 11, 21), date(2026, 11, 22)),
        ("Loerdag", date(2026, 11, 21), date(2026, 11, 22)),
        ("december", date(2026, 12, 1), date(2027, 1, 1)),
        ("feb", date(2027, 2, 1), date(2027, 3, 1)),
        ("juni", date(2026, 6, 1), date(2026, 7, 1)),
    ],
)
def test_days(typed: str, first: date, after: date) -> None:
    assert days_of(typed, FRIDAY if "29" not in typed else date(2027, 12, 1)) == (first, after)


@pytest.mark.parametrize(
    "typed", ["", "31.4", "0.0", "99.99", "ma", "karen", "20", "20.11.20261", "2026-13-01", "1.1.0000"]
)
def test_no_days(typed: str) -> None:
    assert days_of(typed, FRIDAY) is None


@given(st.text(max_size=30), st.dates(date(2, 1, 1), date(9998, 1, 1)))
def test_no_text_is_a_day_by_raising(typed: str, today: date) -> None:
    days = days_of(typed, today)
    assert days is None or days[0] < days[1]


def test_what_was_typed_is_not_in_a_repr() -> None:
    query = read_query("Karen 010203-1234")
    assert "aren" not in repr(query) + repr(query.terms)
    assert "0102" not in repr(query) + repr(query.terms)
