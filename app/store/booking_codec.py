"""A booking as columns, and back; what is only ever read whole, as its ledger, is JSON."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.booking import Booking, BookingState, ConsultationForm, PlannedTime, RoomLink, RowState
from app.domain.call import CallRecord, Medium, MediumStep, Quality, StepReason
from app.domain.culprit import Culprit, Evidence, EvidenceKind, Verdict
from app.domain.errors import ErrorKind
from app.domain.ids import BookingId, ClinicianId, MessageId, PatientId, SlotId
from app.domain.invitation import Delivery, LedgerEntry, Route
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.phone import PhoneNumber
from app.domain.private import Private
from app.store.conflict_codec import conflict_text, parse_conflict


def booking_values(booking: Booking) -> dict[str, object]:
    """Return the columns of table `booking` for a booking."""
    return {
        "id": booking.id,
        "patient_id": booking.patient_id,
        "clinician_id": booking.clinician_id,
        "made_by": booking.made_by,
        "form": booking.form.value,
        "starts_at": booking.start,
        "ends_at": booking.end,
        "made_at": booking.made_at,
        "state": booking.state.value,
        "live": booking.live,
        "slot_id": booking.slot_id,
        "message_id": booking.message_id,
        "phone": booking.phone.reveal().e164 if booking.phone else None,
        "room_code": booking.room.code if booking.room else None,
        "room_url": booking.room.url if booking.room else None,
        "appointment_id": booking.appointment_id,
        "ledger": json.dumps([_entry_json(entry) for entry in booking.ledger]),
        "call": json.dumps(_call_json(booking.call)) if booking.call else None,
        "outcome": json.dumps(_outcome_json(booking.outcome)) if booking.outcome else None,
        "row_state": booking.row_state.value,
        "failure": booking.failure.value if booking.failure else None,
        "changed_at": booking.changed_at,
        "row_state_at": booking.row_state_at,
        "moved_from_start": booking.moved_from.start if booking.moved_from else None,
        "moved_from_end": booking.moved_from.end if booking.moved_from else None,
        "moved_from_slot": booking.moved_from.slot_id if booking.moved_from else None,
        "conflict": conflict_text(booking.conflict) if booking.conflict else None,
        "settled_by": booking.settled_by,
        "version_at": booking.version_at,
        "claimed_slots": json.dumps(booking.claimed_slots),
        "extended_to": booking.extended_to,
    }


def parse_booking(row: Row[Any]) -> Booking:
    """Read a row of `booking` or `consultation`; who is unknown in another's appointment has an empty id."""
    return Booking(
        id=BookingId(row.id),
        patient_id=PatientId(row.patient_id or ""),
        clinician_id=ClinicianId(row.clinician_id or ""),
        made_by=ClinicianId(row.made_by or ""),
        form=ConsultationForm(row.form),
        start=row.starts_at,
        end=row.ends_at,
        made_at=row.made_at,
        state=BookingState(row.state),
        slot_id=None if row.slot_id is None else SlotId(row.slot_id),
        message_id=None if row.message_id is None else MessageId(row.message_id),
        phone=None if row.phone is None else Private(PhoneNumber(row.phone)),
        room=None if row.room_code is None else RoomLink(row.room_code, row.room_url),
        appointment_id=row.appointment_id,
        ledger=tuple(_parse_entry(entry) for entry in json.loads(row.ledger)),
        call=None if row.call is None else _parse_call(json.loads(row.call)),
        outcome=None if row.outcome is None else _parse_outcome(json.loads(row.outcome)),
        row_state=RowState(row.row_state),
        failure=None if row.failure is None else ErrorKind(row.failure),
        changed_at=row.changed_at,
        row_state_at=row.row_state_at,
        moved_from=_parse_moved_from(row),
        conflict=None if row.conflict is None else parse_conflict(row.conflict),
        settled_by=row.settled_by,
        version_at=row.version_at,
        claimed_slots=tuple(SlotId(each) for each in json.loads(row.claimed_slots)),
        extended_to=row.extended_to,
    )


def _parse_moved_from(row: Row[Any]) -> PlannedTime | None:
    if row.moved_from_start is None:
        return None
    slot_id = None if row.moved_from_slot is None else SlotId(row.moved_from_slot)
    return PlannedTime(row.moved_from_start, row.moved_from_end, slot_id)


def _entry_json(entry: LedgerEntry) -> dict[str, str | None]:
    return {
        "at": entry.at.isoformat(),
        "delivery": entry.delivery.value,
        "route": entry.route.value,
        "reference": entry.reference,
        "failure": entry.failure.value if entry.failure else None,
    }


def _parse_entry(data: dict[str, Any]) -> LedgerEntry:
    return LedgerEntry(
        at=datetime.fromisoformat(data["at"]),
        delivery=Delivery(data["delivery"]),
        route=Route(data["route"]),
        reference=data["reference"],
        failure=None if data["failure"] is None else ErrorKind(data["failure"]),
    )


def _call_json(call: CallRecord) -> dict[str, Any]:
    return {
        "started_at": call.started_at.isoformat(),
        "steps": [_step_json(step) for step in call.steps],
        "connected": call.connected,
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
        "parties": call.parties,
        "culprit": call.verdict.culprit.value,
        "evidence": [[evidence.kind.value, evidence.number] for evidence in call.verdict.evidence],
    }


def _step_json(step: MediumStep) -> dict[str, str]:
    return {
        "at": step.at.isoformat(),
        "medium": step.medium.value,
        "reason": step.reason.value,
        "quality": step.quality.value,
    }


def _parse_call(data: dict[str, Any]) -> CallRecord:
    return CallRecord(
        started_at=datetime.fromisoformat(data["started_at"]),
        steps=tuple(_parse_step(step) for step in data["steps"]),
        connected=data["connected"],
        ended_at=None if data["ended_at"] is None else datetime.fromisoformat(data["ended_at"]),
        parties=data["parties"],
        verdict=_parse_verdict(data),
    )


def _parse_step(data: dict[str, Any]) -> MediumStep:
    """Calls kept before the ladder have no quality."""
    return MediumStep(
        at=datetime.fromisoformat(data["at"]),
        medium=Medium(data["medium"]),
        reason=StepReason(data["reason"]),
        quality=Quality(data.get("quality", Quality.WHOLE.value)),
    )


def _parse_verdict(data: dict[str, Any]) -> Verdict:
    evidence = tuple(Evidence(EvidenceKind(kind), number) for kind, number in data.get("evidence", ()))
    return Verdict(Culprit(data.get("culprit", Culprit.NONE.value)), evidence)


def _outcome_json(outcome: Outcome) -> dict[str, str | None]:
    return {
        "kind": outcome.kind.value,
        "started_at": outcome.started_at.isoformat(),
        "ended_at": outcome.ended_at.isoformat(),
        "fee_code": outcome.fee_code,
        "fee_text": outcome.fee_text,
        "note": outcome.note.reveal(),
    }


def _parse_outcome(data: dict[str, Any]) -> Outcome:
    return Outcome(
        kind=OutcomeKind(data["kind"]),
        started_at=datetime.fromisoformat(data["started_at"]),
        ended_at=datetime.fromisoformat(data["ended_at"]),
        fee_code=data["fee_code"],
        fee_text=data["fee_text"],
        note=Private(data["note"]),
    )
