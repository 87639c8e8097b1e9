"""Watches a browser's end of the call by what the probe in its page notes."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Error, Page

from tests.lab.evidence import Evidence
from tests.lab.measures import Shown, sounding

_EPOCH = 1e9
"""Times since the epoch are larger, those of a sound clock smaller."""


@dataclass(slots=True)
class BrowserWitness:
    """Empties the page's own notes again and again, so that little is lost when the tab is closed."""

    page: Page
    shown: list[Shown] = field(default_factory=list)
    taken: list[Shown] = field(default_factory=list)
    levels: list[tuple[float, float]] = field(default_factory=list)
    offset: float = float("inf")

    async def look(self) -> None:
        """Take what the page has noted; a page that is closed or loading has nothing."""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(5):
                notes = await self.page.evaluate("window.labProbe ? labProbe.drain() : null")
            if notes:
                self.keep(notes)

    def turn_to(self, page: Page) -> None:
        """Watch another tab from now on; its sound has a clock of its own."""
        self.page = page
        self.levels = [(at + self.offset, level) for at, level in self.levels]
        self.offset = float("inf")

    def evidence(self) -> Evidence:
        """Return all that was noted so far."""
        offset = self.offset if self.offset != float("inf") else 0.0
        levels = [(at if at > _EPOCH else at + offset, level) for at, level in self.levels]
        times = [at for at, _ in levels]
        return Evidence(self.shown, self.taken, sounding(times, [level for _, level in levels]))

    def keep(self, notes: dict[str, Any]) -> None:
        """Take one drain of the page's notes."""
        self.shown += [Shown(*entry) for entry in notes["shown"]]
        self.taken += [Shown(*entry) for entry in notes["taken"]]
        for end, told, levels in notes["tone"]:
            # The sound's own clock is even; the message that came with the least delay ties it to the wall's.
            self.offset = min(self.offset, told - end)
            first = end - len(levels) * 0.01
            self.levels += [(first + at * 0.01, level) for at, level in enumerate(levels)]
