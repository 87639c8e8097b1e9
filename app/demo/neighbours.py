"""The rest of the clinic's list: invented people who fill the calendar and never write."""

import random
from datetime import date, timedelta

from app.demo.seed_files import DemoPatient

_WOMEN = (
    "Anne",
    "Birgit",
    "Camilla",
    "Ditte",
    "Else",
    "Freja",
    "Grethe",
    "Hanne",
    "Ida",
    "Josefine",
    "Karen",
    "Line",
)
_MEN = ("Anders", "Bent", "Carl", "Daniel", "Erik", "Frederik", "Gustav", "Henrik", "Ivan", "Jens", "Kim", "Lasse")
_FAMILIES = (
    "Andersen", "Bech", "Christensen", "Dam", "Eriksen", "Frandsen", "Gade", "Holm", "Iversen", "Juhl", "Kjær",
    "Lund", "Madsen", "Nygaard", "Olesen", "Poulsen", "Rasmussen", "Skov", "Thomsen", "Vestergaard", "Winther",
)  # fmt: skip
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_OLDEST_DAYS = 95 * 365


def neighbours(count: int, today: date) -> tuple[DemoPatient, ...]:
    """Return that many people, always the same; "Test" is in every name and no CPR number passes modulus 11."""
    chance = random.Random(count)  # noqa: S311 - a plan, not a secret
    known: set[str] = set()
    return tuple(_neighbour(index, today, chance, known) for index in range(count))


def _neighbour(index: int, today: date, chance: random.Random, known: set[str]) -> DemoPatient:
    born = today - timedelta(days=chance.randrange(_OLDEST_DAYS))
    female = chance.random() < 0.5
    return DemoPatient(
        id=f"nabo-{index + 1}",
        given=f"{chance.choice(_WOMEN if female else _MEN)} Test",
        family=chance.choice(_FAMILIES),
        cpr=_test_cpr(born, female, chance, known),
        ecpr="",
        born=born,
        gender="female" if female else "male",
        address=(f"Åkandevej {chance.randrange(1, 99)}", "3400", "Hillerød"),
        phone=f"+45{29000000 + index}",
        deceased=False,
    )


def _test_cpr(born: date, female: bool, chance: random.Random, known: set[str]) -> str:
    """Return a new number of the right date, century (4 is 1937-2036, else 0-3) and sex that fails modulus 11."""
    century = chance.choice((4, 9)) if born.year >= 2000 else chance.randrange(4)
    while True:
        digits = f"{born:%d%m%y}{century}{chance.randrange(100):02}{2 * chance.randrange(5) + (not female)}"
        passes = not sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
        if not passes and digits not in known:
            known.add(digits)
            return digits
