"""The live part of a consultation as a pure state machine: whatever fails, it ends in a conversation."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.errors import ErrorKind
from app.video.call_events import (
    USUAL_LIMITS,
    Admitted,
    CallEffect,
    CallEvent,
    CallState,
    ChoseTelephone,
    CloseConnection,
    CloseMedia,
    Hangup,
    Limits,
    MakeOffer,
    MediaFlowing,
    MediaLost,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    Stage,
    TakenOver,
    TellPatient,
    Tick,
    TryAgain,
)

Transition = tuple[CallState, tuple[CallEffect, ...]]

_TALKING = (Stage.CONNECTING, Stage.LIVE, Stage.RECONNECTING)


def new_call(now: datetime) -> CallState:
    """Return the state before anyone is admitted."""
    return CallState(CallRecord(now, (MediumStep(now, Medium.VIDEO, StepReason.STARTED),)))


def advance(state: CallState, event: CallEvent, now: datetime, limits: Limits = USUAL_LIMITS) -> Transition:
    """Return what the call becomes after `event` at `now`, and what is to be done; a void event changes nothing.

    A clock that was set back is taken to stand still.
    """
    if state.stage is Stage.ENDED:
        return state, ()
    now = max(now, state.record.steps[-1].at)
    match event:
        case Admitted():
            transition = _admit(state, now, limits)
        case PatientJoined(call):
            transition = _join(state, call, now, limits)
        case MediaFlowing() | MediaLost():
            transition = _judge(state, event, now, limits)
        case TryAgain():
            transition = _try_again(state, now, limits)
        case PatientAskedPhone():
            transition = _propose_for_patient(state)
        case PatientLeft():
            transition = _leave(state)
        case TakenOver():
            transition = _end(state, now)[0], (CloseMedia(),)
        case ChoseTelephone(reason):
            transition = _take_telephone(state, reason or state.proposed or StepReason.CLINICIAN_CHOSE, now)
        case Hangup():
            transition = _end(state, now)
        case Tick():
            transition = _tick(state, now, limits)
        case _:
            assert_never(event)
    return transition


def _admit(state: CallState, now: datetime, limits: Limits) -> Transition:
    if state.stage in _TALKING and not state.offered:
        return replace(state, due=now + limits.connect), (TellPatient("admit"),)
    if state.stage is not Stage.PREPARING:
        return state, ()
    record = new_call(now).record
    return replace(state, stage=Stage.CONNECTING, record=record, due=now + limits.connect), (TellPatient("admit"),)


def _join(state: CallState, call: int, now: datetime, limits: Limits) -> Transition:
    if state.stage is Stage.TELEPHONE:
        return state, (TellPatient("telephone"),)
    if state.stage not in _TALKING:
        return state, ()
    kept = None if state.proposed is StepReason.PATIENT_ASKED else state.proposed
    return _offer(replace(state, call=max(state.call, call), proposed=kept, retried=False), now, limits)


def _offer(state: CallState, now: datetime, limits: Limits) -> Transition:
    """Start a new attempt: a first connection may take `connect`, a lost one must be back in `return_`."""
    call = state.call + 1
    back = state.record.connected
    stage, patience = (Stage.RECONNECTING, limits.return_) if back else (Stage.CONNECTING, limits.connect)
    started = replace(state, stage=stage, call=call, offered=True, due=now + patience, flowing_since=None)
    return started, (MakeOffer(call),)


def _judge(state: CallState, event: MediaFlowing | MediaLost, now: datetime, limits: Limits) -> Transition:
    if not state.offered or event.call != state.call:
        return state, ()
    return _flow(state, event.medium, now) if isinstance(event, MediaFlowing) else _lose(state, now, limits)


def _flow(state: CallState, medium: Medium, now: datetime) -> Transition:
    record = replace(state.record, connected=True)
    if medium is not record.medium:
        reason = StepReason.MEDIA_LOST if medium is Medium.SOUND else StepReason.STARTED
        record = replace(record, steps=(*record.steps, MediumStep(now, medium, reason)))
    since = state.flowing_since if state.stage is Stage.LIVE else now
    return replace(state, stage=Stage.LIVE, record=record, failure=None, due=None, flowing_since=since), ()


def _lose(state: CallState, now: datetime, limits: Limits) -> Transition:
    if state.proposed is StepReason.PATIENT_ASKED:
        return _part(state)
    if state.stage is Stage.LIVE:
        flapping = state.lost_at is not None and now - state.lost_at <= limits.flapping
        proposed = StepReason.MEDIA_LOST if flapping else state.proposed
        lost = replace(state, proposed=proposed, failure=ErrorKind.MEDIA_LOST, lost_at=now, retried=True)
        return _offer(lost, now, limits)
    if not state.retried:
        offered, effects = _offer(replace(state, retried=True), now, limits)
        return replace(offered, due=state.due), effects
    return state, ()


def _try_again(state: CallState, now: datetime, limits: Limits) -> Transition:
    if state.stage not in (Stage.CONNECTING, Stage.RECONNECTING):
        return state, ()
    if not state.offered:
        return _admit(state, now, limits)
    return _offer(replace(state, retried=True), now, limits)


def _leave(state: CallState) -> Transition:
    """Close the connection, and admit the patient ahead, so that pressing join again is enough."""
    parted, effects = _part(state)
    return parted, (*effects, TellPatient("admit")) if effects else ()


def _part(state: CallState) -> Transition:
    """The patient is gone by choice: no more attempts until they join again; the telephone if it never worked."""
    if state.stage not in _TALKING:
        return state, ()
    proposed = state.proposed or (None if state.record.connected else StepReason.NEVER_CONNECTED)
    gone = replace(state, stage=Stage.CONNECTING, offered=False, proposed=proposed, due=None, flowing_since=None)
    return gone, (CloseConnection(),)


def _propose_for_patient(state: CallState) -> Transition:
    if state.stage is Stage.TELEPHONE:
        return state, ()
    return replace(state, proposed=StepReason.PATIENT_ASKED), ()


def _end(state: CallState, now: datetime) -> Transition:
    record = replace(state.record, ended_at=now)
    ended = replace(
        state, stage=Stage.ENDED, record=record, offered=False, proposed=None, due=None, flowing_since=None
    )
    return ended, (CloseMedia(),) if state.stage is Stage.PREPARING else (CloseMedia(), TellPatient("ended"))


def _take_telephone(state: CallState, reason: StepReason, now: datetime) -> Transition:
    if state.stage is Stage.TELEPHONE:
        return state, ()
    steps = (*state.record.steps, MediumStep(now, Medium.TELEPHONE, reason))
    record = replace(state.record, steps=steps)
    phoning = replace(
        state, stage=Stage.TELEPHONE, record=record, offered=False, proposed=None, due=None, flowing_since=None
    )
    return phoning, (CloseMedia(), TellPatient("telephone"))


def _tick(state: CallState, now: datetime, limits: Limits) -> Transition:
    if state.due is not None and now >= state.due:
        return _overdue(state, now, limits)
    steady = state.flowing_since is not None and now - state.flowing_since >= limits.steady
    if steady and state.proposed in (StepReason.NEVER_CONNECTED, StepReason.MEDIA_LOST):
        return replace(state, proposed=None), ()
    return state, ()


def _overdue(state: CallState, now: datetime, limits: Limits) -> Transition:
    """Propose the telephone, and try once more in the background if that has not been done."""
    lost = state.record.connected
    late = replace(
        state,
        due=None,
        retried=True,
        proposed=state.proposed or (StepReason.MEDIA_LOST if lost else StepReason.NEVER_CONNECTED),
        failure=ErrorKind.MEDIA_LOST if lost else ErrorKind.CALL_NOT_CONNECTED,
    )
    if state.retried or not state.offered:
        return late, ()
    offered, effects = _offer(late, now, limits)
    return replace(offered, due=None), effects
