"""A waiting change in the words of the clinic: what it is, how it goes, and what taking it back would mean."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from app.domain.actions import ActionKind
from app.domain.views import WaitingAction, Withdrawal
from app.ui.danish_time import at_text, moment_text, since_text

ASKS_FIRST = frozenset({Withdrawal.CANCELS_BOOKING, Withdrawal.DROPS_TEXT, Withdrawal.DROPS_PICTURE})
"""What a patient would notice, or nobody can do again, is asked about once more."""


def what_text(action: WaitingAction, now: datetime) -> str:
    """Return what waits, such as `SMS til Nancy Berggren`."""
    translate = QCoreApplication.translate
    text = {
        ActionKind.ENSURE_ROOM: translate("Outbox", "Video room for {name}"),
        ActionKind.CLOSE_ROOM: translate("Outbox", "Closing the video room of {name}"),
        ActionKind.WRITE_APPOINTMENT: translate("Outbox", "Appointment for {name} in the record system"),
        ActionKind.MOVE_APPOINTMENT: translate("Outbox", "Moving the appointment of {name}"),
        ActionKind.CANCEL_APPOINTMENT: translate("Outbox", "Cancelling the appointment of {name}"),
        ActionKind.WRITE_OUTCOME: translate("Outbox", "Outcome for {name} in the record"),
        ActionKind.SEND_INVITATION: translate("Outbox", "SMS to {name}"),
        ActionKind.SEND_CANCELLATION: translate("Outbox", "SMS to {name} about the cancellation"),
        ActionKind.WATCH_DELIVERY: translate("Outbox", "Receipt for the SMS to {name}"),
        ActionKind.SAVE_PICTURE: translate("Outbox", "Picture of {name} for the record"),
        ActionKind.ASSIGN_THREAD: translate("Outbox", "Who has the conversation with {name}"),
    }[action.kind].format(name=action.patient_name.reveal())
    if action.booking_start is None:
        return text
    return f"{text}  ·  {moment_text(action.booking_start, now)}"


def progress_text(action: WaitingAction, now: datetime) -> str:
    """Return since when it waits, how often it was tried and when it is tried next."""
    translate = QCoreApplication.translate
    since = translate("Outbox", "Waiting since {time}").format(time=since_text(action.made_at, now))
    if action.attempts == 0:
        tried = translate("Outbox", "not tried yet")
    elif action.attempts == 1:
        tried = translate("Outbox", "tried once")
    else:
        tried = translate("Outbox", "tried {count} times").format(count=action.attempts)
    if action.next_try_at <= now:
        following = translate("Outbox", "next in turn")
    else:
        following = translate("Outbox", "tried again {time}").format(time=at_text(action.next_try_at, now))
    return "  ·  ".join((since, tried, following))


def withdrawal_text(withdrawal: Withdrawal) -> str:
    """Return what taking the change back would mean, or why it cannot be."""
    translate = QCoreApplication.translate
    return {
        Withdrawal.CANCELS_BOOKING: translate(
            "Outbox", "The appointment is cancelled, and the patient gets no SMS."
        ),
        Withdrawal.STAYS_WHERE_IT_WAS: translate("Outbox", "The appointment keeps the time it had."),
        Withdrawal.DROPS_TEXT: translate("Outbox", "The patient does not get this SMS."),
        Withdrawal.DROPS_PICTURE: translate("Outbox", "The picture is deleted here and does not enter the record."),
        Withdrawal.LETS_GO_OF_THREAD: translate("Outbox", "Whoever had the conversation still has it."),
        Withdrawal.NOT_POSSIBLE: translate(
            "Outbox", "Cannot be taken back: it may be under way, or belongs to something that is done."
        ),
    }[withdrawal]
