import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbox.preview import preview


@pytest.mark.parametrize(
    ("body", "limit", "line"),
    [
        ("Hej.\n\nJeg  har hoste.\t", 120, "Hej. Jeg har hoste."),
        ("Jeg har hostet i tre uger", 25, "Jeg har hostet i tre uger"),
        ("Jeg har hostet i tre uger", 24, "Jeg har hostet i tre…"),
        ("Jeg har hostet, og feber", 18, "Jeg har hostet…"),
        ("Speciallægepraksisventeliste", 10, "Speciallæ…"),
        ("", 10, ""),
    ],
)
def test_one_line_cut_at_a_word(body: str, limit: int, line: str) -> None:
    assert preview(body, limit) == line


@given(st.text(), st.integers(1, 200))
def test_it_is_one_line_within_the_limit_and_begins_as_the_message(body: str, limit: int) -> None:
    line = preview(body, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
    assert " ".join(body.split()).startswith(line.removesuffix("…"))
