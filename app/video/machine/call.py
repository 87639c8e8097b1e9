"""The live part of a consultation as a pure state machine: whatever fails, it ends in a conversation."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from app.domain.call import StepReason
from app.domain.culprit import NO_VERDICT, Verdict
from app.domain.errors import ErrorKind
from app.video.machine.attempts import (
    TALKING,
    Transition,
    begin,
    flow,
    give_up,
    lose,
    network_changed,
    offer,
    part,
    try_soon,
    without_connection,
)
from app.video.machine.call_events import (
    USUAL_LIMITS,
    Admitted,
    CallEvent,
    CallState,
    ChoseTelephone,
    CloseMedia,
    Hangup,
    Judged,
    Limits,
    Measured,
    MediaFlowing,
    MediaLost,
    NetworkChanged,
    OfferUnsent,
    PatientAskedPhone,
    PatientJoined,
    PatientLeft,
    ShowRung,
    Stage,
    TakenOver,
    TellPatient,
    Tick,
    TryAgain,
)
from app.video.machine.call_record import follow, started_at
from app.video.machine.ladder import LinkFigures, climb, raised
from app.video.machine.telephone import joined_again, left_again, take_telephone, wait_for_page, want_video

_OF_THE_CONNECTION = (StepReason.NEVER_CONNECTED, StepReason.MEDIA_LOST)


def new_call(now: datetime) -> CallState:
    """Return the state before anyone is admitted."""
    return CallState(started_at(now))


def advance(state: CallState, event: CallEvent, now: datetime, limits: Limits = USUAL_LIMITS) -> Transition:
    """Return what the call becomes after `event` at `now`, and what is to be done; a void event changes nothing.

    A clock that was set back is taken to stand still.
    """
    if state.stage is Stage.ENDED:
        return state, ()
    now = max(now, state.record.steps[-1].at)
    match event:
        case Tick():
            transition = _tick(state, now, limits)
        case MediaFlowing(call, medium):
            transition = flow(state, call, medium, now, limits)
        case MediaLost(call):
            transition = lose(state, call, now, limits)
        case OfferUnsent(call):
            transition = try_soon(state, call, now, limits), ()
        case Measured(figures):
            transition = _measure(state, figures, now)
        case Judged(verdict):
            transition = _judge(state, verdict), ()
        case NetworkChanged():
            transition = network_changed(state, now, limits)
        case PatientJoined() | PatientAskedPhone() | PatientLeft() | TakenOver():
            transition = _hear_patient(state, event, now, limits)
        case Admitted() | TryAgain() | ChoseTelephone() | Hangup():
            transition = _obey(state, event, now, limits)
        case _:
            assert_never(event)
    return transition


def _hear_patient(
    state: CallState,
    event: PatientJoined | PatientAskedPhone | PatientLeft | TakenOver,
    now: datetime,
    limits: Limits,
) -> Transition:
    match event:
        case PatientJoined(call):
            return _join(state, call, now, limits)
        case PatientAskedPhone():
            return _propose_for_patient(state, now)
        case PatientLeft():
            return _leave(state, now)
        case TakenOver():
            return _end(state, now)[0], (CloseMedia(),)


def _obey(
    state: CallState, event: Admitted | TryAgain | ChoseTelephone | Hangup, now: datetime, limits: Limits
) -> Transition:
    match event:
        case Admitted():
            return _admit(state, now, limits)
        case TryAgain():
            return _go_up(state, now, limits)
        case ChoseTelephone(reason):
            return take_telephone(state, reason or state.proposed or StepReason.CLINICIAN_CHOSE, now)
        case Hangup():
            return _end(state, now)


def _admit(state: CallState, now: datetime, limits: Limits) -> Transition:
    if state.stage in TALKING and not state.offered:
        return replace(state, due=now + limits.connect), (TellPatient("admit"),)
    if state.stage is not Stage.PREPARING:
        return state, ()
    return replace(state, stage=Stage.CONNECTING, record=started_at(now), due=now + limits.connect), (
        TellPatient("admit"),
    )


def _join(state: CallState, call: int, now: datetime, limits: Limits) -> Transition:
    if state.stage is Stage.TELEPHONE:
        return joined_again(state, call, now, limits)
    if state.stage not in TALKING:
        return state, ()
    kept = None if state.proposed is StepReason.PATIENT_ASKED else state.proposed
    return begin(replace(state, call=max(state.call, call), proposed=kept, retried=False), now, limits)


def _go_up(state: CallState, now: datetime, limits: Limits) -> Transition:
    """One rung up by hand: from the telephone to video, from less picture to more, or one more attempt."""
    if state.stage is Stage.TELEPHONE:
        return want_video(state, now, limits)
    if state.stage is Stage.LIVE:
        ladder = raised(state.ladder, now)
        if ladder is state.ladder:
            return state, ()
        return follow(replace(state, ladder=ladder), StepReason.CLINICIAN_CHOSE, now), (ShowRung(ladder.rung),)
    if state.stage not in TALKING:
        return state, ()
    if not state.offered:
        return _admit(state, now, limits)
    return begin(replace(state, retried=True), now, limits)


def _measure(state: CallState, figures: LinkFigures, now: datetime) -> Transition:
    if state.stage is not Stage.LIVE:
        return state, ()
    ladder, reason = climb(state.ladder, figures, now)
    moved = ladder.rung is not state.ladder.rung
    state = replace(state, ladder=ladder)
    if ladder.hopeless:
        state = replace(state, proposed=state.proposed or StepReason.POOR_LINE)
    elif state.proposed is StepReason.POOR_LINE:
        state = replace(state, proposed=None)
    if reason is not None:
        state = follow(state, reason, now)
    return state, (ShowRung(ladder.rung),) if moved else ()


def _judge(state: CallState, verdict: Verdict) -> CallState:
    """Show the verdict, and keep one that names somebody; one that stands keeps the figures it began with."""
    kinds = tuple(evidence.kind for evidence in verdict.evidence)
    known = (state.verdict.culprit, tuple(evidence.kind for evidence in state.verdict.evidence))
    if (verdict.culprit, kinds) == known:
        return state
    record = state.record
    if verdict.culprit.named and verdict.culprit is not record.verdict.culprit:
        record = replace(record, verdict=verdict)
    return replace(state, verdict=verdict, record=record)


def _leave(state: CallState, now: datetime) -> Transition:
    """Close the connection, and admit the patient ahead, so that pressing join again is enough."""
    if state.stage is Stage.TELEPHONE:
        return left_again(state)
    parted, effects = part(state, StepReason.PATIENT_LEFT, now)
    return parted, (*effects, TellPatient("admit")) if effects else ()


def _propose_for_patient(state: CallState, now: datetime) -> Transition:
    if state.stage is Stage.TELEPHONE:
        return take_telephone(state, StepReason.PATIENT_ASKED, now)
    return replace(state, proposed=StepReason.PATIENT_ASKED), ()


def _end(state: CallState, now: datetime) -> Transition:
    record = replace(state.record, ended_at=now)
    over = replace(without_connection(state), stage=Stage.ENDED, record=record, proposed=None, returning=False,
                   link_due=None, link_wanted=False, verdict=NO_VERDICT)  # fmt: skip
    return over, (CloseMedia(),) if state.stage is Stage.PREPARING else (CloseMedia(), TellPatient("ended"))


def _tick(state: CallState, now: datetime, limits: Limits) -> Transition:
    if state.stage is Stage.TELEPHONE:
        state = wait_for_page(state, now)
    elif state.due is not None and now >= state.due:
        state = _overdue(state)
    if state.next_try is not None and now >= state.next_try:
        return _next_attempt(state, now, limits)
    steady = state.stage is Stage.LIVE and state.flowing_since is not None
    if steady and now - (state.flowing_since or now) >= limits.steady and state.proposed in _OF_THE_CONNECTION:
        return replace(state, proposed=None), ()
    return state, ()


def _next_attempt(state: CallState, now: datetime, limits: Limits) -> Transition:
    waited = state.offered_at is not None and now - state.offered_at >= limits.return_
    if state.stage is Stage.LIVE and state.pending and waited and state.carrier is not None:
        return give_up(state, state.carrier)
    return offer(replace(state, retried=True), now, limits)


def _overdue(state: CallState) -> CallState:
    """Propose the telephone; attempts go on behind it."""
    lost = state.record.connected
    reason = StepReason.MEDIA_LOST if lost else StepReason.NEVER_CONNECTED
    failure = ErrorKind.MEDIA_LOST if lost else ErrorKind.CALL_NOT_CONNECTED
    return replace(state, due=None, proposed=state.proposed or reason, failure=failure)
