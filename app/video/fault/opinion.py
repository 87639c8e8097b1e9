"""What is said of whose fault it is: calmer than what is thought at each reading."""

from dataclasses import dataclass

from app.domain.culprit import NO_VERDICT, Culprit, Verdict


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is said: a verdict once two readings on end agree, taken back only after a while.

    That something is wrong counts for the first of the two, while nobody knows yet whose fault it is.
    """

    said: Verdict = NO_VERDICT
    said_at: float = 0.0
    thought: Culprit = Culprit.NONE


STANDS_FOR = 8.0
"""Seconds a verdict stands after the trouble is over, so that it can be read."""


def form_opinion(opinion: Opinion, found: Verdict, now: float) -> Opinion:
    """Return what is said after one more reading, at `now` (monotonic s)."""
    waited = opinion.thought is Culprit.UNSURE and found.culprit.named
    agreed = found.culprit is opinion.thought or waited
    if found.culprit is opinion.said.culprit:
        return Opinion(found, now, found.culprit)
    readable = not opinion.said.culprit.named or now - opinion.said_at >= STANDS_FOR
    if agreed and (found.culprit.named or readable):
        return Opinion(found, now, found.culprit)
    return Opinion(opinion.said, opinion.said_at, found.culprit)
