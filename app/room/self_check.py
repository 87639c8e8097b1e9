"""Whether the page the patient opens is here, with everything it asks for."""

import re

from app.room.config import PATIENT_PAGE

_ASKED_FOR = re.compile(r'(?:(?:href|src)="/static/|from "\./)([\w.-]+)"')


def check_patient_page() -> str:
    """Follow the page's links and its scripts' imports; returns how many files there are."""
    static = PATIENT_PAGE / "static"
    found: set[str] = set()
    ask = _ASKED_FOR.findall((PATIENT_PAGE / "index.html").read_text("utf-8"))
    while ask:
        name = ask.pop()
        if name not in found:
            found.add(name)
            ask += _ASKED_FOR.findall((static / name).read_text("utf-8"))
    if not any(name.endswith(".js") for name in found):
        raise ValueError("the page has no script")
    return f"the page and {len(found)} files it needs"
