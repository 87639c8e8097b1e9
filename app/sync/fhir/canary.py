"""Finding out whether a server carries out a transaction as a whole, by one that must fail.

Servers say that they take transactions and yet keep what came before a failed entry. So two Tasks of ours, marked
as entered in error, are used up: one is made and changed, and then a transaction creates the other and changes the
first in the version it no longer has. What is then there tells, and is deleted again.
"""

import uuid
from dataclasses import dataclass

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import FhirClient
from app.sync.fhir.codes import UUID_SYSTEM
from app.sync.fhir.elements import identifiers
from app.sync.fhir.guarded import OUTDATED, create_once, find, id_of
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.resources import identifier
from app.sync.fhir.transaction import GuardedUpdate, transaction_of

_ANY_REFUSAL = frozenset({*range(400, 502)}) - {401, 403, 408, 429}
_NOT_ANSWERED = frozenset(
    {
        ErrorKind.PRACTICE_UNREACHABLE,
        ErrorKind.PRACTICE_SLOW,
        ErrorKind.PRACTICE_ERROR,
        ErrorKind.PRACTICE_SIGN_IN_REFUSED,
    }
)
"""With these nothing was found out; whatever else goes wrong says that transactions are not to be relied on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What there was to see: how the transaction was answered, and whether its first entry was kept."""

    status: int
    kept: bool


def atomic(seen: Seen) -> bool:
    """Decide: one refused for its stale entry, and of which nothing was kept, was carried out as a whole."""
    return not seen.kept and seen.status in OUTDATED


def probe_name(base_url: str, capabilities: FhirCapabilities) -> str:
    """Return the name under which the finding is remembered; it changes when the server does."""
    return f"atomic transactions: {base_url} {capabilities.software} {capabilities.version}"


async def probe_atomicity(client: FhirClient, capabilities: FhirCapabilities) -> bool:
    """Try it. Raises KlinikError only when the server cannot be used just now, and nothing was found out."""
    if not _can_be_tried(capabilities):
        return False
    try:
        return atomic(await _try(client, capabilities))
    except KlinikError as error:
        if error.kind in _NOT_ANSWERED:
            raise
        return False


def _can_be_tried(capabilities: FhirCapabilities) -> bool:
    findable = "identifier" in capabilities.search_parameters.get("Task", frozenset())
    removable = "Task" in capabilities.deletable & capabilities.conditional_create
    return capabilities.transaction and removable and findable


async def _try(client: FhirClient, capabilities: FhirCapabilities) -> Seen:
    kept_or_not = _canary()
    anchor = await create_once(client, capabilities, _canary())
    try:
        stale = await client.get(f"Task/{id_of(anchor)}")
        if stale.etag is None:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "a Task without a version")
        await client.update({**stale.body, "description": "1"}, stale.etag)
        update = GuardedUpdate({**stale.body, "description": "2"}, stale.etag)
        answer = await client.transact(transaction_of((kept_or_not,), (update,)), hand_back=_ANY_REFUSAL)
        kept = await find(client, capabilities, "Task", next(identifiers(kept_or_not, UUID_SYSTEM)))
        if kept is not None:
            await _remove(client, id_of(kept))
        return Seen(answer.status, kept is not None)
    finally:
        await _remove(client, id_of(anchor))


async def _remove(client: FhirClient, task_id: str) -> None:
    """What cannot be deleted stays, and says of itself that it was entered in error."""
    await client.delete(f"Task/{task_id}", hand_back=_ANY_REFUSAL)


def _canary() -> JsonObject:
    return {
        "resourceType": "Task",
        "identifier": [identifier(str(uuid.uuid4()))],
        "status": "entered-in-error",
        "intent": "order",
        "description": "0",
    }
