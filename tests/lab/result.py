"""What one call under one condition came to, reckoned from the evidence of its two ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.report import percentile
from tests.lab import measures
from tests.lab.conditions import Condition, Trouble
from tests.lab.evidence import Evidence, Words
from tests.lab.measures import Span

SETTLES = 2.0
"""Seconds after first contact that do not count: the first pictures of a call are built up."""
_LATELY = 3.0


@dataclass(frozen=True, slots=True)
class Course:
    """When things happened, in seconds since the epoch: join pressed, trouble struck and over, end of watching."""

    begun: float
    end: float
    struck: float | None = None
    over: float | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How one end fared: share of the time frozen, longest freeze, worst gap in the sound and delay p95, in s."""

    frozen: float
    longest: float
    sound_gap: float
    delay: float | None
    rung: str


@dataclass(frozen=True, slots=True)
class Result:
    """One call: seconds to live contact and to contact again, and how each end fared while nothing befell it.

    `whole` is the seconds until both saw and heard each other again, `telephone` those from the trouble (or the
    beginning) until the console offered it, `rescued` those from the trouble until either it or contact was there.
    `blamed` is whom the console named at fault from the trouble on (or all along), the right one where it did, and
    `blamed_after` the seconds until it did. `said` is the console's own word for the call at the end. The line
    itself was up to `line_late` seconds late.
    """

    condition: Condition
    engine: str
    contact: float | None = None
    again: float | None = None
    whole: float | None = None
    clinic: End | None = None
    patient: End | None = None
    telephone: float | None = None
    rescued: float | None = None
    said: str = ""
    blamed: str = ""
    blamed_after: float | None = None
    line_late: float = 0.0
    note: str = ""

    @property
    def saved(self) -> bool:
        """Whether it ended in live contact or with the telephone offered."""
        calm = self.condition.trouble is Trouble.NONE
        live = self.contact is not None and (calm or self.again is not None)
        return live or self.telephone is not None


def contact_of(clinic: Evidence, patient: Evidence) -> list[Span]:
    """Return when both ends saw or heard each other."""
    return measures.both(*(measures.alive(_times(end), end.sounds) for end in (clinic, patient)))


def whole_of(clinic: Evidence, patient: Evidence) -> list[Span]:
    """Return when both ends both saw and heard each other."""
    return measures.both(*(measures.whole(_times(end), end.sounds) for end in (clinic, patient)))


def reckon(
    condition: Condition,
    engine: str,
    course: Course,
    clinic: Evidence,
    patient: Evidence,
    words: Sequence[Words] = (),
    line_late: float = 0.0,
) -> Result:
    """Return the result of a call; without contact there is nothing to say about its ends."""
    contact = contact_of(clinic, patient)
    first = measures.first_contact(contact, course.begun)
    back = whole = None
    if course.struck is not None and course.over is not None and first is not None:
        back = measures.again(contact, course.struck, course.over, course.end)
        whole = measures.again(whole_of(clinic, patient), course.struck, course.over, course.end)
    calm = Span(course.begun + first + SETTLES, course.struck or course.end) if first is not None else None
    offers = [word.at for word in words if word.offered and word.at >= (course.struck or course.begun)]
    telephone = offers[0] - (course.struck or course.begun) if offers else None
    return Result(
        condition,
        engine,
        first,
        back,
        whole,
        _end(clinic, patient.taken, calm, course.end) if calm else None,
        _end(patient, clinic.taken, calm, course.end) if calm else None,
        telephone,
        _rescued(contact, course, telephone),
        _label(words),
        *_blame(condition, words, course.struck or (course.begun + (first or 0.0))),
        line_late,
    )


def _rescued(contact: Sequence[Span], course: Course, telephone: float | None) -> float | None:
    if course.struck is None:
        return None
    back = measures.again(contact, course.struck, course.struck, course.end)
    return min((at for at in (back, telephone) if at is not None), default=None)


def _blame(condition: Condition, words: Sequence[Words], since: float) -> tuple[str, float | None]:
    """Return whom the console named since a time, and after how many seconds it was the one that it had to be."""
    named = [word for word in words if word.blamed and word.at >= since]
    right = next((word for word in named if word.blamed == condition.fault), None)
    if right:
        return right.blamed, right.at - since
    return (named[-1].blamed if named else ""), None


def _label(words: Sequence[Words]) -> str:
    """Return what the call window says first but for the patient's name, which has no place here, and the blame."""
    lines = [line for line in words[-1].text.splitlines()[1:] if line != words[-1].blamed] if words else []
    return lines[0] if lines else ""


def _end(evidence: Evidence, taken: Sequence[measures.Shown], calm: Span, end: float) -> End:
    pictures = measures.new_pictures(evidence.shown)
    still = measures.freezes([picture.at for picture in pictures], calm)
    gaps = measures.silences(evidence.sounds, calm)
    calm_pictures = [picture for picture in pictures if calm.begin <= picture.at <= calm.end]
    late = measures.delays(taken, calm_pictures)
    return End(
        measures.share(still, calm),
        measures.longest(still),
        measures.longest(gaps),
        percentile(late, 0.95) if late else None,
        rung(evidence, end),
    )


def _times(evidence: Evidence) -> list[float]:
    return [picture.at for picture in measures.new_pictures(evidence.shown)]


def rung(evidence: Evidence, end: float) -> str:
    """Return what an end had in the last three seconds: a picture of a width, sound alone, or nothing."""
    widths = [picture.width for picture in measures.new_pictures(evidence.shown) if picture.at > end - _LATELY]
    sound = any(at > end - _LATELY for at in evidence.sounds)
    if widths:
        return f"video {widths[-1]}" + ("" if sound else ", no sound")
    return "sound" if sound else "nothing"
