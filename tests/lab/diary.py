"""What the console's screen said in the course of a call, kept in build/lab for whoever wonders about a figure."""

from collections.abc import Sequence
from pathlib import Path

from tests.lab.evidence import Words
from tests.lab.result import Course
from tests.lab.troubles import HeldCall

_KEPT = Path("build/lab")


async def keep(call: HeldCall, course: Course, words: Sequence[Words]) -> None:
    """Write the diary of a call, and a picture of the console as it is at the end."""
    name = "".join(letter if letter.isalnum() else "-" for letter in call.condition.name)
    _KEPT.mkdir(parents=True, exist_ok=True)
    (_KEPT / f"{name}.txt").write_text(diary(course, words), encoding="utf-8")
    if call.console and call.console.process.returncode is None:
        await call.console.picture((_KEPT / f"{name}.png").absolute())


def diary(course: Course, words: Sequence[Words]) -> str:
    """Return each change of what the console said, with the seconds since join was pressed."""
    notes = [(course.begun, "join is pressed"), (course.end, "the end")]
    notes += [(at, what) for at, what in ((course.struck, "TROUBLE"), (course.over, "TROUBLE IS OVER")) if at]
    before = ""
    for said in words:
        now = " | ".join(line for line in said.text.splitlines() if not _is_clock(line))
        now += " | TELEPHONE OFFERED" * said.offered + " | ON THE TELEPHONE" * said.telephone
        if now != before:
            notes.append((said.at, now or "no call window"))
        before = now
    return "".join(f"{at - course.begun:8.2f} s  {what}\n" for at, what in sorted(notes))


def _is_clock(line: str) -> bool:
    return line.replace(":", "").isdigit()
