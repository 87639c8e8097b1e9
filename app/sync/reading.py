"""The read half: fetches what changed in the practice system into the local copy, again and again."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import Appointment, ChangeBatch, PracticeSystem
from app.domain.ports.store import LocalCopy
from app.sync.backoff import LONGEST_PAUSE, pause_after
from app.sync.failures import AWAY, NO_ROOM, note, rest

OnAppointment = Callable[[Appointment], Awaitable[None]]

NUDGE_GAP = timedelta(seconds=1)
"""Reads that are asked for do not follow closer than this: one click can lead to several nudges."""
LONGEST_AWAY = timedelta(seconds=10)
"""A practice system that does not answer is asked this often whatever happens: one request, for all that waits."""
_ASKED_LESS = frozenset({ErrorKind.PRACTICE_SIGN_IN_REFUSED})
_chance = random.SystemRandom().random


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptBatch(ChangeBatch):
    """What a search for every id of a type found; as it stands it takes nothing away, for a search may be wrong.

    `proven` is given the ids kept here and asks the server for each that was not found. It returns what is
    `present` in truth, None when the search is not to be believed.
    """

    proven: Callable[[frozenset[str]], Awaitable[frozenset[str] | None]]

    async def against(self, held: frozenset[str]) -> ChangeBatch:
        """Return the batch to store; raises KlinikError when the server cannot be reached."""
        present = await self.proven(held)
        gone = frozenset[str]() if present is None else held - present
        return ChangeBatch(self.type, self.resources, self.watermark, present, complete=self.complete, gone=gone)


class Reading:
    """Runs until cancelled. `on_back` is called when the practice system answers after it did not."""

    def __init__(
        self,
        practice: PracticeSystem,
        local_copy: LocalCopy,
        clock: Clock,
        poll_every: timedelta,
        *,
        on_appointment: OnAppointment | None = None,
        on_back: Callable[[], None] = lambda: None,
        nudge_gap: timedelta = NUDGE_GAP,
    ) -> None:
        self._practice = practice
        self._local_copy = local_copy
        self._clock = clock
        self._poll_every = poll_every
        self._on_appointment = on_appointment
        self._on_back = on_back
        self._nudge_gap = nudge_gap
        self._wake = asyncio.Event()
        self._going = asyncio.Event()
        self._going.set()
        self._away = False

    def wake(self) -> None:
        """Read now, or as soon as the read under way is over."""
        self._wake.set()

    def pause(self) -> None:
        """Stop reading after the page under way, until told to go on; a new start of the program goes on too."""
        self._going.clear()
        self._wake.set()

    def resume(self) -> None:
        """Go on from where reading stopped."""
        self._going.set()
        self._wake.set()

    async def run(self) -> None:
        failures = 0
        await self._note_paused(False)
        while True:
            if not self._going.is_set():
                await self._note_paused(True)
                await self._going.wait()
                await self._note_paused(False)
            self._wake.clear()
            failure = await self._read()
            if not self._going.is_set():
                continue
            failures = failures + 1 if failure else 0
            await asyncio.sleep(self._nudge_gap.total_seconds())
            pause = self.pause_after(failures, failure) if failure else self._poll_every
            await rest(self._wake, max(pause - self._nudge_gap, timedelta()))

    def pause_after(self, failures: int, failure: ErrorKind) -> timedelta:
        """Return how long to wait after so many failures in a row, the last of this kind."""
        soon = failure in AWAY - _ASKED_LESS
        return pause_after(failures, _chance(), LONGEST_AWAY if soon else LONGEST_PAUSE)

    async def _read(self) -> ErrorKind | None:
        """Read once; returns what went wrong."""
        try:
            await self._read_all()
            if self._going.is_set():
                await self._answered()
        except Exception as error:
            kind = note(error, "reading the practice system")
            self._away = self._away or kind in AWAY
            await self._note_failure(kind)
            return kind
        return None

    async def _read_all(self) -> None:
        changes = self._practice.read_changes(await self._local_copy.read_points())
        try:
            async for each in changes:
                batch = each
                if isinstance(each, SweptBatch):
                    batch = await each.against(await self._local_copy.held(each.type))
                # Told before it is stored: what is cut off between the two is read, and told, again.
                await self._tell_appointments(batch)
                await self._local_copy.store(batch)
                if self._away:
                    await self._answered()
                if not self._going.is_set():
                    return
        finally:
            if isinstance(changes, AsyncGenerator):
                await changes.aclose()

    async def _answered(self) -> None:
        await self._local_copy.note_answer(self._clock())
        if self._away:
            self._away = False
            self._on_back()

    async def _tell_appointments(self, batch: ChangeBatch) -> None:
        if self._on_appointment is None:
            return
        for appointment in await self._local_copy.appointments_to_tell(batch):
            try:
                await self._on_appointment(appointment)
            except Exception as error:
                if isinstance(error, KlinikError) and error.kind in NO_ROOM:
                    raise
                note(error, "telling of an appointment")

    async def _note_paused(self, paused: bool) -> None:
        try:
            await self._local_copy.note_paused(paused)
        except Exception as error:
            note(error, "noting the pause")

    async def _note_failure(self, kind: ErrorKind) -> None:
        try:
            await self._local_copy.note_failure(self._clock(), kind)
        except Exception as error:
            note(error, "noting the failure")
