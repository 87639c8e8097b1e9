"""The connections of a call as pure steps: a new one is offered while the one before may still come back."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.call import Medium, Rung, StepReason
from app.domain.errors import ErrorKind
from app.video.machine.call_events import (
    CallEffect,
    CallState,
    CloseConnection,
    KeepOnly,
    Limits,
    MakeOffer,
    Stage,
)
from app.video.machine.call_record import follow, on_rung

Transition = tuple[CallState, tuple[CallEffect, ...]]

TALKING = (Stage.CONNECTING, Stage.LIVE, Stage.RECONNECTING)


def begin(state: CallState, now: datetime, limits: Limits) -> Transition:
    """Connect to a patient who is there: a first connection may take `connect`, a lost one is back in `return_`."""
    if state.stage in (Stage.LIVE, Stage.TELEPHONE):
        return offer(replace(state, pause=timedelta(0)), now, limits)
    back = state.record.connected
    stage, patience = (Stage.RECONNECTING, limits.return_) if back else (Stage.CONNECTING, limits.connect)
    started = replace(state, stage=stage, due=now + patience, pause=timedelta(0), flowing_since=None)
    return offer(started, now, limits)


def offer(state: CallState, now: datetime, limits: Limits) -> Transition:
    """Make one attempt in place of the one that is pending; the next follows later and later."""
    pause = state.pause or (limits.return_ if state.record.connected else limits.connect)
    made = replace(
        state,
        call=state.call + 1,
        pending=True,
        offered_at=now,
        next_try=now + pause,
        pause=min(pause * 2, limits.longest_pause),
    )
    return made, (MakeOffer(made.call),)


def flow(state: CallState, call: int, medium: Medium, now: datetime, limits: Limits) -> Transition:
    """Something comes from the patient by attempt `call`: a new connection replaces the carrier from here on."""
    effects: tuple[CallEffect, ...] = ()
    if state.pending and call == state.call:
        effects = (KeepOnly(call),)
        state = replace(state, pending=False, carrier=call, next_try=None, pause=timedelta(0))
    elif call != state.carrier:
        return state, ()
    if state.stage is Stage.LIVE:
        reason = StepReason.RECOVERED if medium is Medium.VIDEO else StepReason.NO_PICTURE
        return follow(replace(state, picture=medium is Medium.VIDEO), reason, now), effects
    since = state.flowing_since or now
    state = replace(state, flowing_since=since)
    if now - since < limits.settle * max(0, len(_recent(state, now, limits)) - 1):
        return state, effects
    return _live(replace(state, picture=medium is Medium.VIDEO), now), effects


def _live(state: CallState, now: datetime) -> CallState:
    reason = StepReason.CLINICIAN_CHOSE if state.stage is Stage.TELEPHONE else StepReason.RECOVERED
    if state.record.rung not in (Rung.RECONNECTING, Rung.TELEPHONE) and not state.picture:
        reason = StepReason.NO_PICTURE
    record = replace(state.record, connected=True)
    live = replace(
        state, stage=Stage.LIVE, record=record, failure=None, due=None, flowing_since=now,
        returning=False, link_due=None, link_wanted=False,
    )  # fmt: skip
    return follow(live, reason, now)


def lose(state: CallState, call: int, now: datetime, limits: Limits) -> Transition:
    """Nothing comes by attempt `call` any more, or it has failed."""
    pending = state.pending and call == state.call
    if not pending and (call != state.carrier or state.stage is not Stage.LIVE):
        return (replace(state, flowing_since=None) if call == state.carrier else state), ()
    if state.proposed is StepReason.PATIENT_ASKED and state.stage in TALKING:
        return part(state, StepReason.PATIENT_ASKED, now)
    if not pending:
        return _lose_carrier(state, now, limits)
    if state.stage is Stage.LIVE and state.carrier is not None:
        return give_up(state, state.carrier)
    if state.retried:
        return state, ()
    return offer(replace(state, retried=True), now, limits)


def _lose_carrier(state: CallState, now: datetime, limits: Limits) -> Transition:
    losses = (*_recent(state, now, limits), now)
    record = on_rung(state.record, Rung.RECONNECTING, StepReason.MEDIA_LOST, now)
    lost = replace(
        state, stage=Stage.RECONNECTING, record=record, failure=ErrorKind.MEDIA_LOST, losses=losses, retried=True,
        due=now + limits.return_, flowing_since=None, pause=timedelta(0),
        proposed=StepReason.MEDIA_LOST if len(losses) > 1 else state.proposed,
        ladder=replace(state.ladder, bad_since=None, good_since=None),
    )  # fmt: skip
    young = state.pending and state.offered_at is not None and now - state.offered_at < limits.again
    return (lost, ()) if young else offer(lost, now, limits)


def give_up(state: CallState, carrier: int) -> Transition:
    """Drop an attempt that was to replace a carrier which does well without it."""
    return replace(state, pending=False, next_try=None, pause=timedelta(0)), (KeepOnly(carrier),)


def try_soon(state: CallState, call: int, now: datetime, limits: Limits) -> CallState:
    """Make the next attempt soon, for nobody has heard of this one."""
    if not state.pending or call != state.call:
        return state
    return replace(state, next_try=now + limits.unsent, pause=timedelta(0))


def network_changed(state: CallState, now: datetime, limits: Limits) -> Transition:
    """Connect anew at once, for the old way may be gone without a word; not too often while the network settles."""
    if not state.offered or (state.stage not in TALKING and not state.returning):
        return state, ()
    if state.offered_at is not None and now - state.offered_at < limits.again:
        return replace(state, next_try=state.offered_at + limits.again), ()
    return offer(replace(state, pause=timedelta(0), retried=False), now, limits)


def part(state: CallState, reason: StepReason, now: datetime) -> Transition:
    """The patient is gone by choice: no more attempts until they join again; the telephone if it never worked."""
    if state.stage not in TALKING:
        return state, ()
    connected = state.record.connected
    record = on_rung(state.record, Rung.RECONNECTING, reason, now) if connected else state.record
    proposed = state.proposed or (None if connected else StepReason.NEVER_CONNECTED)
    gone = replace(without_connection(state), stage=Stage.CONNECTING, record=record, proposed=proposed)
    return gone, (CloseConnection(),)


def without_connection(state: CallState) -> CallState:
    """Return the state with nobody to connect to and nothing to wait for."""
    return replace(
        state, pending=False, carrier=None, due=None, next_try=None, pause=timedelta(0), flowing_since=None
    )


def _recent(state: CallState, now: datetime, limits: Limits) -> tuple[datetime, ...]:
    return tuple(at for at in state.losses if now - at <= limits.flapping)
