"""What the line was like over the last few seconds: one reading tells too little of a loss of a few percent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.video.machine.ladder import ALL_WELL, LinkFigures

WINDOW = 3.2
"""Seconds that are looked back: three readings, one each second."""


@dataclass(frozen=True, slots=True)
class LineRecord:
    """The latest readings with their times (monotonic s), and the shortest way there and back of this call (ms)."""

    readings: tuple[tuple[float, LinkFigures], ...] = ()
    usual_trip_ms: float | None = None


def noted(record: LineRecord, figures: LinkFigures, now: float) -> LineRecord:
    """Return the record after one more reading at `now` (monotonic s)."""
    kept = tuple((at, reading) for at, reading in record.readings if now - at < WINDOW)
    trips = [trip for trip in (record.usual_trip_ms, figures.round_trip_ms) if trip is not None]
    return LineRecord((*kept, (now, figures)), min(trips, default=None))


def lately(record: LineRecord) -> LinkFigures:
    """Return the mean of the latest readings; delay and room are those of the last, which are means already."""
    readings = [reading for _, reading in record.readings]
    if not readings:
        return ALL_WELL
    # Until the window is full, what is not known counts as well: no verdict comes of the first second of a call.
    count = max(3, len(readings))

    def mean(of: Callable[[LinkFigures], float]) -> float:
        return sum(of(reading) for reading in readings) / count

    return replace(
        readings[-1],
        loss_in=mean(lambda reading: reading.loss_in),
        loss_out=mean(lambda reading: reading.loss_out),
        frozen=mean(lambda reading: reading.frozen),
        encoder_load=mean(lambda reading: reading.encoder_load),
    )
