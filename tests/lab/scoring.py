"""How well the console named the faults that were injected: pure functions over what its screen said."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.culprit import Culprit
from benchmarks.report import Figure

NAMED_WITHIN = 5.0
"""Seconds within which the console must name who is at fault."""
LEAST_SHARE = 90.0
CHIPS = {
    Culprit.UNSURE: "Forbindelsen",
    Culprit.THIS_PC: "Denne pc",
    Culprit.CLINIC_NETWORK: "Klinikkens net",
    Culprit.ROOM_SERVICE: "Videotjenesten",
    Culprit.SMS_ROUTE: "Sms'en",
    Culprit.PATIENT_DEVICE: "Patientens udstyr",
    Culprit.PATIENT_NETWORK: "Patientens net",
}
"""What the chip in the call says for each; nothing while nobody is at fault."""
_SAID = {chip: culprit for culprit, chip in CHIPS.items()}


@dataclass(frozen=True, slots=True)
class Saying:
    """The chip's text from a time on (seconds since the fault), empty for none."""

    at: float
    chip: str


@dataclass(frozen=True, slots=True)
class Score:
    """One fault: whose it was, who was named first, and when; None is never. `evidence` is what the card said.

    `afterwards` are the chips that were shown from the end of the fault until the call was well again.
    """

    name: str
    fault: Culprit
    named: Culprit = Culprit.NONE
    after: float | None = None
    evidence: str = ""
    line_late: float = 0.0
    afterwards: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the first who was named was the right one, and in time."""
        return self.named is self.fault and self.after is not None and self.after <= NAMED_WITHIN


def score(name: str, fault: Culprit, sayings: Sequence[Saying], evidence: str = "") -> Score:
    """Return the score of one fault: the first name that points at somebody counts, whatever follows."""
    told = [(saying.at, _SAID[saying.chip]) for saying in sayings if saying.chip]
    at, named = next(((at, who) for at, who in told if who.named), told[-1] if told else (None, Culprit.NONE))
    return Score(name, fault, named, at, evidence)


def figure(scores: Sequence[Score]) -> Figure:
    """Return the share of the faults that were named rightly in time."""
    share = 100 * sum(one.right for one in scores) / len(scores) if scores else 0.0
    name = f"lab: of {len(scores)} injected faults named rightly in {NAMED_WITHIN:.0f} s"
    return Figure(name, share, "%", budget=f">= {LEAST_SHARE:.0f} %", ok=share >= LEAST_SHARE)


def row(one: Score) -> tuple[str, ...]:
    """Return a score as the cells of a table."""
    after = "–" if one.after is None else f"{one.after:.1f}"
    named = CHIPS.get(one.named, "nobody")
    verdict = "right" if one.right else "WRONG" if one.named.named and one.named is not one.fault else "not in time"
    others = ", ".join(chip for chip in one.afterwards if chip != CHIPS[one.fault])
    return one.name, CHIPS[one.fault], named, after, verdict, one.evidence, others, f"{1000 * one.line_late:.0f}"


HEAD = ("fault", "is of", "console named", "after s", "", "and said", "others shown afterwards", "line late ms")


def table(scores: Sequence[Score]) -> str:
    """Return a Markdown table, one line a fault."""
    rows = [HEAD, tuple("---" for _ in HEAD), *map(row, scores)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows) + "\n"
