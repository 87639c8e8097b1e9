"""The lab's results as a table for people and as figures for build/bench.jsonl."""

from collections.abc import Sequence

from benchmarks.report import Figure, against_budget, percentile
from tests.lab.conditions import Trouble
from tests.lab.result import End, Result

MOST_AGAIN = 15.0
"""Seconds within which 95 % of the troubled calls must be live again, or the telephone offered."""
BLAMED_WITHIN = 5.0
"""Seconds within which the console must name who is at fault."""
_HEAD = (
    "condition", "doctor's end", "live after s", "again after s", "all of it again after s",
    "frozen % clinic, patient",
    "longest freeze ms", "worst sound gap ms", "delay p95 ms", "at the end: clinic, patient",
    "console says at the end", "it blames",
    "telephone offered after s", "contact or telephone after s", "line late ms",
)  # fmt: skip


def table(results: Sequence[Result]) -> str:
    """Return a Markdown table, one line a call."""
    rows = [_HEAD, tuple("---" for _ in _HEAD), *map(_cells, results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def line_of(result: Result) -> str:
    """Return a result in one line, as it is printed while the others still run."""
    return "  ".join(
        f"{name}: {cell}" if index > 1 else f"{cell:<20}"
        for index, (name, cell) in enumerate(zip(_HEAD, _cells(result), strict=True))
    )


def figures(results: Sequence[Result]) -> list[Figure]:
    """Return each figure of the console's calls beside Chromium's from the same run, and what all must keep."""
    peers = {result.condition.name: result for result in results if result.engine == "Chromium"}
    ours = [result for result in results if result.engine == "console"]
    found = [figure for result in ours for figure in _figures(result, peers.get(result.condition.name))]
    if ours:
        lost = sum(not result.saved for result in ours)
        found.append(Figure(f"lab: calls of {len(ours)} lost", lost, "", budget="0", ok=lost == 0))
    if named := [result for result in ours if result.condition.fault]:
        right = sum(result.blamed_after is not None and result.blamed_after <= BLAMED_WITHIN for result in named)
        share = 100 * right / len(named)
        name = f"lab: of {len(named)} faults blamed on the right one in {BLAMED_WITHIN:.0f} s"
        found.append(Figure(name, share, "%", budget=">= 90 %", ok=share >= 90))
    for what, times in (
        ("contact again, once the cause is over", [result.again for result in ours]),
        ("contact or telephone offered, from the trouble on", [result.rescued for result in ours]),
    ):
        if known := [time for time in times if time is not None]:
            name = f"lab: {what}, p95 of {len(known)}"
            found.append(against_budget(name, percentile(known, 0.95), "s", MOST_AGAIN))
    return found


def _figures(result: Result, peer: Result | None) -> list[Figure]:
    name = f"lab {result.condition.name}"
    figures = [_beside(f"{name}: live after", "s", result.contact, peer.contact if peer else None)]
    if result.condition.trouble is not Trouble.NONE:
        figures.append(_beside(f"{name}: again after", "s", result.again, peer.again if peer else None))
        figures.append(_beside(f"{name}: all again after", "s", result.whole, peer.whole if peer else None))
    else:
        for place, ours, theirs in (
            ("clinic", result.clinic, peer.clinic if peer else None),
            ("patient", result.patient, peer.patient if peer else None),
        ):
            figures += _end_figures(f"{name}, {place}", ours, theirs)
    return [figure for figure in figures if figure is not None]


def _end_figures(name: str, ours: End | None, theirs: End | None) -> list[Figure]:
    if ours is None:
        return []
    delay = theirs.delay if theirs else None
    figures = [
        _beside(f"{name}: frozen", "%", 100 * ours.frozen, 100 * theirs.frozen if theirs else None),
        _beside(f"{name}: longest freeze", "ms", 1000 * ours.longest, 1000 * theirs.longest if theirs else None),
        _beside(f"{name}: sound gap", "ms", 1000 * ours.sound_gap, 1000 * theirs.sound_gap if theirs else None),
        _beside(f"{name}: delay p95", "ms", _ms(ours.delay), _ms(delay)),
    ]
    return [figure for figure in figures if figure is not None]


def _beside(name: str, unit: str, ours: float | None, theirs: float | None) -> Figure | None:
    """A figure that must be no worse than Chromium's, which may be 0; None where there is nothing to tell."""
    if ours is None:
        return None
    if theirs is None:
        return Figure(name, ours, unit)
    ratio = ours / theirs if theirs else None
    return Figure(name, ours, unit, "Chromium", theirs, ratio, "<= Chromium", ours <= theirs)


def _cells(result: Result) -> tuple[str, ...]:
    ends = (result.clinic, result.patient)
    if result.note:
        return (result.condition.name, result.engine, result.note, *("" for _ in _HEAD[3:]))
    return (
        result.condition.name,
        result.engine,
        _seconds(result.contact),
        _seconds(result.again),
        _seconds(result.whole),
        ", ".join(f"{100 * end.frozen:.1f}" for end in ends if end),
        ", ".join(f"{1000 * end.longest:.0f}" for end in ends if end),
        ", ".join(f"{1000 * end.sound_gap:.0f}" for end in ends if end),
        ", ".join("–" if end.delay is None else f"{1000 * end.delay:.0f}" for end in ends if end),
        ", ".join(end.rung for end in ends if end),
        result.said,
        _blame(result),
        _seconds(result.telephone),
        _seconds(result.rescued),
        f"{1000 * result.line_late:.0f}",
    )


def _blame(result: Result) -> str:
    if not result.condition.fault or result.engine != "console":
        return result.blamed
    after = _seconds(result.blamed_after)
    return f"{result.blamed or 'nobody'} (must be {result.condition.fault}: {after} s)"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _ms(value: float | None) -> float | None:
    return None if value is None else 1000 * value
