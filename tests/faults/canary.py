"""A patient whose every detail can be recognised, and all the ways in which a detail could be written down."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

NAME = "Kanariane-Æble Testløvsen"
CPR = "2512489996"
PHONE = "20987651"
STREET = "Kanarifuglevænget 7"
SUBJECT = "Kanariefarvet udslæt på låret"
TEXT = "Kanariens hemmelige besked: øjet løber, og jeg skammer mig"
NOTE = "Kanariens notat: mistænkt bændelorm, ønsker ikke at hustruen ved det"

_DETAILS = {
    "name": (NAME, "Kanariane-Æble", "Testløvsen"),
    "cpr": (CPR, "251248-9996", "251248 9996"),
    "phone": (PHONE, f"+45{PHONE}", "20 98 76 51", "2098 7651"),
    "address": (STREET,),
    "subject": (SUBJECT,),
    "text": (TEXT, TEXT[:20]),
    "note": (NOTE, NOTE[:20]),
}


def spellings(text: str) -> set[bytes]:
    """Return how a text may lie in a file: in each encoding, escaped as JSON or in an address, as base64."""
    found = {text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")}
    found.add(text.encode("latin-1", "replace"))
    found |= {json.dumps(text)[1:-1].encode(), ascii(text)[1:-1].encode(), quote(text).encode()}
    found |= {text.casefold().encode(), text.upper().encode()}
    return found | set(_base64(text.encode()))


def leaks(folder: Path) -> list[str]:
    """Return every detail that stands in a file under a folder, with the file's name."""
    texts = ((kind, text) for kind, details in _DETAILS.items() for text in details)
    sought = {spelling: kind for kind, text in texts for spelling in spellings(text)}
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        found += [f"the {kind} stands in {path.name}" for spelling, kind in sought.items() if spelling in content]
    return sorted(set(found))


def _base64(raw: bytes) -> Iterator[bytes]:
    """The part of the base64 form that is the same whatever stands before and after, for each way it may begin."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw)
        yield coded[4 if before else 0 : -4]
