from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.demo.neighbours import neighbours
from app.domain.cpr import parse_cpr

WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)))
def test_invented_people_can_never_be_taken_for_real_ones(today: date) -> None:
    people = neighbours(40, today)
    assert neighbours(40, today) == people
    assert len({person.id for person in people}) == 40
    for person in people:
        assert "Test" in person.given
        assert parse_cpr(person.cpr).birth_date == person.born
        assert sum(w * int(d) for w, d in zip(WEIGHTS, person.cpr, strict=True)) % 11
        assert (int(person.cpr[-1]) % 2 == 1) == (person.gender == "male")
