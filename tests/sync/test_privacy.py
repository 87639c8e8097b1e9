"""A canary patient goes through reading, writing and every failure; no log line may know of them."""

import logging

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind
from app.domain.errors import KlinikError
from app.domain.outcome import OutcomeKind
from app.sync.failures import note
from tests.sync.bookings import NOTE, ROOM, action_for, action_on, booking_for, moved_to, outcome, taking
from tests.sync.consoles import Console
from tests.sync.contract import WRITES
from tests.sync.practice import Copy
from tests.sync.server import (
    CANARY_CPR,
    CANARY_NAME,
    CANARY_PHONE,
    CANARY_TEXT,
    Clinic,
    Proxy,
    Server,
    message_json,
)


async def test_no_log_line_knows_the_patient(
    proxy: Proxy,
    session: aiohttp.ClientSession,
    server: Server,
    clinic: Clinic,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    await server.create(message_json(clinic.patient))
    practice = Console(proxy.base, session, clinic.doctor)
    await Copy().read(practice)

    async def fault(request: web.Request, number: int) -> web.StreamResponse | None:
        if number % 2:
            return web.Response(status=(500, 400, 401, 200)[number // 2 % 4], text=f"{CANARY_NAME} {CANARY_CPR}")
        return None

    proxy.clear()
    proxy.interfere = fault
    caplog.clear()
    booking = booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED))
    wish = taking(clinic, "tråd", clinic.doctor)
    failed = 0
    for _ in range(6):
        for doing in (*WRITES, ActionKind.ASSIGN_THREAD, None):
            try:
                if doing is None:
                    await Copy().read(practice)
                elif doing is ActionKind.ASSIGN_THREAD:
                    await practice.assign(action_on(wish, "1"), wish)
                else:
                    acted_on = moved_to(booking, clinic, 1) if doing is ActionKind.MOVE_APPOINTMENT else booking
                    await practice.write(action_for(acted_on, doing), acted_on)
            except KlinikError as error:
                note(error, doing.value if doing else "reading")
                failed += 1
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("app."))
    assert failed >= 4
    assert len(ours.splitlines()) >= failed
    for secret in (CANARY_NAME, CANARY_CPR, CANARY_PHONE, CANARY_TEXT, NOTE, ROOM.code, clinic.patient):
        assert secret not in ours
