"""What every practice system must do for the console; one class, run against each implementation."""

import asyncio
import base64
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
import orjson
import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Refused
from app.domain.booking import Booking, BookingState, ConsultationForm
from app.domain.clinic_time import utc_now
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import adopted_booking_id, derived_uuid
from app.domain.message import Direction, Message
from app.domain.outcome import OutcomeKind
from app.domain.patient import Clinician, Patient, Role
from app.domain.ports.practice_system import Appointment, Fetched, PracticeSystem
from app.domain.slot import Slot, SlotKind
from app.sync.fhir.practice_system import FhirPracticeSystem
from app.sync.fhir.resources import appointment_of
from tests.sync.bookings import NOTE, ROOM, action_for, booking_for, outcome
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

WRITES = (ActionKind.WRITE_APPOINTMENT, ActionKind.WRITE_OUTCOME, ActionKind.CANCEL_APPOINTMENT)
WRITTEN_TYPES = ("Slot", "Appointment", "Encounter", "ChargeItem", "DocumentReference")


async def read_all(practice: PracticeSystem, watermarks: dict[str, datetime]) -> dict[tuple[str, str], Fetched]:
    """Read once, advancing the watermarks as the local copy does; the newest of each resource."""
    found: dict[tuple[str, str], Fetched] = {}
    async for batch in practice.read_changes(dict(watermarks)):
        for fetched in batch.resources:
            found[fetched.type, fetched.id] = fetched
        if batch.watermark:
            watermarks[batch.type] = max(batch.watermark, watermarks.get(batch.type, batch.watermark))
    return found


async def versions(server: Server, clinic: Clinic) -> dict[str, str]:
    """Every resource of the clinic that writing touches, with its version: equal means nothing happened."""
    found: dict[str, str] = {}
    for resource_type in WRITTEN_TYPES:
        query = {"schedule": clinic.schedule} if resource_type == "Slot" else {"patient": clinic.patient}
        for resource in await server.find(resource_type, **query):
            found[f"{resource_type}/{resource['id']}"] = resource["meta"]["versionId"]
    return found


def counts(found: dict[str, str]) -> dict[str, int]:
    return {kind: sum(1 for name in found if name.startswith(f"{kind}/")) for kind in WRITTEN_TYPES}


