"""To the telephone and back as pure steps: it is never a one-way street, and the number stays until video flows."""

from dataclasses import replace
from datetime import datetime

from app.domain.call import CallRecord, Rung, StepReason
from app.domain.culprit import NO_VERDICT
from app.video.machine.attempts import Transition, begin, without_connection
from app.video.machine.call_events import (
    CallState,
    CloseConnection,
    CloseMedia,
    Limits,
    OpenMedia,
    Stage,
    TellPatient,
)
from app.video.machine.call_record import on_rung


def on_the_telephone(record: CallRecord) -> CallState:
    """Return the state of a consultation that is on the telephone already."""
    return CallState(record, stage=Stage.TELEPHONE)


def take_telephone(state: CallState, reason: StepReason, now: datetime) -> Transition:
    """Go on by telephone; from there, stop waiting for video."""
    if state.stage is Stage.TELEPHONE and not state.returning:
        return state, ()
    record = on_rung(state.record, Rung.TELEPHONE, reason, now)
    phoning = replace(
        without_connection(state), stage=Stage.TELEPHONE, record=record, proposed=None,
        returning=False, link_due=None, link_wanted=False, verdict=NO_VERDICT,
    )  # fmt: skip
    return phoning, (CloseMedia(), TellPatient("telephone"))


def want_video(state: CallState, now: datetime, limits: Limits) -> Transition:
    """Let the patient in again; a page that does not join soon is not open, and the link is to be sent."""
    if state.returning:
        return begin(state, now, limits) if state.offered else (state, (TellPatient("admit"),))
    wanting = replace(state, returning=True, link_due=now + limits.answer, failure=None, retried=False, losses=())
    return wanting, (OpenMedia(), TellPatient("admit"))


def joined_again(state: CallState, call: int, now: datetime, limits: Limits) -> Transition:
    """The patient's page is there: it connects when video is wanted, and else is told to wait for the telephone."""
    if not state.returning:
        return state, (TellPatient("telephone"),)
    return begin(replace(state, call=max(state.call, call), link_due=None, retried=False), now, limits)


def left_again(state: CallState) -> Transition:
    """The patient closed the page that was to come back; it may come yet."""
    if not state.returning:
        return state, ()
    return without_connection(state), (CloseConnection(), TellPatient("admit"))


def wait_for_page(state: CallState, now: datetime) -> CallState:
    """Ask for the link to be sent when its time has come."""
    if state.link_due is None or now < state.link_due:
        return state
    return replace(state, link_due=None, link_wanted=True)
