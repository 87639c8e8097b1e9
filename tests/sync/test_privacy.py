"""A canary patient goes through reading, writing and every failure; no log line may know of them."""

import logging
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import ActionKind
from app.domain.clinic_time import utc_now
from app.domain.errors import KlinikError
from app.domain.outcome import OutcomeKind
from app.sync.failures import note
from app.sync.fhir.practice_system import FhirPracticeSystem
from tests.sync.bookings import NOTE, ROOM, action_for, booking_for, outcome
from tests.sync.contract import WRITES, read_all
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
    practice = FhirPracticeSystem(proxy.base, session, utc_now)
    await read_all(practice, {})

    async def fault(request: web.Request, number: int) -> web.StreamResponse | None:
        if number % 2:
            return web.Response(status=(500, 400, 401, 200)[number // 2 % 4], text=f"{CANARY_NAME} {CANARY_CPR}")
        return None

    proxy.clear()
    proxy.interfere = fault
    caplog.clear()
    booking = booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED))
    failed = 0
    for _ in range(6):
        for kind in WRITES:
            try:
                await practice.write(action_for(replace(booking), kind), booking)
            except KlinikError as error:
                note(error, ActionKind.WRITE_OUTCOME.value)
                failed += 1
        try:
            await read_all(practice, {})
        except KlinikError as error:
            note(error, "reading")
            failed += 1
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("app."))
    assert failed >= 4
    assert len(ours.splitlines()) >= failed
    for secret in (CANARY_NAME, CANARY_CPR, CANARY_PHONE, CANARY_TEXT, NOTE, ROOM.code, clinic.patient):
        assert secret not in ours
