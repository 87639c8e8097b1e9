"""The read half: fetches what changed in the practice system into the local copy, again and again."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta

from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind
from app.domain.ports.practice_system import Appointment, ChangeBatch, PracticeSystem
from app.domain.ports.store import LocalCopy
from app.sync.backoff import pause_after
from app.sync.failures import note, rest

OnAppointment = Callable[[Appointment], Awaitable[None]]

NUDGE_GAP = timedelta(seconds=1)
"""Reads that are asked for do not follow closer than this: one click can lead to several nudges."""
_chance = random.SystemRandom().random


class Reading:
    """Runs until cancelled."""

    def __init__(
        self,
        practice: PracticeSystem,
        local_copy: LocalCopy,
        clock: Clock,
        poll_every: timedelta,
        *,
        on_appointment: OnAppointment | None = None,
        nudge_gap: timedelta = NUDGE_GAP,
    ) -> None:
        self._practice = practice
        self._local_copy = local_copy
        self._clock = clock
        self._poll_every = poll_every
        self._on_appointment = on_appointment
        self._nudge_gap = nudge_gap
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Read now, or as soon as the read under way is over."""
        self._wake.set()

    async def run(self) -> None:
        failures = 0
        while True:
            self._wake.clear()
            failures = 0 if await self._read() else failures + 1
            await asyncio.sleep(self._nudge_gap.total_seconds())
            pause = pause_after(failures, _chance()) if failures else self._poll_every
            await rest(self._wake, max(pause - self._nudge_gap, timedelta()))

    async def _read(self) -> bool:
        try:
            await self._read_all()
            await self._local_copy.note_answer(self._clock())
        except Exception as error:
            await self._note_failure(note(error, "reading the practice system"))
            return False
        return True

    async def _read_all(self) -> None:
        changes = self._practice.read_changes(await self._local_copy.watermarks())
        try:
            async for batch in changes:
                await self._local_copy.store(batch)
                await self._tell_appointments(batch)
        finally:
            if isinstance(changes, AsyncGenerator):
                await changes.aclose()

    async def _tell_appointments(self, batch: ChangeBatch) -> None:
        for fetched in batch.resources:
            if self._on_appointment and isinstance(fetched.item, Appointment):
                try:
                    await self._on_appointment(fetched.item)
                except Exception as error:
                    note(error, "telling of an appointment")

    async def _note_failure(self, kind: ErrorKind) -> None:
        try:
            await self._local_copy.note_failure(self._clock(), kind)
        except Exception as error:
            note(error, "noting the failure")
