"""How a consultation ended, and that every write can be repeated, whatever answer was lost."""

import base64
from dataclasses import replace

import pytest
from aiohttp import web

from app.domain.actions import ActionKind, Carried, Conflicted
from app.domain.booking import Booking, ConsultationForm
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.domain.ports.practice_system import PracticeSystem
from app.sync.fhir.change_mark import changed_by
from tests.sync.bookings import NOTE, action_for, booking_for, moved_to, outcome
from tests.sync.consoles import Console
from tests.sync.contract import WRITES, Contract, booked, counts, tried_out, versions
from tests.sync.server import Clinic, Proxy, Server, slot_json

OUTCOME = ActionKind.WRITE_OUTCOME


def acted_on(booking: Booking, clinic: Clinic, kind: ActionKind) -> Booking:
    return moved_to(booking, clinic, 1) if kind is ActionKind.MOVE_APPOINTMENT else booking


class OutcomeContract(Contract):
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
        booking = await booked(practice, booking_for(clinic, form=form, outcome=outcome(kind, fee)))
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)

        appointment = await server.read(f"Appointment/{booking.appointment_id}")
        assert (appointment["status"], changed_by(appointment)) == (status, clinic.doctor.name)
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
        for encounter, charge in zip(encounters, charges, strict=True):
            here = f"Encounter/{encounter['id']}"
            assert charge["context"]["reference"].endswith(here)
            assert note["context"]["encounter"][0]["reference"].endswith(here)
            assert encounter["appointment"][0]["reference"].endswith(f"Appointment/{booking.appointment_id}")

    async def test_an_outcome_is_written_around_what_others_change_at_the_same_moment(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        await tried_out(practice, clinic)
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        reference = f"Appointment/{booking.appointment_id}"
        proxy.clear()
        changed: list[str] = []

        async def comment_before_last_write(request: web.Request, number: int) -> None:
            ends = request.method == "PUT" or (request.method == "POST" and request.path == "/epj")
            if ends and not changed:
                changed.append(request.method)
                await server.edit(reference, comment="Patienten ringede")

        proxy.interfere = comment_before_last_write
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        stored = await server.read(reference)
        assert (stored["status"], stored["comment"]) == ("fulfilled", "Patienten ringede")
        assert counts(await versions(server, clinic))["ChargeItem"] == 1

    async def test_nothing_stays_to_be_billed_when_others_cancel_at_the_same_moment(
        self, practice: PracticeSystem, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        await tried_out(practice, clinic)
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        reference = f"Appointment/{booking.appointment_id}"
        proxy.clear()

        async def cancel_before_last_write(request: web.Request, number: int) -> None:
            ends = request.method == "PUT" or (request.method == "POST" and request.path == "/epj")
            if ends and (await server.read(reference))["status"] == "booked":
                await server.edit(reference, status="cancelled")

        proxy.interfere = cancel_before_last_write
        result = await practice.write(action_for(booking, OUTCOME), booking)
        assert isinstance(result, Conflicted)
        charges = await server.find("ChargeItem", patient=clinic.patient)
        encounters = await server.find("Encounter", patient=clinic.patient)
        assert {each["status"] for each in (*charges, *encounters)} <= {"entered-in-error"}

        proxy.clear()
        again = replace(booking, conflict=result.conflict)
        assert isinstance(await practice.write(action_for(again, OUTCOME, console="settled"), again), Carried)
        assert (await server.read(reference))["status"] == "fulfilled"
        (charge,) = await server.find("ChargeItem", patient=clinic.patient)
        (encounter,) = await server.find("Encounter", patient=clinic.patient)
        assert (charge["status"], encounter["status"]) == ("billable", "finished")

    async def test_every_write_can_be_repeated(
        self, practice: PracticeSystem, server: Server, clinic: Clinic
    ) -> None:
        booking = booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED))
        for kind in WRITES[:-1]:
            wish = acted_on(booking, clinic, kind)
            first = await practice.write(action_for(wish, kind), wish)
            stored = await versions(server, clinic)
            again = await practice.write(action_for(wish, kind), wish)
            assert again == first
            assert await versions(server, clinic) == stored

    @pytest.mark.parametrize("kind", WRITES)
    async def test_any_lost_answer_is_mended_by_doing_it_again(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic, kind: ActionKind
    ) -> None:
        async def fresh_booking(number: int) -> Booking:
            slots = [await server.create(slot_json(clinic.schedule, 20 + 2 * number + each)) for each in (0, 1)]
            own_slots = replace(clinic, slots=tuple(slot["id"] for slot in slots))
            booking = booking_for(own_slots, outcome=outcome(OutcomeKind.COMPLETED))
            if kind is not ActionKind.WRITE_APPOINTMENT:
                await practice.write(action_for(booking, ActionKind.WRITE_APPOINTMENT), booking)
            proxy.clear()
            return acted_on(booking, own_slots, kind)

        async def look() -> dict[str, int]:
            found = counts(await versions(server, clinic))
            free = await server.find("Slot", schedule=clinic.schedule, status="free")
            return {**found, "free": len(free)}

        # The first of a kind may try out what the server can do.
        first = await fresh_booking(0)
        await practice.write(action_for(first, kind), first)
        unspoiled = await look()
        booking = await fresh_booking(1)
        expected = await practice.write(action_for(booking, kind), booking)
        requests = len(proxy.requests)
        once = {name: n - unspoiled[name] for name, n in (await look()).items()}
        for lost in range(requests):
            booking = await fresh_booking(2 + lost)
            proxy.lose_from = lost
            with pytest.raises(KlinikError) as failure:
                await practice.write(action_for(booking, kind), booking)
            assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE
            proxy.clear()
            result = await practice.write(action_for(booking, kind), booking)
            assert type(result) is type(expected)
        assert await look() == {name: unspoiled[name] + n * (1 + requests) for name, n in once.items()}
        assert requests >= 3
