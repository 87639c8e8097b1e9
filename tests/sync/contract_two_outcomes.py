"""Two who end one consultation: the same is done once, a closed fee is left alone, who loses leaves nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from app.domain.actions import ActionKind, Carried, Conflicted, Refused
from app.domain.booking import Booking, ConsultationForm
from app.domain.errors import ErrorKind
from app.domain.outcome import Outcome, OutcomeKind
from app.sync.fhir.change_mark import marked, noted
from app.sync.fhir.resources import charge_of, encounter_of
from tests.sync.bookings import NOTE, action_for, booking_for, outcome
from tests.sync.consoles import Console
from tests.sync.contract import Contract, booked, tried_out, versions
from tests.sync.contract_outcome import bill_of, notes_of
from tests.sync.server import Clinic, Proxy, Server

OUTCOME = ActionKind.WRITE_OUTCOME
KINDS = [
    (OutcomeKind.COMPLETED, "0125"),
    (OutcomeKind.COMPLETED, None),
    (OutcomeKind.BY_TELEPHONE, "0101"),
    (OutcomeKind.NO_SHOW, None),
    (OutcomeKind.TECHNICAL_FAILURE, None),
]
CLOSED = ["billed", "aborted", "not-billable", "entered-in-error"]


async def ended_by(console: Console, booking: Booking, chosen: Outcome) -> None:
    theirs = replace(booking, outcome=chosen)
    assert isinstance(await console.write(action_for(theirs, OUTCOME, console="theirs"), theirs), Carried)


async def in_conflict(practice: Console, other: Console, clinic: Clinic, mine: Outcome) -> Booking:
    """A booking that a colleague ended by telephone for 0125, and that is to be settled here."""
    booking = await booked(other, booking_for(clinic))
    await ended_by(other, booking, outcome(OutcomeKind.BY_TELEPHONE))
    wish = replace(booking, outcome=mine)
    result = await practice.write(action_for(wish, OUTCOME), wish)
    assert isinstance(result, Conflicted)
    return replace(wish, conflict=result.conflict)


async def close_fee(server: Server, clinic: Clinic, status: str) -> None:
    (charge,) = await server.find("ChargeItem", patient=clinic.patient)
    await server.edit(f"ChargeItem/{charge['id']}", status=status)


async def part_by_part(practice: Console, proxy: Proxy, server: Server, clinic: Clinic) -> Booking:
    """A booking whose outcome is not written as one, for a part of one that was withdrawn is there already."""
    await tried_out(practice, clinic)
    booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
    withdrawn = encounter_of(booking, outcome(OutcomeKind.COMPLETED), booking.appointment_id)
    await server.create({**withdrawn, "status": "entered-in-error"})
    proxy.clear()
    return booking


class TwoOutcomesContract(Contract):
    @pytest.mark.parametrize("status", CLOSED)
    @pytest.mark.parametrize("fee", ["9999", "0125"])
    async def test_mine_kept_leaves_a_closed_fee_alone_and_says_so(
        self, practice: Console, other: Console, server: Server, clinic: Clinic, status: str, fee: str
    ) -> None:
        booking = await in_conflict(practice, other, clinic, outcome(OutcomeKind.COMPLETED, fee))
        await close_fee(server, clinic, status)
        stored = await versions(server, clinic)
        action = action_for(booking, OUTCOME, console="settled")
        if (status, fee) == ("billed", "0125"):
            # It has been billed just as this outcome would have it.
            assert isinstance(await practice.write(action, booking), Carried)
            assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billed", "0125")})
        else:
            assert await practice.write(action, booking) == Refused(ErrorKind.FEE_CLOSED)
            assert await practice.write(action, booking) == Refused(ErrorKind.FEE_CLOSED)
            assert await versions(server, clinic) == stored
        (charge,) = await server.find("ChargeItem", patient=clinic.patient)
        assert charge["meta"]["versionId"] == stored[f"ChargeItem/{charge['id']}"]

    @pytest.mark.parametrize("status", CLOSED)
    async def test_a_closed_fee_is_not_withdrawn(
        self, practice: Console, other: Console, server: Server, clinic: Clinic, status: str
    ) -> None:
        booking = await in_conflict(practice, other, clinic, outcome(OutcomeKind.NO_SHOW, None))
        await close_fee(server, clinic, status)
        stored = await versions(server, clinic)
        result = await practice.write(action_for(booking, OUTCOME, console="settled"), booking)
        if status == "billed":
            assert result == Refused(ErrorKind.FEE_CLOSED)
            assert await versions(server, clinic) == stored
        else:
            assert isinstance(result, Carried)
            assert await bill_of(server, clinic) == ({("entered-in-error", "VR")}, {(status, "0125")})
        (charge,) = await server.find("ChargeItem", patient=clinic.patient)
        assert charge["meta"]["versionId"] == stored[f"ChargeItem/{charge['id']}"]

    async def test_a_fee_billed_at_the_last_moment_is_left_alone(
        self, practice: Console, other: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await in_conflict(practice, other, clinic, outcome(OutcomeKind.COMPLETED, "9999"))

        async def bill_first(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "/ChargeItem/" in request.path:
                proxy.clear()
                await close_fee(server, clinic, "billed")

        proxy.interfere = bill_first
        result = await practice.write(action_for(booking, OUTCOME, console="settled"), booking)
        assert result == Refused(ErrorKind.FEE_CLOSED)
        _, charges = await bill_of(server, clinic)
        assert charges == {("billed", "0125")}

    async def test_ones_own_fee_is_not_withdrawn_once_it_is_billed(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await part_by_part(practice, proxy, server, clinic)

        async def bill_and_cancel(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "/Appointment/" in request.path:
                proxy.clear()
                await close_fee(server, clinic, "billed")
                await server.edit(f"Appointment/{booking.appointment_id}", status="cancelled")

        proxy.interfere = bill_and_cancel
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Conflicted)
        assert await bill_of(server, clinic) == ({("entered-in-error", "VR")}, {("billed", "0125")})

    @pytest.mark.parametrize("ended", [True, False])
    async def test_a_fee_that_others_withdrew_is_not_billed_after_all(
        self, practice: Console, other: Console, server: Server, clinic: Clinic, ended: bool
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await ended_by(practice, booking, outcome(OutcomeKind.COMPLETED))
        if not ended:
            await server.edit(f"Appointment/{booking.appointment_id}", status="booked")
        await close_fee(server, clinic, "entered-in-error")
        stored = await versions(server, clinic)
        second = replace(booking, outcome=outcome(OutcomeKind.COMPLETED))
        result = await other.write(action_for(second, OUTCOME, console="second"), second)
        assert isinstance(result, Conflicted) if ended else result == Refused(ErrorKind.FEE_CLOSED)
        assert await versions(server, clinic) == stored

    @pytest.mark.parametrize(("kind", "fee"), KINDS)
    @pytest.mark.parametrize("note", [NOTE, "", "Mit notat"])
    async def test_what_a_named_colleague_has_written_just_so_is_done(
        self,
        practice: Console,
        other: Console,
        server: Server,
        clinic: Clinic,
        kind: OutcomeKind,
        fee: str | None,
        note: str,
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await ended_by(practice, booking, outcome(kind, fee))
        stored = await versions(server, clinic)
        later = outcome(kind, fee, note)
        second = replace(booking, outcome=replace(later, ended_at=later.ended_at + timedelta(minutes=7)))
        action = action_for(second, OUTCOME, console="second")
        for _ in range(2):
            assert isinstance(await other.write(action, second), Carried)
        after = await versions(server, clinic)
        added = {name.partition("/")[0] for name in after.keys() - stored.keys()}
        assert added == ({"DocumentReference"} if note == "Mit notat" else set())
        assert stored.items() <= after.items()
        assert await notes_of(server, clinic) == {NOTE, note or NOTE}

    @pytest.mark.parametrize(
        ("theirs", "mine"),
        [
            ((OutcomeKind.COMPLETED, None), (OutcomeKind.COMPLETED, "0125")),
            ((OutcomeKind.COMPLETED, "0125"), (OutcomeKind.BY_TELEPHONE, "0125")),
            ((OutcomeKind.NO_SHOW, "0125"), (OutcomeKind.NO_SHOW, None)),
            ((OutcomeKind.NO_SHOW, None), (OutcomeKind.TECHNICAL_FAILURE, None)),
        ],
    )
    async def test_what_a_colleague_wrote_otherwise_is_asked_about(
        self,
        practice: Console,
        other: Console,
        server: Server,
        clinic: Clinic,
        theirs: tuple[OutcomeKind, str | None],
        mine: tuple[OutcomeKind, str | None],
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        await ended_by(practice, booking, outcome(*theirs))
        stored = await versions(server, clinic)
        second = replace(booking, outcome=outcome(*mine))
        result = await other.write(action_for(second, OUTCOME, console="second"), second)
        assert isinstance(result, Conflicted)
        assert result.conflict.by == clinic.doctor.name
        assert await versions(server, clinic) == stored

    async def test_a_cancellation_is_no_technical_failure(
        self, practice: Console, other: Console, clinic: Clinic
    ) -> None:
        booking = await booked(practice, booking_for(clinic))
        cancelling = action_for(booking, ActionKind.CANCEL_APPOINTMENT)
        assert isinstance(await practice.write(cancelling, booking), Carried)
        second = replace(booking, outcome=outcome(OutcomeKind.TECHNICAL_FAILURE, None, ""))
        result = await other.write(action_for(second, OUTCOME, console="second"), second)
        assert isinstance(result, Conflicted)

    async def test_of_two_at_the_same_moment_both_are_done_when_they_say_the_same(
        self, practice: Console, other: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await part_by_part(practice, proxy, server, clinic)

        async def end_first(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "/Appointment/" in request.path:
                proxy.clear()
                await ended_by(other, booking, outcome(OutcomeKind.COMPLETED, "0125", "Mit notat"))

        proxy.interfere = end_first
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Carried)
        assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billable", "0125")})
        assert await notes_of(server, clinic) == {NOTE, "Mit notat"}

    async def test_who_loses_leaves_the_fee_of_a_colleague_who_had_the_same(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await part_by_part(practice, proxy, server, clinic)
        theirs = action_for(booking, OUTCOME, console="theirs").id
        fee = charge_of(booking, outcome(OutcomeKind.NO_SHOW), "0125", None)
        await server.create(noted(fee, theirs))

        async def end_first(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "/Appointment/" in request.path:
                proxy.clear()
                appointment = await server.read(f"Appointment/{booking.appointment_id}")
                await server.put(marked({**appointment, "status": "noshow"}, clinic.colleague, theirs))

        proxy.interfere = end_first
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Conflicted)
        assert await bill_of(server, clinic) == ({("entered-in-error", "VR")}, {("billable", "0125")})

    async def test_a_fee_that_two_relied_on_is_withdrawn_when_the_appointment_is_cancelled(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        booking = await part_by_part(practice, proxy, server, clinic)
        theirs = action_for(booking, OUTCOME, console="theirs").id
        fee = charge_of(booking, outcome(OutcomeKind.NO_SHOW), "0125", None)
        await server.create(noted(fee, theirs))

        async def cancel_first(request: web.Request, number: int) -> None:
            if request.method == "PUT" and "/Appointment/" in request.path:
                proxy.clear()
                await server.edit(f"Appointment/{booking.appointment_id}", status="cancelled")

        proxy.interfere = cancel_first
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Conflicted)
        assert await bill_of(server, clinic) == ({("entered-in-error", "VR")}, {("entered-in-error", "0125")})

    async def test_a_clash_seen_after_the_transaction_leaves_nothing_of_mine(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        await tried_out(practice, clinic)
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        proxy.clear()

        async def bill_first(request: web.Request, number: int) -> None:
            if request.method == "POST" and request.path in ("/epj", "/epj/ChargeItem"):
                proxy.clear()
                await server.create(charge_of(booking, outcome(OutcomeKind.COMPLETED), "9999", None))

        proxy.interfere = bill_first
        action = action_for(booking, OUTCOME)
        result = await practice.write(action, booking)
        assert isinstance(result, Conflicted)
        assert result.conflict.by == ""
        theirs_alone = ({("entered-in-error", "VR")}, {("billable", "9999")})
        assert await bill_of(server, clinic) == theirs_alone
        assert isinstance(await practice.write(action, booking), Conflicted)
        assert await bill_of(server, clinic) == theirs_alone

        again = replace(booking, conflict=result.conflict)
        assert isinstance(await practice.write(action_for(again, OUTCOME, console="settled"), again), Carried)
        assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billable", "0125")})

    async def test_a_clash_seen_after_the_transaction_leaves_what_is_theirs(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        await tried_out(practice, clinic)
        booking = await booked(practice, booking_for(clinic, outcome=outcome(OutcomeKind.COMPLETED)))
        proxy.clear()
        theirs = outcome(OutcomeKind.COMPLETED)

        async def write_first(request: web.Request, number: int) -> None:
            if request.method == "POST" and request.path in ("/epj", "/epj/Encounter"):
                proxy.clear()
                await server.create(encounter_of(booking, theirs, booking.appointment_id))
                await server.create(charge_of(booking, theirs, "9999", None))

        proxy.interfere = write_first
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Conflicted)
        assert await bill_of(server, clinic) == ({("finished", "VR")}, {("billable", "9999")})

    async def test_a_clash_without_an_appointment_leaves_nothing_of_mine(
        self, practice: Console, proxy: Proxy, server: Server, clinic: Clinic
    ) -> None:
        form = ConsultationForm.TELEPHONE
        booking = booking_for(clinic, slot=None, form=form, outcome=outcome(OutcomeKind.COMPLETED))

        async def bill_first(request: web.Request, number: int) -> None:
            if request.method == "POST" and request.path == "/epj/ChargeItem":
                proxy.clear()
                await server.create(charge_of(booking, outcome(OutcomeKind.COMPLETED), "9999", None))

        proxy.interfere = bill_first
        assert isinstance(await practice.write(action_for(booking, OUTCOME), booking), Conflicted)
        assert await bill_of(server, clinic) == ({("entered-in-error", "VR")}, {("billable", "9999")})
