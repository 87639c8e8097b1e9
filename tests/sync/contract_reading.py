"""What every practice system must do for reading; one class, run against each server."""

from datetime import timedelta

import aiohttp
import orjson
import pytest

from app.domain.assignment import HeldThread
from app.domain.ids import ThreadId, assignment_uuid
from app.domain.message import Direction, Message
from app.domain.patient import Clinician, Patient, Role
from app.domain.slot import Slot, SlotKind
from app.sync.fhir.items import READ_ORDER
from app.sync.fhir.practice_system import FhirPracticeSystem
from tests.sync.practice import Copy, practice_at
from tests.sync.server import (
    CANARY_CPR,
    CANARY_NAME,
    CANARY_TEXT,
    START,
    Clinic,
    Proxy,
    Server,
    message_json,
    slot_json,
)


@pytest.mark.contract
class ReadingContract:
    """Subclasses give the fixture `base`: the address of a server to run against."""

    @pytest.fixture
    def practice(self, proxy: Proxy, session: aiohttp.ClientSession) -> FhirPracticeSystem:
        return practice_at(proxy.base, session)

    async def test_it_says_what_it_can(self, practice: FhirPracticeSystem) -> None:
        capabilities = await practice.capabilities()
        assert {"Patient", "Slot", "Appointment", "Communication"} <= capabilities.types
        assert "_lastUpdated" in capabilities.search_parameters["Slot"]

    async def test_everything_is_read_as_the_console_knows_it(
        self, practice: FhirPracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        sent = await server.create(message_json(clinic.patient, priority="urgent"))
        found = await Copy().read(practice)

        patient = found["Patient", clinic.patient].item
        assert isinstance(patient, Patient)
        assert patient.name.reveal() == f"Nancy Test {CANARY_NAME}"
        assert patient.cpr
        assert patient.cpr.reveal().digits == CANARY_CPR
        assert patient.phone
        assert patient.phone.reveal().e164 == "+4520123456"
        clinician = found["Practitioner", clinic.practitioner].item
        assert isinstance(clinician, Clinician)
        assert (clinician.name, clinician.role) == ("Læge Åse Testlæge", Role.CLINICIAN)
        slot = found["Slot", clinic.slots[1]].item
        assert isinstance(slot, Slot)
        assert (slot.clinician_id, slot.kind, slot.free) == (clinic.practitioner, SlotKind.VIDEO, True)
        assert slot.start == START + timedelta(minutes=15)
        message = found["Communication", sent["id"]].item
        assert isinstance(message, Message)
        assert (message.direction, message.urgent) == (Direction.FROM_PATIENT, True)
        assert (message.subject.reveal(), message.body.reveal()) == ("Knæ", CANARY_TEXT)

    async def test_who_has_a_thread_is_read(
        self, practice: FhirPracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        sent = await server.create(message_json(clinic.patient))
        held = await server.create(
            {
                "resourceType": "Task",
                "identifier": [
                    {
                        "system": "urn:ietf:rfc:3986",
                        "value": f"urn:uuid:{assignment_uuid(ThreadId(sent['id']))}",
                    }
                ],
                "status": "in-progress",
                "intent": "order",
                "focus": {"reference": f"Communication/{sent['id']}"},
                "for": {"reference": f"Patient/{clinic.patient}"},
                "owner": {"reference": f"Practitioner/{clinic.practitioner}", "display": "Læge Åse Testlæge"},
                "executionPeriod": {"start": "2026-11-23T09:00:00Z"},
            }
        )
        item = (await Copy().read(practice))["Task", held["id"]].item
        assert isinstance(item, HeldThread)
        assert item.thread_id == sent["id"]
        assert item.holder
        assert (item.holder.clinician_id, item.holder.since) == (clinic.practitioner, START)

    async def test_raw_is_what_the_server_has(
        self, practice: FhirPracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        found = await Copy().read(practice)
        assert orjson.loads(found["Slot", clinic.slots[0]].raw) == await server.read(f"Slot/{clinic.slots[0]}")

    async def test_the_first_reading_comes_to_its_end(self, practice: FhirPracticeSystem, clinic: Clinic) -> None:
        copy = Copy()
        await copy.read(practice)
        assert copy.complete == set(READ_ORDER)
        assert [batch.type for batch in copy.batches if batch.complete] == list(READ_ORDER)
        await copy.read(practice)
        assert not any(batch.complete for batch in copy.batches)

    async def test_only_changes_are_read_after_that(
        self, practice: FhirPracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        copy = Copy()
        before = await copy.read(practice)
        changed = await server.read(f"Slot/{clinic.slots[2]}")
        await server.put({**changed, "status": "busy"})
        after = await copy.read(practice)
        new = {key for key, each in after.items() if not each.deleted and before.get(key) != each}
        assert new == {("Slot", clinic.slots[2])}
        slot = after["Slot", clinic.slots[2]].item
        assert isinstance(slot, Slot)
        assert not slot.free

    async def test_a_restart_still_knows_whose_slots_are(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        copy = Copy()
        await copy.read(practice_at(proxy.base, session))
        added = await server.create(slot_json(clinic.schedule, 7))
        slot = (await copy.read(practice_at(proxy.base, session)))["Slot", added["id"]].item
        assert isinstance(slot, Slot)
        assert slot.clinician_id == clinic.practitioner

    async def test_deletions_are_read(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        copy = Copy()
        await copy.read(practice_at(proxy.base, session))
        await server.delete(f"Slot/{clinic.slots[1]}")
        await copy.read(practice_at(proxy.base, session))
        assert clinic.slots[1] not in copy.ids("Slot")
        assert set(clinic.slots) - {clinic.slots[1]} <= copy.ids("Slot")

    async def test_small_pages_bring_each_resource(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        made = {(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(8)}
        copy = Copy()
        await copy.read(practice_at(proxy.base, session, page=3))
        counted = [each.id for batch in copy.batches if batch.watermark for each in batch.resources]
        assert len(counted) == len(set(counted)), "in its turn, each comes once"
        assert made | set(clinic.slots) <= copy.ids("Slot")

    async def test_a_reading_that_was_stopped_goes_on_where_it_was(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        made = {(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(8)}
        copy, practice = Copy(), practice_at(proxy.base, session, page=4)
        for _ in range(1000):  # other tests have left much on the server
            await copy.read_some(practice, 5)
            if copy.complete == set(READ_ORDER):
                break
        assert copy.complete == set(READ_ORDER)
        assert made | set(clinic.slots) <= copy.ids("Slot")

    async def test_a_new_start_after_a_kill_brings_everything(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        made = [(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(8)]
        copy = Copy()
        await copy.read_some(practice_at(proxy.base, session, page=2), 9)
        await server.delete(f"Slot/{made[0]}")
        await copy.read(practice_at(proxy.base, session))
        assert copy.complete == set(READ_ORDER)
        assert {*made[1:], *clinic.slots} <= copy.ids("Slot")
        assert made[0] not in copy.ids("Slot")
