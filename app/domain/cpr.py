"""The Danish civil registration number: its date, its century and how it is shown.

Modulus 11 is not checked: numbers without it have been issued since October 2007 (cpr.dk), and MedCom's test
persons fail it on purpose.
"""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cpr:
    """A ten-digit civil registration number."""

    digits: str

    @property
    def birth_date(self) -> date:
        """The date of birth, the century taken from the seventh digit (cpr.dk)."""
        day, month, year = int(self.digits[:2]), int(self.digits[2:4]), int(self.digits[4:6])
        return date(_century(int(self.digits[6]), year) + year, month, day)

    @property
    def shown(self) -> str:
        """The number as it is written: `251248-9996`."""
        return f"{self.digits[:6]}-{self.digits[6:]}"


def parse_cpr(text: str) -> Cpr:
    """Read a CPR number with or without hyphen or blanks; raises ValueError when it has no valid date."""
    digits = re.sub(r"[\s\-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise ValueError("a CPR number has ten digits")
    cpr = Cpr(digits)
    _ = cpr.birth_date
    return cpr


def _century(seventh: int, year: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def age_on(birth_date: date, day: date) -> int:
    """Return a person's age in whole years on a day."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)
