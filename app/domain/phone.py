"""Telephone numbers: read in any way people write them, kept as E.164, shown in Danish pairs."""

import re
from dataclasses import dataclass

_DANISH = re.compile(r"\+45([2-9]\d{7})")
_FOREIGN = re.compile(r"\+(?!45)[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number in E.164 form, such as +4520123456."""

    e164: str

    @property
    def shown(self) -> str:
        """The number as Danes read it: `20 12 34 56`, or `+46 701234567` as one run when foreign."""
        if match := _DANISH.fullmatch(self.e164):
            digits = match[1]
            return " ".join(digits[i : i + 2] for i in range(0, 8, 2))
        return self.e164

    @property
    def tel_uri(self) -> str:
        """The `tel:` address that the system's telephone handler dials (RFC 3966)."""
        return f"tel:{self.e164}"


def parse_phone(text: str) -> PhoneNumber:
    """Read a number as people write it; eight digits alone are Danish.

    Raises ValueError when it cannot be a telephone number.
    """
    compact = re.sub(r"[\s().\-/]", "", text)
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if re.fullmatch(r"[2-9]\d{7}", compact):
        compact = "+45" + compact
    if _DANISH.fullmatch(compact) or _FOREIGN.fullmatch(compact):
        return PhoneNumber(compact)
    raise ValueError("not a telephone number")
