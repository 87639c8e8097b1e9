"""A clinic whose search answers from the people and messages of the other tests, by the rules of the real one."""

import asyncio
from dataclasses import dataclass, field

import pytest

from app.domain.errors import ErrorKind, KlinikError
from app.domain.message import Message
from app.domain.patient import Patient
from app.domain.private import Private
from app.domain.search_marks import excerpt
from app.domain.search_query import Query, holds, read_query
from app.domain.views import Found, FoundBooking, FoundMessage, FoundPatient
from tests.ui import people
from tests.ui.fakes import World


@dataclass
class FakeSearch:
    """`Views.search`; `held` keeps an answer back until it is set, `failure` refuses one."""

    world: World
    asked: list[str] = field(default_factory=list)
    failure: ErrorKind | None = None
    held: asyncio.Event | None = None
    still_indexing: bool = False

    async def __call__(self, words: str, limit: int = 20) -> Found:
        self.asked.append(words)
        if self.held is not None:
            await self.held.wait()
        if self.failure is not None:
            raise KlinikError(self.failure)
        query, clinic = read_query(words), self.world.clinic

        def has(*texts: str) -> bool:
            return bool(query.terms) and holds(query, "\n".join(texts))

        named = {one.id: _known_by(one) for one in people.PEOPLE}
        patients = [one for one in people.PEOPLE if has(*named[one.id])]
        messages = [
            _found(one, clinic.patient(one.patient_id).name, query)
            for one in sorted(clinic.messages, key=lambda one: one.sent_at, reverse=True)
            if has(one.subject.reveal(), one.body.reveal())
        ]
        staff = {one.id: one.name for one in clinic.staff}
        bookings = [
            FoundBooking(one, clinic.patient(one.patient_id).name, staff[one.clinician_id])
            for one in clinic.bookings
            if has(*named[one.patient_id])
        ]
        return Found(
            tuple(map(FoundPatient, patients[:limit])),
            tuple(messages[:limit]),
            tuple(bookings[:limit]),
            more=max(len(patients), len(messages), len(bookings)) > limit,
            still_indexing=self.still_indexing,
        )


def _known_by(patient: Patient) -> tuple[str, ...]:
    cpr = patient.cpr.reveal().shown if patient.cpr else ""
    return patient.name.reveal(), cpr, patient.phone.reveal().e164 if patient.phone else ""


def _found(message: Message, name: Private[str], query: Query) -> FoundMessage:
    shown, marks = excerpt(message.body.reveal(), query)
    who = (message.thread_id, message.patient_id, name, message.subject)
    return FoundMessage(*who, Private(shown), marks, message.sent_at)


def searching(world: World, monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    """Let the world's views answer searches."""
    search = FakeSearch(world)
    monkeypatch.setattr(world.clinic, "search", search)
    return search
