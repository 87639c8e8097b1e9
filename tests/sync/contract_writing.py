"""Booking and cancelling: once each, in a slot that nobody else has, and naming who did it."""

from datetime import datetime

import pytest
from aiohttp import web

from app.domain.actions import ActionKind, AppointmentBooked, Carried, Refused
from app.domain.booking import BookingState, ConsultationForm, PlannedTime
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import adopted_booking_id, derived_uuid
from app.domain.outcome import OutcomeKind
from app.domain.ports.practice_system import Appointment, PracticeSystem
from app.sync.fhir.change_mark import changed_by
from app.sync.fhir.resources import appointment_of
from tests.sync.bookings import ROOM, action_for, booking_for, moved_to, outcome
from tests.sync.contract import Contract, booked, marks, versions
from tests.sync.practice import Copy
from tests.sync.server import Clinic, Proxy, Server


class WritingContract(Contract):
    async def test_an_appointment_is_written_with_its_link(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic)
        result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert isinstance(result, AppointmentBooked)
        assert result.confirmed
        assert result.version_at
        assert result.planned == PlannedTime(booking.start, booking.end, booking.slot_id)
        stored = await server.read(f"Appointment/{result.appointment_id}")
        assert stored["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{booking.id}"}]
        assert stored["serviceType"][0]["coding"][0]["code"] == "video"
        assert stored["slot"][0]["reference"].endswith(f"Slot/{booking.slot_id}")
        links = {each["url"].rpartition("/")[2]: each for each in stored["extension"]}
        assert links["ehealth-meeting-url"]["valueUri"] == ROOM.url
        parts = {each["url"]: each for each in links["extension-Appointment.virtualService"]["extension"]}
        assert (parts["address"]["valueUrl"], parts["sessionKey"]["valueString"]) == (ROOM.url, ROOM.code)
        by = links["urn:klinikkonsol:changed-by"]["valueReference"]
        assert by == {"reference": f"Practitioner/{clinic.practitioner}", "display": "Læge Åse Testlæge"}
        assert changed_by(stored) == "Læge Åse Testlæge"
        slot = await server.read(f"Slot/{booking.slot_id}")
        assert slot["status"] == "busy"
        assert slot["comment"] == "kl. 7.80"
        assert list(marks(slot)) == [(f"urn:uuid:{derived_uuid(booking.id, 'slot')}", "Læge Åse Testlæge")]

    async def test_a_written_appointment_is_read_back(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, form=ConsultationForm.TELEPHONE, room=None))
        stored = await server.read(f"Appointment/{booking.appointment_id}")
        appointment = (await Copy().read(other))["Appointment", str(booking.appointment_id)].item
        assert appointment == Appointment(
            id=str(booking.appointment_id),
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
            changed_by=clinic.doctor.name,
            version_at=datetime.fromisoformat(stored["meta"]["lastUpdated"]),
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

    async def test_a_busy_or_missing_slot_is_taken(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        await server.edit(f"Slot/{clinic.slots[0]}", status="busy")
        await server.delete(f"Slot/{clinic.slots[1]}")
        for number in (0, 1):
            booking = booking_for(clinic, slot=number)
            result = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
            assert result == Refused(ErrorKind.SLOT_TAKEN)
        assert await server.find("Appointment", patient=clinic.patient) == []

    async def test_who_has_the_slot_is_named_by_the_mark_or_by_the_appointment(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        theirs = await booked(other, booking_for(clinic))
        late = booking_for(clinic)
        write = action_for(late, ActionKind.WRITE_APPOINTMENT)
        taken = Refused(ErrorKind.SLOT_TAKEN, "Bo Testsekretær")
        assert await practice.write(write, late) == taken
        # A practice system that keeps slots itself may take the mark away; the appointment still tells.
        await server.edit(f"Slot/{theirs.slot_id}", identifier=None)
        assert await practice.write(write, late) == taken
        # Moved within the slot by somebody without a console: then nobody's name would be true.
        await server.edit(f"Appointment/{theirs.appointment_id}", end="2026-11-23T09:10:00Z")
        assert await practice.write(write, late) == Refused(ErrorKind.SLOT_TAKEN)

    async def test_a_slot_changed_meanwhile_is_claimed_in_its_new_version(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        async def comment_before_put(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "Slot" in request.path and proxy.requests.count(proxy.requests[-1]) == 1:
                await server.edit(f"Slot/{clinic.slots[0]}", comment="Husk tolk")

        proxy.interfere = comment_before_put
        await booked(practice, booking_for(clinic))
        slot = await server.read(f"Slot/{clinic.slots[0]}")
        assert (slot["status"], slot["comment"]) == ("busy", "Husk tolk")

    async def test_cancelling_frees_the_slot_for_the_next(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        assert isinstance(await other.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking), Carried)
        cancelled = await server.read(f"Appointment/{booking.appointment_id}")
        assert (cancelled["status"], changed_by(cancelled)) == ("cancelled", "Bo Testsekretær")
        slot = await server.read(f"Slot/{clinic.slots[0]}")
        assert slot["status"] == "free"
        assert "identifier" not in slot

        await booked(practice, booking_for(clinic))
        before = await versions(server, clinic)
        await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking)
        assert await versions(server, clinic) == before, "a late repetition must not free another's slot"

    async def test_a_mark_left_on_a_freed_slot_gives_way_to_the_next(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        own = {"system": "urn:epj:tid", "value": "17"}
        reference = f"Slot/{clinic.slots[0]}"
        await server.edit(reference, identifier=[own])
        first = await booked(practice, booking_for(clinic))
        await server.edit(f"Appointment/{first.appointment_id}", status="cancelled")
        await server.edit(reference, status="free")

        second = await booked(practice, booking_for(clinic))
        await practice.write(action_for(first, ActionKind.CANCEL_APPOINTMENT), first)
        slot = await server.read(reference)
        assert slot["status"] == "busy"
        assert [value for value, _ in marks(slot)] == ["17", f"urn:uuid:{derived_uuid(second.id, 'slot')}"]
        await practice.write(action_for(second, ActionKind.CANCEL_APPOINTMENT), second)
        slot = await server.read(reference)
        assert (slot["status"], slot["identifier"]) == ("free", [own])

    async def test_a_slot_that_was_given_to_somebody_else_stays_theirs(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        """A practice system that keeps slots itself frees one and gives it away, and leaves our mark standing."""
        booking = await booked(practice, booking_for(clinic))
        reference = f"Slot/{booking.slot_id}"
        await server.edit(f"Appointment/{booking.appointment_id}", status="cancelled")
        await server.edit(reference, status="free")
        await server.edit(reference, status="busy")
        await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking)
        slot = await server.read(reference)
        assert (slot["status"], list(marks(slot))) == ("busy", [])

    async def test_cancelling_what_was_never_written_is_done_at_once(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        before = await versions(server, clinic)
        booking = booking_for(clinic)
        assert isinstance(
            await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking), Carried
        )
        assert await versions(server, clinic) == before

    async def test_cancelling_keeps_what_others_changed(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        reference = f"Appointment/{booking.appointment_id}"
        proxy.clear()

        async def comment_before_put(request: web.Request, number: int) -> None:
            if proxy.requests.count(f"PUT /epj/{reference}") == 1 and request.method == "PUT":
                await server.edit(reference, comment="Patienten ringede")

        proxy.interfere = comment_before_put
        assert isinstance(
            await practice.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking), Carried
        )
        stored = await server.read(reference)
        assert (stored["status"], stored["comment"]) == ("cancelled", "Patienten ringede")
        assert proxy.requests.count(f"PUT /epj/{reference}") == 2

    async def test_endless_changes_by_others_are_a_conflict_to_try_again(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        await practice.capabilities()

        async def always_first(request: web.Request, number: int) -> None:
            if request.method == "PUT":
                await server.edit(f"Slot/{clinic.slots[0]}", comment=str(number))

        proxy.interfere = always_first
        booking = booking_for(clinic)
        with pytest.raises(KlinikError) as failure:
            await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert failure.value.kind is ErrorKind.CONFLICT

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
        assert isinstance(await practice.write(action_for(held, kind), held), Carried)
        ended = {ActionKind.WRITE_OUTCOME: "fulfilled", ActionKind.CANCEL_APPOINTMENT: "cancelled"}
        assert (await server.read(f"Appointment/{appointment_id}"))["status"] == ended[kind]

    async def test_an_appointment_cancelled_elsewhere_is_not_booked_again(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        assert isinstance(await other.write(action_for(booking, ActionKind.CANCEL_APPOINTMENT), booking), Carried)
        again = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
        assert again == Refused(ErrorKind.CONFLICT, "Bo Testsekretær")
        slot = await server.read(f"Slot/{clinic.slots[0]}")
        assert (slot["status"], list(marks(slot))) == ("free", [])

    async def test_what_was_written_and_moved_there_meanwhile_is_found_where_it_is(
        self, practice: PracticeSystem, other: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        moved = moved_to(booking, clinic, 1)
        await other.write(action_for(moved, ActionKind.MOVE_APPOINTMENT), moved)
        there = PlannedTime(moved.start, moved.end, moved.slot_id)
        for taken in (False, True):
            if taken:
                await booked(other, booking_for(clinic))
            again = await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
            assert isinstance(again, AppointmentBooked)
            assert (again.appointment_id, again.planned) == (booking.appointment_id, there)
            slots = [await server.read(f"Slot/{slot}") for slot in clinic.slots]
            assert [slot["status"] for slot in slots] == ["busy" if taken else "free", "busy", "free"]
