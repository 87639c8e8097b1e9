"""How a call's record grows: one step for each rung the conversation was on, never the same twice in a row."""

from dataclasses import replace
from datetime import datetime

from app.domain.call import CallRecord, Medium, MediumStep, Quality, Rung, StepReason
from app.video.machine.call_events import CallState
from app.video.machine.ladder import may_rise

_CARRIED = {
    Rung.VIDEO: (Medium.VIDEO, Quality.WHOLE),
    Rung.LOWER_VIDEO: (Medium.VIDEO, Quality.LOWERED),
    Rung.SOUND: (Medium.SOUND, Quality.WHOLE),
    Rung.TELEPHONE: (Medium.TELEPHONE, Quality.WHOLE),
}
_ORDER = (Rung.VIDEO, Rung.LOWER_VIDEO, Rung.SOUND, Rung.RECONNECTING, Rung.TELEPHONE)


def started_at(now: datetime) -> CallRecord:
    """Return the record of a call that begins now, with video."""
    return CallRecord(now, (MediumStep(now, Medium.VIDEO, StepReason.STARTED),))


def on_rung(record: CallRecord, rung: Rung, reason: StepReason, now: datetime) -> CallRecord:
    """Return the record with a step to this rung; a connection that is lost leaves the medium as it was."""
    if rung is record.rung:
        return record
    medium, quality = _CARRIED.get(rung, (record.medium, Quality.BROKEN))
    return replace(record, steps=(*record.steps, MediumStep(now, medium, reason, quality)))


def carried(state: CallState) -> Rung:
    """Return where a connection that stands is: what the ladder allows, or sound alone while no picture comes."""
    return state.ladder.rung if state.picture else Rung.SOUND


def follow(state: CallState, reason: StepReason, now: datetime) -> CallState:
    """Return the state with its record where the conversation is; upwards only as often as the ladder may rise."""
    rung, recorded = carried(state), state.record.rung
    if rung is recorded:
        return state
    connected = recorded not in (Rung.RECONNECTING, Rung.TELEPHONE)
    by_hand = reason is StepReason.CLINICIAN_CHOSE
    rising = connected and not by_hand and _ORDER.index(rung) < _ORDER.index(recorded)
    if rising and state.ladder.changes[-1:] != (now,):
        if not may_rise(state.ladder.changes, now):
            return state
        state = replace(state, ladder=replace(state.ladder, changes=(*state.ladder.changes, now)))
    return replace(state, record=on_rung(state.record, rung, reason, now))
