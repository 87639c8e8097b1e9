"""Very many invented letters: written consultations over three years, in Danish of the usual lengths."""

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from app.demo.seed_files import RESOURCES, DemoPatient, DemoPractitioner, Letter, Thread
from app.demo.seed_resources import Resource, communications

Event = tuple[int, Callable[[], Resource]]
"""When a resource was last updated (Unix milliseconds), and how to write it."""

_LENGTHS = (1, 1, 2, 2, 2, 2, 3, 4, 4, 6)
_OPEN_FOR = timedelta(days=10)
_URGENT_SHARE = 0.03
_NEVER_MANY = 10_000_000


@dataclass(frozen=True, slots=True)
class _Voice:
    """The sentences of one side; the words in braces are drawn from lists."""

    openings: list[str]
    sentences: list[str]
    closings: list[str]

    def letter(self, sender: str, recipient: str, rng: random.Random, words: dict[str, list[str]]) -> str:
        """Write a letter: most of two to five sentences, a few of a page."""
        count = min(20, 1 + int(rng.lognormvariate(1.0, 0.7)))
        parts = [rng.choice(self.openings), *(rng.choice(self.sentences) for _ in range(count))]
        text = f"{' '.join(parts)}\n{rng.choice(self.closings)}"
        return _filled(text, rng, {**words, "from": [sender], "to": [recipient]})


@dataclass(frozen=True, slots=True)
class Phrases:
    """What letters are made of."""

    words: dict[str, list[str]]
    subjects: list[str]
    patient: _Voice
    clinic: _Voice


@dataclass(frozen=True, slots=True)
class _Plan:
    """A thread before it is written: whose, and when each of its letters was sent."""

    number: int
    patient: DemoPatient
    staff: DemoPractitioner
    sent: tuple[datetime, ...]
    waiting: bool


def read_phrases(path: Path = RESOURCES / "large_clinic.toml") -> Phrases:
    """Read the sentences; raises KeyError when the file is not as it should be."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    patient, clinic = (
        _Voice(table[side]["openings"], table[side]["sentences"], table[side]["closings"])
        for side in ("patient", "clinic")
    )
    return Phrases(table["words"], table["patient"]["subjects"], patient, clinic)


class Letters:
    """Writes a given number of letters between patients and staff; the same `number` gives the same ones."""

    def __init__(
        self,
        patients: Sequence[DemoPatient],
        staff: Sequence[DemoPractitioner],
        clinic_id: str,
        *,
        now: datetime,
        number: int,
    ) -> None:
        self._patients, self._staff, self._clinic_id = patients, staff, clinic_id
        self._now, self._number = now, number
        self._phrases = read_phrases()
        self._written: dict[int, list[Resource]] = {}

    def events(self, count: int, since: datetime) -> Iterator[Event]:
        """Yield that many letters, sent at any time since; each is to be written once, oldest first."""
        rng = random.Random(f"{self._number}:letters")  # noqa: S311 - a plan, not a secret
        thread = 0
        while count:
            plan = self._plan(thread, min(count, rng.choice(_LENGTHS)), since, rng)
            for index, sent in enumerate(plan.sent):
                yield int(sent.timestamp() * 1000), partial(self._letter, plan, index)
            thread += 1
            count -= len(plan.sent)

    def _plan(self, thread: int, length: int, since: datetime, rng: random.Random) -> _Plan:
        gaps = [timedelta(minutes=5 + rng.expovariate(1 / 600)) for _ in range(length - 1)]
        now = self._now.astimezone(UTC)  # a night the clocks are set must not turn an answer before its question
        room = max(timedelta(minutes=1), now - since - sum(gaps, timedelta()))
        sent = [now - sum(gaps, timedelta()) - room * rng.random()]
        for gap in gaps:
            sent.append(sent[-1] + gap)
        times = tuple(moment.astimezone(self._now.tzinfo).replace(second=0, microsecond=0) for moment in sent)
        waiting = now - sent[-1] < _OPEN_FOR and rng.random() < 0.5
        return _Plan(thread, rng.choice(self._patients), rng.choice(self._staff), times, waiting)

    def _letter(self, plan: _Plan, index: int) -> Resource:
        if index == 0:
            self._written[plan.number] = self._thread(plan)
        written = self._written[plan.number][index]
        if index == len(plan.sent) - 1:
            del self._written[plan.number]
        return written

    def _thread(self, plan: _Plan) -> list[Resource]:
        rng = random.Random(self._number * _NEVER_MANY + plan.number)  # noqa: S311 - a plan, not a secret
        phrases = self._phrases
        letters = []
        for index, sent in enumerate(plan.sent):
            # The last is the clinic's, unless it is the clinic's turn.
            from_patient = (len(plan.sent) - 1 - index) % 2 == (0 if plan.waiting else 1)
            people = (plan.patient.name, plan.staff.name)
            if from_patient:
                text = phrases.patient.letter(*people, rng, phrases.words)
            else:
                text = phrases.clinic.letter(*people[::-1], rng, phrases.words)
            author = "patient" if from_patient else plan.staff.id
            letters.append(Letter(author, self._now - sent, text, ()))
        subject = _filled(rng.choice(phrases.subjects), rng, phrases.words)
        thread = Thread(plan.patient.id, subject, rng.random() < _URGENT_SHARE, tuple(letters))
        seed = self._number * _NEVER_MANY + plan.number
        return list(communications(thread, self._clinic_id, self._now, seed))


def _filled(text: str, rng: random.Random, words: dict[str, list[str]]) -> str:
    """Put words in the places of the braces, and begin every sentence with a capital."""
    parts = text.split("{")
    filled = parts[0]
    for part in parts[1:]:
        kind, _, rest = part.partition("}")
        word = rng.choice(words[kind])
        starts = not filled or filled.endswith((". ", "? ", "\n"))
        filled += (word[0].upper() + word[1:] if starts else word) + rest
    return filled
