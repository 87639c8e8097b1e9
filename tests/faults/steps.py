"""The steps a history is made of, as text that can be kept, read and played again: `A book 0 1`."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.faults.wire import Fate

Verb = str
CONSOLES = "ABC"

BOOKING_VERBS = ("book", "now", "cancel", "move", "extend", "finish", "settle", "withdraw", "picture")
THREAD_VERBS = ("take", "take_over", "let_go", "acknowledge")
DESK_VERBS = (*BOOKING_VERBS, *THREAD_VERBS)
"""What a person at a console does; `a` and `b` choose among what there is."""
COLLEAGUE_VERBS = ("lps_move", "lps_cancel", "lps_delete", "lps_arrive", "lps_book", "lps_message", "lps_remark")
"""What a colleague does in the practice system itself."""
WORLD_VERBS = ("wait", "down", "storm", "calm")
CONSOLE_VERBS = ("fate", "cut", "mend", "kill", "kill", "doom", "spoil", "restart", "retry", "pause", "resume")

WAITS = (0.01, 0.03, 0.08, 0.3, 1.0, 4.0, 12.0, 45.0, 100.0)
"""Seconds; short ones end in the middle of a request."""
FATES = tuple(fate for fate in Fate if fate is not Fate.FINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: by a console (0, 1 ...) or, where `who` is not a console's, by the world."""

    who: int
    verb: Verb
    a: int = 0
    b: int = 0

    def __str__(self) -> str:
        return f"{CONSOLES[self.who]} {self.verb} {self.a} {self.b}"


@dataclass(frozen=True, slots=True)
class History:
    """What happened in one clinic; `kind` numbers the practice system, `skew` the consoles' clocks."""

    kind: int
    consoles: int
    skew: int
    seed: int
    steps: tuple[Step, ...]

    def __repr__(self) -> str:
        head = f"{self.kind} {self.consoles} {self.skew} {self.seed}"
        return f"parse({'; '.join([head, *map(str, self.steps)])!r})"


def parse(text: str) -> History:
    """Read what `History` prints: `kind consoles skew seed; A book 0 1; B cancel 0 0`."""
    head, *steps = (part.split() for part in text.split(";") if part.strip())
    kind, consoles, skew, seed = (int(number) for number in head)
    return History(kind, consoles, skew, seed, tuple(_step(words) for words in steps))


def _step(words: list[str]) -> Step:
    who, verb, *numbers = words
    return Step(CONSOLES.index(who), verb, *(int(number) for number in numbers))


_small = st.integers(0, 7)


def _verbs(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


_step_strategy = st.builds(
    Step,
    st.integers(0, len(CONSOLES) - 1),
    st.one_of(
        _verbs(*BOOKING_VERBS), _verbs(*BOOKING_VERBS), _verbs(*THREAD_VERBS),
        _verbs("wait"), _verbs("wait"), _verbs("wait"), _verbs("fate"),
        _verbs(*COLLEAGUE_VERBS), _verbs(*CONSOLE_VERBS), _verbs(*WORLD_VERBS),
    ),
    _small,
    _small,
)  # fmt: skip

histories = st.builds(
    History,
    st.integers(0, 2),
    st.integers(2, 3),
    st.integers(0, 4),
    st.integers(0, 999),
    st.lists(_step_strategy, min_size=3, max_size=30).map(tuple),
)
