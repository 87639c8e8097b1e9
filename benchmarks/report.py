"""One form for every figure: a printed line and a JSON line in build/bench.jsonl."""

import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path

RESULTS = Path("build/bench.jsonl")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value beside its peer's from the same run; `budget` is the most it may be."""

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    ratio: float | None = None
    budget: str = ""
    ok: bool | None = None

    @property
    def line(self) -> str:
        """The figure as a person reads it."""
        beside = f"  {self.peer}: {self.peer_value:.3g} {self.unit}" if self.peer_value is not None else ""
        ratio = f"  ratio {self.ratio:.2f}" if self.ratio is not None else ""
        verdict = {True: "  kept", False: "  NOT KEPT", None: ""}[self.ok]
        return f"{self.name:<34}{self.value:>10.3g} {self.unit:<5}{beside}{ratio}  [{self.budget}]{verdict}"


def against_budget(name: str, value: float, unit: str, most: float) -> Figure:
    """Return a figure with a fixed limit in its own unit."""
    return Figure(name, value, unit, budget=f"<= {most:g} {unit}", ok=value <= most)


def against_peer(name: str, value: float, unit: str, peer: str, peer_value: float, most: float) -> Figure:
    """Return a figure limited to `most` times the peer's."""
    ratio = value / peer_value
    return Figure(name, value, unit, peer, peer_value, ratio, f"<= {most:g} x {peer}", ratio <= most)


def against_floor(figure: Figure, floor: str, value: float) -> Figure:
    """Return a figure with what nothing could go below shown beside it; the budget stays its own."""
    return replace(figure, peer=floor, peer_value=value, ratio=figure.value / value if value else None)


def record(figures: list[Figure]) -> None:
    """Print the figures and add them to the results file."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as results:
        for figure in figures:
            print(figure.line, flush=True)
            results.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share (0-1) of the values lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]
