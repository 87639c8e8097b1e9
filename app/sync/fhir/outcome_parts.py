"""Whether two outcomes of one consultation say the same, part by part: pure, as all consoles must find the same."""

import base64
from contextlib import suppress

from app.domain.errors import ErrorKind
from app.sync.fhir.elements import as_object, codings, objects, text
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.outcome_marks import is_withdrawn, withdrawn_by_console
from app.sync.fhir.sendable import DeclinedError

BILLED = frozenset({"Encounter", "ChargeItem"})
PURPOSES = {"Encounter": "encounter", "ChargeItem": "charge", "DocumentReference": "note"}
"""What the parts' identifiers are derived from: the same for every console, so that they find each other's."""
_NOT_TO_BE_BILLED = frozenset({"aborted", "not-billable"})


def says(found: JsonObject, part: JsonObject) -> bool:
    """Tell whether a part in the record says what a person chose for another: the form, the fee, the note's words.

    Not when: two people hardly ever note the same minute.
    """
    return (
        set(codings(part.get("code"))) <= set(codings(found.get("code")))
        and set(codings(part.get("type"))) <= set(codings(found.get("type")))
        and as_object(part.get("class")).get("code") == as_object(found.get("class")).get("code")
        and _note(part) == _note(found)
    )


def ends_as(appointment: JsonObject, final: JsonObject) -> bool:
    """Tell whether an Appointment says that it ended in this way, for the same reason."""
    reason, wanted = as_object(appointment.get("cancelationReason")), as_object(final.get("cancelationReason"))
    same_reason = set(codings(wanted)) <= set(codings(reason)) and wanted.get("text") == reason.get("text")
    return appointment.get("status") == final.get("status") and (not wanted or same_reason)


def counts(found: JsonObject) -> bool:
    """Tell whether a part in the record stands for a consultation held, or a fee to be billed."""
    return not is_withdrawn(found) and found.get("status") not in _NOT_TO_BE_BILLED


def is_closed(found: JsonObject) -> bool:
    """Tell whether a part is a fee line that others are done with; such a line is never written again."""
    if found.get("resourceType") != "ChargeItem":
        return False
    if is_withdrawn(found):
        return not withdrawn_by_console(found)
    return found.get("status") == "billed" or found.get("status") in _NOT_TO_BE_BILLED


def check_fee(found: JsonObject, part: JsonObject | None) -> None:
    """Raise DeclinedError(FEE_CLOSED) when a fee line is closed and not as `part` has it; None has no fee."""
    if not is_closed(found):
        return
    billed = found.get("status") == "billed"
    as_mine = part is not None and says(found, part) if billed else part is None
    if not as_mine:
        raise DeclinedError(ErrorKind.FEE_CLOSED, f"a ChargeItem that is {text(found.get('status'))}")


def _note(part: JsonObject) -> str:
    attachments = (as_object(each.get("attachment")) for each in objects(part.get("content")))
    with suppress(ValueError):
        return "\n".join(base64.b64decode(text(each.get("data"))).decode().strip() for each in attachments)
    return ""