@pytest.mark.contract
class PracticeSystemContract:
    """Subclasses give the fixture `base`: the address of a server to run against."""

    @pytest.fixture
    def practice(self, proxy: Proxy, session: aiohttp.ClientSession) -> FhirPracticeSystem:
        return FhirPracticeSystem(proxy.base, session, utc_now)

    async def test_it_says_what_it_can(self, practice: PracticeSystem) -> None:
        capabilities = await practice.capabilities()
        assert {"Patient", "Slot", "Appointment", "Communication"} <= capabilities.types
        assert "_lastUpdated" in capabilities.search_parameters["Slot"]

    async def test_everything_is_read_as_the_console_knows_it(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        sent = await server.create(message_json(clinic.patient, priority="urgent"))
        found = await read_all(practice, {})

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

    async def test_raw_is_what_the_server_has(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        found = await read_all(practice, {})
        assert orjson.loads(found["Slot", clinic.slots[0]].raw) == await server.read(f"Slot/{clinic.slots[0]}")

    async def test_only_changes_are_read_after_that(
        self, practice: PracticeSystem, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        watermarks: dict[str, datetime] = {}
        before = await read_all(practice, watermarks)
        changed = await server.read(f"Slot/{clinic.slots[2]}")
        await server.put({**changed, "status": "busy"})
        after = await read_all(practice, watermarks)
        new = {key for key, fetched in after.items() if before.get(key) != fetched}
        assert new == {("Slot", clinic.slots[2])}
        slot = after["Slot", clinic.slots[2]].item
        assert isinstance(slot, Slot)
        assert not slot.free

    async def test_a_restart_still_knows_whose_slots_are(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        watermarks: dict[str, datetime] = {}
        await read_all(FhirPracticeSystem(proxy.base, session, utc_now), watermarks)
        added = await server.create(slot_json(clinic.schedule, 7))
        found = await read_all(FhirPracticeSystem(proxy.base, session, utc_now), watermarks)
        slot = found["Slot", added["id"]].item
        assert isinstance(slot, Slot)
        assert slot.clinician_id == clinic.practitioner

    async def test_deletions_are_read(self, practice: PracticeSystem, server: Server, clinic: Clinic) -> None:
        watermarks: dict[str, datetime] = {}
        await read_all(practice, watermarks)
        await server.delete(f"Slot/{clinic.slots[1]}")
        gone = (await read_all(practice, watermarks))["Slot", clinic.slots[1]]
        assert gone.deleted
        assert gone.item is None

    async def test_small_pages_bring_each_resource_once(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        made = {(await server.create(slot_json(clinic.schedule, number)))["id"] for number in range(8)}
        practice = FhirPracticeSystem(proxy.base, session, utc_now, page=3)
        read = [f.id async for b in practice.read_changes({}) for f in b.resources if f.type == "Slot"]
        assert len(read) == len(set(read))
        assert made | set(clinic.slots) <= set(read)

    async def test_an_appointment_is_written_with_its_link(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic)
        result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(result, AppointmentBooked)
        assert result.confirmed
        stored = await server.read(f"Appointment/{result.appointment_id}")
        assert stored["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{booking.id}"}]
        assert stored["serviceType"][0]["coding"][0]["code"] == "video"
        assert stored["slot"][0]["reference"].endswith(f"Slot/{booking.slot_id}")
        links = {each["url"].rpartition("/")[2]: each for each in stored["extension"]}
        assert links["ehealth-meeting-url"]["valueUri"] == ROOM.url
        parts = {each["url"]: each for each in links["extension-Appointment.virtualService"]["extension"]}
        assert (parts["address"]["valueUrl"], parts["sessionKey"]["valueString"]) == (ROOM.url, ROOM.code)
        slot = await server.read(f"Slot/{booking.slot_id}")
        assert slot["status"] == "busy"
        assert slot["comment"] == "kl. 7.80"
        assert [mark["value"] for mark in slot["identifier"]] == [f"urn:uuid:{derived_uuid(booking.id, 'slot')}"]

    async def test_a_written_appointment_is_read_back(self, practice: PracticeSystem, clinic: Clinic) -> None:
        booking = booking_for(clinic, form=ConsultationForm.TELEPHONE, room=None)
        result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(result, AppointmentBooked)
        appointment = (await read_all(practice, {}))["Appointment", result.appointment_id].item
        assert appointment == Appointment(
            id=result.appointment_id,
            booking_id=booking.id,
            patient_id=booking.patient_id,
            clinician_id=booking.clinician_id,
            slot_id=booking.slot_id,
            form=ConsultationForm.TELEPHONE,
            start=booking.start,
            end=booking.end,
            status="booked",
            reached=BookingState.CONFIRMED,
            made_at=booking.made_at,
        )

    async def test_an_instant_booking_needs_no_slot(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        before = await versions(server, clinic)
        booking = booking_for(clinic, slot=None)
        result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(result, AppointmentBooked)
        after = await versions(server, clinic)
        assert after.keys() - before.keys() == {f"Appointment/{result.appointment_id}"}

    async def test_two_consoles_cannot_have_one_slot(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        bookings = [booking_for(clinic) for _ in range(5)]
        consoles = [FhirPracticeSystem(proxy.base, session, utc_now) for _ in bookings]
        results = await asyncio.gather(
            *(
                console.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
                for console, booking in zip(consoles, bookings, strict=True)
            )
        )
        assert sum(isinstance(result, AppointmentBooked) for result in results) == 1
        assert results.count(Refused(ErrorKind.SLOT_TAKEN)) == 4
        assert len(await server.find("Appointment", patient=clinic.patient)) == 1

    async def test_a_busy_or_missing_slot_is_taken(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        await server.put({**await server.read(f"Slot/{clinic.slots[0]}"), "status": "busy"})
        await server.delete(f"Slot/{clinic.slots[1]}")
        for number in (0, 1):
            booking = booking_for(clinic, slot=number)
            result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
            assert result == Refused(ErrorKind.SLOT_TAKEN)
        assert await server.find("Appointment", patient=clinic.patient) == []

    async def test_a_slot_changed_meanwhile_is_claimed_in_its_new_version(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        async def comment_before_put(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "Slot" in request.path and proxy.requests.count(proxy.requests[-1]) == 1:
                await server.put({**await server.read(f"Slot/{clinic.slots[0]}"), "comment": "Husk tolk"})

        booking = booking_for(clinic)
        proxy.interfere = comment_before_put
        result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(result, AppointmentBooked)
        slot = await server.read(f"Slot/{clinic.slots[0]}")
        assert (slot["status"], slot["comment"]) == ("busy", "Husk tolk")

    async def test_cancelling_frees_the_slot_for_the_next(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic)
        booked = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(booked, AppointmentBooked)
        cancelled = await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking)
        assert cancelled == Carried()
        assert (await server.read(f"Appointment/{booked.appointment_id}"))["status"] == "cancelled"
        slot = await server.read(f"Slot/{clinic.slots[0]}")
        assert slot["status"] == "free"
        assert "identifier" not in slot

        another = booking_for(clinic)
        assert isinstance(
            await practice.write(action_for(another, ActionKind.WRITE_APPOINTMENT), another), AppointmentBooked
        )
        before = await versions(server, clinic)
        await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking)
        assert await versions(server, clinic) == before, "a late repetition must not free another's slot"

    async def test_a_mark_left_on_a_freed_slot_gives_way_to_the_next(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        own = {"system": "urn:epj:tid", "value": "17"}
        reference = f"Slot/{clinic.slots[0]}"
        await server.put({**await server.read(reference), "identifier": [own]})
        first, second = booking_for(clinic), booking_for(clinic)
        booked = await practice.write(action_for(first, ActionKind.WRITE_APPOINTMENT), first)
        assert isinstance(booked, AppointmentBooked)
        await server.put({**await server.read(f"Appointment/{booked.appointment_id}"), "status": "cancelled"})
        await server.put({**await server.read(reference), "status": "free"})

        taken = await practice.write(action_for(second, ActionKind.WRITE_APPOINTMENT), second)
        assert isinstance(taken, AppointmentBooked)
        await practice.write(action_for(first, ActionKind.CANCEL_APPOINTMENT), first)
        slot = await server.read(reference)
        assert slot["status"] == "busy"
        assert [mark["value"] for mark in slot["identifier"]] == [
            "17",
            f"urn:uuid:{derived_uuid(second.id, 'slot')}",
        ]
        await practice.write(action_for(second, ActionKind.CANCEL_APPOINTMENT), second)
        slot = await server.read(reference)
        assert (slot["status"], slot["identifier"]) == ("free", [own])

    async def test_cancelling_what_was_never_written_is_done_at_once(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        before = await versions(server, clinic)
        booking = booking_for(clinic)
        assert await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking) == Carried()
        assert await versions(server, clinic) == before

    async def test_cancelling_keeps_what_others_changed(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic)
        booked = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(booked, AppointmentBooked)
        reference = f"Appointment/{booked.appointment_id}"
        proxy.clear()

        async def comment_before_put(request: web.Request, number: int) -> None:
            if proxy.requests.count(f"PUT /epj/{reference}") == 1 and request.method == "PUT":
                await server.put({**await server.read(reference), "comment": "Patienten ringede"})

        proxy.interfere = comment_before_put
        cancel = replace(booking, appointment_id=booked.appointment_id)
        assert await practice.write(action_for(cancel, ActionKind.CANCEL_APPOINTMENT), cancel) == Carried()
        stored = await server.read(reference)
        assert (stored["status"], stored["comment"]) == ("cancelled", "Patienten ringede")
        assert proxy.requests.count(f"PUT /epj/{reference}") == 2

    async def test_endless_changes_by_others_are_a_conflict_to_try_again(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        async def always_first(request: web.Request, number: int) -> None:
            if request.method == "PUT":
                await server.put({**await server.read(f"Slot/{clinic.slots[0]}"), "comment": str(number)})

        proxy.interfere = always_first
        booking = booking_for(clinic)
        with pytest.raises(KlinikError) as failure:
            await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert failure.value.kind is ErrorKind.CONFLICT

    @pytest.mark.parametrize(
        ("kind", "form", "encounter_class", "encounter_type", "status"),
        [
            (OutcomeKind.COMPLETED, ConsultationForm.VIDEO, "VR", "video", "fulfilled"),
            (OutcomeKind.COMPLETED, ConsultationForm.IN_PERSON, "AMB", "regular", "fulfilled"),
            (OutcomeKind.BY_TELEPHONE, ConsultationForm.VIDEO, "VR", "telefon", "fulfilled"),
            (OutcomeKind.NO_SHOW, ConsultationForm.VIDEO, None, None, "noshow"),
            (OutcomeKind.TECHNICAL_FAILURE, ConsultationForm.VIDEO, None, None, "cancelled"),
        ],
    )
    async def test_an_outcome_is_written_to_the_record(
        self,
        practice: PracticeSystem,
        server: Server,
        clinic: Clinic,
        kind: OutcomeKind,
        form: ConsultationForm,
        encounter_class: str | None,
        encounter_type: str | None,
        status: str,
    ) -> None:
        fee = "0125" if encounter_class else None
        booking = booking_for(clinic, form=form, outcome=outcome(kind, fee))
        booked = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(booked, AppointmentBooked)
        assert await practice.write(action_for(booking, ActionKind.WRITE_OUTCOME), booking) == Carried()

        assert (await server.read(f"Appointment/{booked.appointment_id}"))["status"] == status
        encounters = await server.find("Encounter", patient=clinic.patient)
        charges = await server.find("ChargeItem", patient=clinic.patient)
        (note,) = await server.find("DocumentReference", patient=clinic.patient)
        data = note["content"][0]["attachment"]["data"]
        assert base64.b64decode(data).decode() == NOTE
        assert [each["class"]["code"] for each in encounters] == ([encounter_class] if encounter_class else [])
        assert [each["type"][0]["coding"][0]["code"] for each in encounters] == (
            [encounter_type] if encounter_type else []
        )
        assert [each["code"]["coding"][0]["code"] for each in charges] == ([fee] if fee else [])
        for charge in charges:
            assert charge["context"]["reference"].endswith(f"Encounter/{encounters[0]['id']}")

    async def test_an_outcome_does_not_overrule_the_practice_system(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED))
        booked = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(booked, AppointmentBooked)
        reference = f"Appointment/{booked.appointment_id}"
        await server.put({**await server.read(reference), "status": "cancelled"})
        result = await practice.write(action_for(booking, ActionKind.WRITE_OUTCOME), booking)
        assert result == Refused(ErrorKind.CONFLICT)
        assert (await server.read(reference))["status"] == "cancelled"

    @pytest.mark.parametrize("kind", [ActionKind.WRITE_OUTCOME, ActionKind.CANCEL_APPOINTMENT])
    async def test_an_appointment_no_console_made_is_ended_by_its_own_id(
        self, practice: PracticeSystem, server: Server, clinic: Clinic, kind: ActionKind
    ) -> None:
        written = appointment_of(booking_for(clinic, slot=None))
        made_there = {name: value for name, value in written.items() if name != "identifier"}
        appointment_id = (await server.create(made_there))["id"]
        held = booking_for(
            clinic,
            slot=None,
            id=adopted_booking_id(appointment_id),
            room=None,
            appointment_id=appointment_id,
            outcome=outcome(OutcomeKind.COMPLETED),
        )
        assert await practice.write(action_for(held, kind), held) == Carried()
        ended = {ActionKind.WRITE_OUTCOME: "fulfilled", ActionKind.CANCEL_APPOINTMENT: "cancelled"}
        assert (await server.read(f"Appointment/{appointment_id}"))["status"] == ended[kind]

    async def test_an_appointment_cancelled_elsewhere_is_not_booked_again(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic, slot=None)
        booked = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(booked, AppointmentBooked)
        reference = f"Appointment/{booked.appointment_id}"
        await server.put({**await server.read(reference), "status": "cancelled"})
        again = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert again == Refused(ErrorKind.CONFLICT)

    async def test_every_write_can_be_repeated(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED))
        for kind in WRITES:
            first = await FhirPracticeSystem(proxy.base, session, utc_now).write(action_for(booking, kind), booking)
            stored = await versions(server, clinic)
            again = await FhirPracticeSystem(proxy.base, session, utc_now).write(action_for(booking, kind), booking)
            assert again == first
            assert await versions(server, clinic) == stored

    @pytest.mark.parametrize("kind", WRITES)
    async def test_any_lost_answer_is_mended_by_doing_it_again(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic, kind: ActionKind
    ) -> None:
        await practice.capabilities()

        async def fresh_booking(number: int) -> Booking:
            slot = await server.create(slot_json(clinic.schedule, 20 + number))
            own_slot = replace(clinic, slots=(slot["id"],))
            booking = booking_for(own_slot, outcome=outcome(OutcomeKind.COMPLETED))
            if kind is not ActionKind.WRITE_APPOINTMENT:
                await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
            proxy.clear()
            return booking

        unspoiled = counts(await versions(server, clinic))
        booking = await fresh_booking(0)
        expected = await practice.write(action_for(booking, kind), booking)
        requests = len(proxy.requests)
        once = {name: n - unspoiled[name] for name, n in counts(await versions(server, clinic)).items()}
        for lost in range(requests):
            booking = await fresh_booking(1 + lost)
            proxy.lose_from = lost
            with pytest.raises(KlinikError) as failure:
                await practice.write(action_for(booking, kind), booking)
            assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE
            proxy.clear()
            result = await practice.write(action_for(booking, kind), booking)
            assert type(result) is type(expected)
        total = counts(await versions(server, clinic))
        assert total == {name: unspoiled[name] + n * (1 + requests) for name, n in once.items()}
        assert requests >= 3
