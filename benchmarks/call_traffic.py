"""What pictures really pass in a call that is measured: told by the patient's browser, which both ends share."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.driver.browsers import Browsing

COUNTING = Browsing(scripts=(Path(__file__).with_name("call_traffic.js"),))
"""For the patient's browser: keeps hold of its connections."""
_LEAST_FPS = 25.0


@dataclass(frozen=True, slots=True)
class Counted:
    """One direction at one moment; totals since the connection began."""

    width: int
    height: int
    frames: int
    bytes: int
    limited_by: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Both directions as the browser counts them; `at` is in s."""

    at: float
    received: Counted
    sent: Counted


@dataclass(frozen=True, slots=True)
class Pictures:
    """One direction over a time: size in px, frames a second, bit/s; what kept the sender from more, if it says."""

    width: int
    height: int
    fps: float
    bitrate: float
    limited_by: str

    def is_full(self, size: tuple[int, int]) -> bool:
        """Whether these were pictures of the full size and about as many as the camera gives."""
        return (self.width, self.height) == size and self.fps >= _LEAST_FPS

    @property
    def words(self) -> str:
        """The figures as a person reads them."""
        limit = f", limited by {self.limited_by}" if self.limited_by not in ("", "none") else ""
        return f"{self.width}x{self.height} at {self.fps:.1f}/s, {self.bitrate / 1e6:.2f} Mbit/s{limit}"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What an end sent to the patient and what it got from there while its cost was taken."""

    sent: Pictures
    received: Pictures

    def said_by_sender(self, limited_by: str) -> "Traffic":
        """Return the same with what the end says of its own sending, which the one who receives cannot know."""
        return replace(self, sent=replace(self.sent, limited_by=limited_by))

    def line(self, end: str, size: tuple[int, int]) -> str:
        """What was sent and received by an end, and whether that was the whole picture."""
        verdict = "" if self.sent.is_full(size) and self.received.is_full(size) else "  NOT THE FULL PICTURE"
        return f"  {end}: sent {self.sent.words}; received {self.received.words}{verdict}"


async def count(page: Page) -> Counts:
    """Ask the patient's browser what has passed so far."""
    told: dict[str, Any] = await page.evaluate("countPictures()")
    received, sent = (Counted(**told[way]) for way in ("received", "sent"))
    return Counts(told["at"] / 1000, received, sent)


def passed(before: Counts, after: Counts) -> Traffic:
    """Return what passed between two counts, from the doctor's end: what the patient received was sent there."""
    seconds = after.at - before.at
    return Traffic(
        sent=_between(before.received, after.received, seconds), received=_between(before.sent, after.sent, seconds)
    )


def _between(before: Counted, after: Counted, seconds: float) -> Pictures:
    return Pictures(
        after.width,
        after.height,
        (after.frames - before.frames) / seconds,
        8 * (after.bytes - before.bytes) / seconds,
        after.limited_by,
    )
