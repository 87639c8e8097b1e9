import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.phone import PhoneNumber, parse_phone

danish = st.from_regex(r"[2-9][0-9]{7}", fullmatch=True)


@pytest.mark.parametrize(
    ("written", "e164", "shown"),
    [
        ("20 12 34 56", "+4520123456", "20 12 34 56"),
        ("+45 2012-3456", "+4520123456", "20 12 34 56"),
        ("004520123456", "+4520123456", "20 12 34 56"),
        ("(+46) 70 123 45 67", "+46701234567", "+46701234567"),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, e164: str, shown: str) -> None:
    number = parse_phone(written)
    assert (number.e164, number.shown, number.tel_uri) == (e164, shown, f"tel:{e164}")


@pytest.mark.parametrize("written", ["", "112", "1234567", "10 00 00 00", "+45 123", "ring til mig", "+0012345678"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        parse_phone(written)


@given(danish, st.lists(st.sampled_from(" -./"), max_size=7))
def test_any_spacing_gives_the_same_number(digits: str, blanks: list[str]) -> None:
    spaced = "".join(digit + (blanks[i] if i < len(blanks) else "") for i, digit in enumerate(digits))
    assert parse_phone(spaced) == PhoneNumber("+45" + digits)


@given(danish)
def test_what_is_shown_reads_back(digits: str) -> None:
    number = parse_phone(digits)
    assert parse_phone(number.shown) == number
