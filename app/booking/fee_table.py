"""Reads the dated fee codes shipped with the program: codes change by agreement, not by release."""

import tomllib
from datetime import date
from pathlib import Path

from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import FeeCode


def load_fee_codes(path: Path) -> tuple[FeeCode, ...]:
    """Read the fee codes from a TOML file; raises KlinikError(SETTINGS_INVALID)."""
    return parse_fee_codes(path.read_text(encoding="utf-8"))


def parse_fee_codes(text: str) -> tuple[FeeCode, ...]:
    """Read `[[fee]]` tables with code, text, valid_from and perhaps valid_to (both days included).

    Raises KlinikError(SETTINGS_INVALID) when one is incomplete, or a code is valid twice on the same day.
    """
    try:
        rows = tomllib.loads(text)["fee"]
        codes = tuple(_fee_code(row) for row in rows)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, f"fee codes: {error}") from error
    for index, code in enumerate(codes):
        if any(code.code == other.code and _share_a_day(code, other) for other in codes[:index]):
            raise KlinikError(ErrorKind.SETTINGS_INVALID, f"fee codes: {code.code} is valid twice on one day")
    return codes


def _fee_code(row: dict[str, object]) -> FeeCode:
    code, text, valid_from, valid_to = row["code"], row["text"], row["valid_from"], row.get("valid_to")
    if not (isinstance(code, str) and len(code) == 4 and code.isdecimal()):
        raise ValueError("a code is four digits")
    if not (isinstance(text, str) and text and isinstance(valid_from, date)):
        raise ValueError(f"{code} lacks its text or its first day")
    if valid_to is not None and not (isinstance(valid_to, date) and valid_from <= valid_to):
        raise ValueError(f"{code} ends before it begins")
    return FeeCode(code, text, valid_from, valid_to)


def _share_a_day(one: FeeCode, other: FeeCode) -> bool:
    return one.valid_on(other.valid_from) or other.valid_on(one.valid_from)
