"""The service's own figures in the Prometheus text format; counts only, nothing about anybody."""

from collections import Counter
from collections.abc import Mapping

_HELP = {
    "room_codes_refused_total": "Codes that led to no room.",
    "room_rate_limited_total": "Requests turned away by a rate limit.",
    "room_bad_messages_total": "Messages that could not be read.",
    "room_lines_overrun_total": "Lines closed because the other end did not read.",
    "room_events_total": "What happened in rooms, by kind.",
    "room_ratings_total": "What patients thought of picture and sound: 1 bad, 2 fair, 3 good.",
}


class Metrics:
    """Counters with at most one label."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, name: str, labels: str = "") -> None:
        """Add one; `labels` is written as it stands and must come from a fixed set."""
        self._counts[name, labels] += 1

    def text(self, gauges: Mapping[str, int]) -> str:
        """Return the exposition text with these gauges beside the counters."""
        lines: list[str] = []
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE {name} gauge", f"{name} {value}"]
        for name, help_text in _HELP.items():
            lines += [f"# HELP {name} {help_text}", f"# TYPE {name} counter"]
            counts = sorted((labels, value) for (counted, labels), value in self._counts.items() if counted == name)
            lines += [f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in counts]
        return "\n".join(lines) + "\n"
