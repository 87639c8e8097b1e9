"""Communication as an e-konsultation message (the Danish eHealth Infrastructure's `ehealth-message`)."""

from datetime import datetime

from app.domain.ids import MessageId, PatientId, ThreadId
from app.domain.message import Direction, Message
from app.domain.private import Private
from app.sync.fhir.codes import THREAD_ID, TITLE
from app.sync.fhir.elements import (
    as_object,
    checked_id,
    extension,
    instant,
    objects,
    reference_id,
    text,
)
from app.sync.fhir.json_text import JsonObject

MAX_BODY = 100_000
"""Characters; the longest message a Danish client is known to send is 25 000."""
_URGENT = frozenset({"urgent", "asap", "stat"})
_WITHDRAWN = frozenset({"entered-in-error", "not-done", "preparation"})


def stated_thread(resource: JsonObject) -> ThreadId | None:
    """Return the thread a message says it belongs to."""
    stated = extension(resource, THREAD_ID)
    if found := text(stated.get("valueString")) or text(as_object(stated.get("valueIdentifier")).get("value")):
        return ThreadId(found)
    return None


def answered_message(resource: JsonObject) -> str | None:
    """Return the id of the message this one answers, or is part of."""
    for reference in (*objects(resource.get("inResponseTo")), *objects(resource.get("partOf"))):
        if found := reference_id(reference, "Communication"):
            return found
    return None


def parse_message(resource: JsonObject, thread_id: ThreadId) -> Message | None:
    """Read a message, None when it was never sent or is withdrawn; raises ValueError when it names no patient."""
    if text(resource.get("status")) in _WITHDRAWN:
        return None
    sender = resource.get("sender")
    by_patient = reference_id(sender, "Patient") or reference_id(sender, "RelatedPerson")
    payload = objects(resource.get("payload"))
    body = "\n\n".join(part for item in payload if (part := text(item.get("contentString"))))
    return Message(
        id=MessageId(checked_id(resource.get("id"))),
        thread_id=thread_id,
        patient_id=PatientId(_patient(resource)),
        direction=Direction.FROM_PATIENT if by_patient else Direction.FROM_CLINIC,
        subject=Private(_subject(resource)),
        body=Private(body[:MAX_BODY]),
        sent_at=_sent_at(resource),
        urgent=text(resource.get("priority")) in _URGENT,
        attachments=sum(1 for item in payload if isinstance(item.get("contentAttachment"), dict)),
    )


def _patient(resource: JsonObject) -> str:
    sides = (resource.get("subject"), resource.get("sender"), *objects(resource.get("recipient")))
    return checked_id(next((found for side in sides if (found := reference_id(side, "Patient"))), None))


def _subject(resource: JsonObject) -> str:
    topic = as_object(resource.get("topic"))
    display = next((found for coding in objects(topic.get("coding")) if (found := text(coding.get("display")))), "")
    return text(extension(resource, TITLE).get("valueString")) or text(topic.get("text")) or display


def _sent_at(resource: JsonObject) -> datetime:
    stated = text(resource.get("sent")) or text(resource.get("received"))
    return instant(stated or as_object(resource.get("meta")).get("lastUpdated"))
