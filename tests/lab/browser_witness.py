"""Watches a browser's end of the call by what the probe in its page notes."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Error, Page

from tests.lab.evidence import Evidence
from tests.lab.measures import Shown, sounding

_TIED_BY = 20
"""Messages, some two seconds of them, of which the one that came with the least delay ties the clocks."""


@dataclass(slots=True)
class SoundNotes:
    """The strength of a tone every 10 ms, by the sound's own clock, which messages tie to the wall's.

    That clock is even, but it stands still while the sound starves, and begins anew with another tab. Then all
    messages are late from there on: only those that follow tell how late one is itself.
    """

    messages: list[tuple[float, float, list[float]]] = field(default_factory=list)

    def keep(self, notes: list[Any]) -> None:
        """Take what one drain of the page has."""
        self.messages += [(end, told, levels) for end, told, levels in notes]

    def strengths(self) -> tuple[list[float], list[float]]:
        """Return times (s since the epoch) and strengths."""
        apart = [told - end for end, told, _ in self.messages]
        times: list[float] = []
        for at, (end, _, levels) in enumerate(self.messages):
            first = end + min(apart[at : at + _TIED_BY]) - len(levels) * 0.01
            times += [first + block * 0.01 for block in range(len(levels))]
        return times, [level for _, _, levels in self.messages for level in levels]


@dataclass(slots=True)
class BrowserWitness:
    """Empties the page's own notes again and again, so that little is lost when the tab is closed.

    `heard` is the far end's tone, `said` that of the browser's own microphone as it goes into the call.
    """

    page: Page
    shown: list[Shown] = field(default_factory=list)
    taken: list[Shown] = field(default_factory=list)
    heard: SoundNotes = field(default_factory=SoundNotes)
    said: SoundNotes = field(default_factory=SoundNotes)

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

    def evidence(self) -> Evidence:
        """Return all that was noted so far."""
        return Evidence(self.shown, self.taken, sounding(*self.heard.strengths()))

    def keep(self, notes: dict[str, Any]) -> None:
        """Take one drain of the page's notes."""
        self.shown += [Shown(*entry) for entry in notes["shown"]]
        self.taken += [Shown(*entry) for entry in notes["taken"]]
        self.heard.keep(notes["tone"])
        self.said.keep(notes["said"])
