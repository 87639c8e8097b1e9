"""The two safe ways to write: create once, and change only the version that was read."""

from collections.abc import Callable

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.bundle import read_page
from app.sync.fhir.client import Answer, FhirClient
from app.sync.fhir.codes import UUID_SYSTEM
from app.sync.fhir.elements import checked_id, identifiers, objects, reference_id, text
from app.sync.fhir.json_text import JsonObject

Edit = Callable[[JsonObject], JsonObject | None]
"""Takes a resource as it stands; returns it changed, or None to leave it. Raises `DeclinedError` to give up."""

_TRIES = 5
_GONE = frozenset({404, 410})
_OUTDATED = frozenset({409, 412})
_REFUSALS = frozenset({400, 404, 409, 410, 412, 422})
_HELD = frozenset({"conflict", "duplicate", "lock-error"})


class DeclinedError(KlinikError):
    """The practice system says no for good; `held` when it is because something else has the place."""

    def __init__(self, kind: ErrorKind, detail: str, *, held: bool = False) -> None:
        super().__init__(kind, detail)
        self.held = held


async def change(client: FhirClient, resource_type: str, resource_id: str, edit: Edit) -> JsonObject | None:
    """Read a resource, edit it and put it back in place of exactly that version; again when another came between.

    Returns the resource as it then stands, or None when there is none. The edit sees all of the newest version, so
    what others changed is kept. Raises KlinikError: CONFLICT when others keep changing it, PRACTICE_*.
    """
    for _ in range(_TRIES):
        found = await client.get(f"{resource_type}/{resource_id}", hand_back=_GONE)
        if not found.good:
            return None
        edited = edit(found.body)
        if edited is None:
            return found.body
        if found.etag is None:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"a {resource_type} without a version")
        answer = await client.update(edited, found.etag, hand_back=_OUTDATED | _GONE)
        if answer.status in _GONE:
            return None
        if answer.good:
            return answer.body or edited
    raise KlinikError(ErrorKind.CONFLICT, f"{resource_type} keeps changing")


async def find(client: FhirClient, resource_type: str, uuid_urn: str) -> JsonObject | None:
    """Return the resource that carries one of our identifiers, if there is one."""
    answer = await client.get(resource_type, {"identifier": f"{UUID_SYSTEM}|{uuid_urn}"})
    found = [entry.resource for entry in read_page(answer.body, resource_type).entries]
    ours = (resource for resource in found if uuid_urn in identifiers(resource, UUID_SYSTEM))
    return next(ours, None)


async def create_once(client: FhirClient, resource: JsonObject, conditional: bool) -> JsonObject:
    """Create a resource unless one with its identifier exists; returns the one that then exists.

    `conditional` tells whether the server honours `If-None-Exist`; when not, it is searched for first, which is
    safe for a repetition. Raises DeclinedError, or KlinikError (PRACTICE_*).
    """
    resource_type = text(resource.get("resourceType"))
    uuid_urn = next(identifiers(resource, UUID_SYSTEM))
    if not conditional and (existing := await find(client, resource_type, uuid_urn)):
        return existing
    answer = await client.create(resource, f"identifier={UUID_SYSTEM}|{uuid_urn}", hand_back=_REFUSALS)
    if answer.good and (stored := await _stored(client, resource_type, answer)):
        return stored
    if answer.good or answer.status == 412:
        # 412: two got in before the server knew either; any of them is the one.
        if existing := await find(client, resource_type, uuid_urn):
            return existing
        raise KlinikError(ErrorKind.PRACTICE_ERROR, f"a {resource_type} was taken but cannot be found")
    codes = {text(issue.get("code")) for issue in objects(answer.body.get("issue"))}
    held = answer.status == 409 or (answer.status == 422 and not codes.isdisjoint(_HELD))
    raise DeclinedError(ErrorKind.PRACTICE_REFUSED, f"POST {resource_type}: {answer.status}", held=held)


def id_of(resource: JsonObject) -> str:
    """Return a stored resource's id; raises KlinikError(PRACTICE_RUBBISH) when it has none."""
    try:
        return checked_id(resource.get("id"))
    except ValueError as error:
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "a stored resource without an id") from error


async def _stored(client: FhirClient, resource_type: str, answer: Answer) -> JsonObject | None:
    """The resource as the server stored it: in the answer, or where the answer's Location says."""
    if answer.body.get("resourceType") == resource_type:
        return answer.body
    stored_id = reference_id({"reference": answer.location}, resource_type)
    return (await client.get(f"{resource_type}/{stored_id}")).body if stored_id else None
