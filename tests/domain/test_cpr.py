from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cpr import age_on, parse_cpr


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("251248-9996", date(1948, 12, 25)),  # MedCom's test persons
        ("0505239996", date(2023, 5, 5)),
        ("231114 3995", date(1914, 11, 23)),
        ("0101005000", date(2000, 1, 1)),
        ("0101995000", date(1899, 1, 1)),
        ("0101374000", date(1937, 1, 1)),
        ("0101364000", date(2036, 1, 1)),
    ],
)
def test_the_seventh_digit_gives_the_century(text: str, born: date) -> None:
    assert parse_cpr(text).birth_date == born


@pytest.mark.parametrize("text", ["", "310299-1234", "123", "251248-999A", "3213991234", "٢٥١٢٤٨٩٩٩٦"])
def test_what_is_no_cpr_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"digits|day|month"):
        parse_cpr(text)


def test_it_is_shown_with_a_hyphen() -> None:
    assert parse_cpr("2512489996").shown == "251248-9996"


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.dates(date(1900, 1, 1), date(2030, 1, 1)))
def test_age_changes_on_the_birthday_only(born: date, day: date) -> None:
    years = age_on(born, day)
    assert (years >= 0) == (day >= born)
    assert age_on(born, born) == 0
    assert abs((day - born).days / 365.2425 - years) <= 1.01
