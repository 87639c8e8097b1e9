"""How a consultation ended, and that every write can be repeated, whatever answer was lost."""

import base64
from dataclasses import replace

import pytest
from aiohttp import web

from app.domain.actions import ActionKind, Carried, Conflicted
from app.domain.arrangement import Standing, Wish
from app.domain.booking import Booking, ConsultationForm
from app.domain.errors import ErrorKind, KlinikError
from app.domain.outcome import OutcomeKind
from app.domain.ports.practice_system import PracticeSystem
from app.sync.fhir.change_mark import changed_by
from app.sync.fhir.resources import charge_of
from tests.sync.bookings import NOTE, action_for, booking_for, moved_to, outcome
from tests.sync.consoles import Console
from tests.sync.contract import WRITES, Contract, booked, counts, tried_out, versions
from tests.sync.server import Clinic, Proxy, Server, slot_json

OUTCOME = ActionKind.WRITE_OUTCOME


def acted_on(booking: Booking, clinic: Clinic, kind: ActionKind) -> Booking:
    return moved_to(booking, clinic, 1) if kind is ActionKind.MOVE_APPOINTMENT else booking


WITHDRAWN = {("entered-in-error", "0125")}


async def bill_of(server: Server, clinic: Clinic) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The status of every Encounter with its class, and of every ChargeItem with its fee code."""
    encounters = await server.find("Encounter", patient=clinic.patient)
    charges = await server.find("ChargeItem", patient=clinic.patient)
    return (
        {(each["status"], each["class"]["code"]) for each in encounters},
        {(each["status"], each["code"]["coding"][0]["code"]) for each in charges},
    )


async def notes_of(server: Server, clinic: Clinic) -> set[str]:
    found = await server.find("DocumentReference", patient=clinic.patient)
    return {base64.b64decode(each["content"][0]["attachment"]["data"]).decode() for each in found}


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

    @pytest.mark.parametrize(("fee", "note"), [("9999", NOTE), ("9999", "Et andet notat"), (None, NOTE)])
    async def test_of_two_outcomes_none_is_lost_unseen(
        self,
        practice: Console,
        other: Console,
        server: Server,
        clinic: Clinic,
        fee: str | None,
        note: str,
    ) -> None:
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        stored = await versions(server, clinic)
        second = replace(booking, outcome=outcome(OutcomeKind.COMPLETED, fee, note))
        result = await other.write(action_for(second, OUTCOME, console="second"), second)
        assert isinstance(result, Conflicted)
        assert (result.conflict.wish, result.conflict.by) == (Wish.OUTCOME, clinic.doctor.name)
        assert await versions(server, clinic) == stored

    @pytest.mark.parametrize("fee", ["9999", None])
    @pytest.mark.parametrize("ended", [True, False])
    async def test_what_a_colleague_billed_stands_in_the_way_however_the_appointment_stands(
        self,
        practice: Console,
        other: Console,
        server: Server,
        clinic: Clinic,
        fee: str | None,
        ended: bool,
    ) -> None:
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        # Another program writes the appointment, and the consoles' marks no longer tell who ended it.
        status = "fulfilled" if ended else "booked"
        await server.edit(f"Appointment/{booking.appointment_id}", status=status, extension=None)
        stored = await versions(server, clinic)
        second = replace(booking, outcome=outcome(OutcomeKind.COMPLETED, fee, "Mit notat"))
        result = await other.write(action_for(second, OUTCOME, console="second"), second)
        assert isinstance(result, Conflicted)
        assert result.conflict.theirs.standing is Standing.ENDED
        assert await versions(server, clinic) == stored

        again = replace(second, conflict=result.conflict)
        assert isinstance(await other.write(action_for(again, OUTCOME, console="settled"), again), Carried)
        assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billable", fee)} if fee else WITHDRAWN)
        assert await notes_of(server, clinic) == {NOTE, "Mit notat"}

    @pytest.mark.parametrize("fee", ["9999", "0125"])
    async def test_a_bill_that_appears_at_the_last_moment_is_seen(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic, fee: str
    ) -> None:
        await tried_out(practice, clinic)
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        proxy.clear()
        theirs = outcome(OutcomeKind.COMPLETED, fee)

        async def bill_first(request: web.Request, number: int) -> None:
            creates = request.method == "POST" and request.path in ("/epj", "/epj/ChargeItem")
            if creates and not await server.find("ChargeItem", patient=clinic.patient):
                await server.create(charge_of(booking, theirs, fee, None))

        proxy.interfere = bill_first
        action = action_for(booking, OUTCOME)
        expected = Carried if fee == "0125" else Conflicted
        assert isinstance(await practice.write(action, booking), expected)
        result = await practice.write(action, booking)
        assert isinstance(result, expected)
        (charge,) = await server.find("ChargeItem", patient=clinic.patient)
        assert (charge["status"], charge["code"]["coding"][0]["code"]) == ("billable", fee)
        if isinstance(result, Conflicted):
            again = replace(booking, conflict=result.conflict)
            assert isinstance(await practice.write(action_for(again, OUTCOME, console="settled"), again), Carried)
        assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billable", "0125")})

    async def test_a_losing_outcome_leaves_the_bill_of_the_one_that_won(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.NO_SHOW)))
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        stored = await versions(server, clinic)
        second = replace(booking, outcome=outcome(OutcomeKind.COMPLETED))
        result = await other.write(action_for(second, OUTCOME, console="second"), second)
        assert isinstance(result, Conflicted)
        assert await versions(server, clinic) == stored

    async def test_what_others_withdrew_is_not_taken_for_ones_own(
        self, practice: Console, other: Console, server: Server, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        await server.edit(f"Appointment/{booking.appointment_id}", status="booked")
        for kind in ("Encounter", "DocumentReference"):
            (part,) = await server.find(kind, patient=clinic.patient)
            await server.edit(f"{kind}/{part['id']}", status="entered-in-error")
        second = replace(booking, outcome=outcome(OutcomeKind.COMPLETED, "0125", "Mit notat"))
        assert isinstance(await other.write(action_for(second, OUTCOME, console="second"), second), Carried)
        assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billable", "0125")})
        assert await notes_of(server, clinic) == {NOTE, "Mit notat"}

    @pytest.mark.parametrize("kind", [OutcomeKind.NO_SHOW, OutcomeKind.COMPLETED])
    async def test_mine_kept_is_what_the_record_says_whatever_answer_was_lost(
        self, practice: Console, other: Console, proxy: Proxy, server: Server, clinic: Clinic, kind: OutcomeKind
    ) -> None:
        await tried_out(practice, clinic)
        fee = "9999" if kind is OutcomeKind.COMPLETED else None

        async def in_conflict() -> Booking:
            theirs = booking_for(clinic, slot=None, outcome=outcome(OutcomeKind.BY_TELEPHONE))
            booking = await booked(other, theirs)
            assert isinstance(await other.write(action_for(booking, OUTCOME), booking), Carried)
            mine = replace(booking, outcome=outcome(kind, fee, "Mit notat"))
            result = await practice.write(action_for(mine, OUTCOME, console="mine"), mine)
            assert isinstance(result, Conflicted)
            proxy.clear()
            return replace(mine, conflict=result.conflict)

        async def settle(booking: Booking) -> None:
            action = action_for(booking, OUTCOME, console="settled")
            assert isinstance(await practice.write(action, booking), Carried)
            held = kind is OutcomeKind.COMPLETED
            appointment = await server.read(f"Appointment/{booking.appointment_id}")
            assert appointment["status"] == ("fulfilled" if held else "noshow")
            stored = await versions(server, clinic)
            assert isinstance(await practice.write(action, booking), Carried)
            assert await versions(server, clinic) == stored

        await settle(await in_conflict())
        proxy.clear()
        booking = await in_conflict()
        await practice.write(action_for(booking, OUTCOME, console="settled"), booking)
        requests = len(proxy.requests)
        for lost in range(requests):
            booking = await in_conflict()
            proxy.lose_from = lost
            with pytest.raises(KlinikError):
                await practice.write(action_for(booking, OUTCOME, console="settled"), booking)
            proxy.clear()
            await settle(booking)
        encounters, charges = await bill_of(server, clinic)
        assert encounters == ({("finished", "VR")} if fee else {("entered-in-error", "VR")})
        assert charges == ({("billable", "9999")} if fee else {("entered-in-error", "0125")})
        found = counts(await versions(server, clinic))
        assert found["DocumentReference"] == 2 * (requests + 2) + 1
        assert (found["Encounter"], found["ChargeItem"]) == (requests + 2, requests + 2)
        types = {
            each["type"][0]["coding"][0]["code"] for each in await server.find("Encounter", patient=clinic.patient)
        }
        assert types == {"video" if fee else "telefon"}

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
