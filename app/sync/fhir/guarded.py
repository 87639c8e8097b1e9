"""The two safe ways to write: create once, and change only the version that was read."""

from collections.abc import Callable
from urllib.parse import unquote

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.bundle import read_page
from app.sync.fhir.capabilities import FhirCapabilities
from app.sync.fhir.client import Answer, FhirClient
from app.sync.fhir.codes import UUID_SYSTEM
from app.sync.fhir.elements import checked_id, identifiers, objects, reference_id, text
from app.sync.fhir.json_text import JsonObject
from app.sync.fhir.sendable import DeclinedError, check_changed, check_created

Edit = Callable[[JsonObject], JsonObject | None]
"""Takes a resource as it stands; returns it changed, or None to leave it. What it raises ends the attempt."""

TRIES = 5
GONE = frozenset({404, 410})
OUTDATED = frozenset({409, 412})
_TURNED_DOWN = frozenset({400, 405, 422})
_HELD = frozenset({"conflict", "duplicate", "lock-error"})


async def change(client: FhirClient, resource_type: str, resource_id: str, edit: Edit) -> JsonObject | None:
    """Read a resource, edit it and put it back in place of exactly that version; again when another came between.

    Returns the resource as it then stands, or None when there is none. The edit sees all of the newest version, so
    what others changed is kept. Raises DeclinedError, or KlinikError: CONFLICT when others keep changing it,
    PRACTICE_*.
    """
    tried: str | None = None
    for _ in range(TRIES):
        found = await client.get(f"{resource_type}/{resource_id}", hand_back=GONE)
        if not found.good:
            return None
        if found.etag is None:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"a {resource_type} without a version")
        edited = edit(found.body)
        if edited is None:
            return found.body
        if found.etag == tried:
            # 409, and yet nobody changed it: not the version is wrong, something else has the place.
            raise DeclinedError(ErrorKind.PRACTICE_REFUSED, f"PUT {resource_type}: 409", held=True)
        check_changed(edited)
        answer = await client.update(edited, found.etag, hand_back=OUTDATED | GONE | _TURNED_DOWN)
        if answer.status in GONE:
            return None
        if answer.good:
            whole = answer.body.get("resourceType") == resource_type
            return answer.body if whole else {name: value for name, value in edited.items() if name != "meta"}
        if answer.status in _TURNED_DOWN:
            raise declined(answer, f"PUT {resource_type}")
        tried = found.etag if answer.status == 409 else None
    raise KlinikError(ErrorKind.CONFLICT, f"{resource_type} keeps changing")


async def find_all(
    client: FhirClient, capabilities: FhirCapabilities, resource_type: str, uuid_urn: str
) -> list[JsonObject]:
    """Return the resources that carry one of our identifiers, by id.

    One, or none; more only where a server let two creations at the same moment both through. Raises DeclinedError
    when the server cannot search for it, KlinikError (PRACTICE_*).
    """
    check_findable(capabilities, resource_type)
    answer = await client.get(resource_type, {"identifier": f"{UUID_SYSTEM}|{uuid_urn}"})
    found = [entry.resource for entry in read_page(answer.body, resource_type).entries]
    ours = [resource for resource in found if _is(resource, uuid_urn)]
    if not ours and not _searched_for(answer.body, "identifier"):
        raise DeclinedError(ErrorKind.PRACTICE_REFUSED, f"GET {resource_type}: identifier was passed over")
    return sorted(ours, key=id_of)


async def find(
    client: FhirClient, capabilities: FhirCapabilities, resource_type: str, uuid_urn: str
) -> JsonObject | None:
    """Return the resource that carries one of our identifiers, if there is one; raises as `find_all` does."""
    return next(iter(await find_all(client, capabilities, resource_type, uuid_urn)), None)


async def create_once(
    client: FhirClient, capabilities: FhirCapabilities, resource: JsonObject, refusals: frozenset[int] = frozenset()
) -> JsonObject:
    """Create a resource unless one with its identifier exists; returns the one that then exists.

    Where the server does not honour `If-None-Exist` it is searched for first, which is safe for a repetition.
    `refusals` are statuses that mean a no for good here, besides those that always do.
    Raises DeclinedError, or KlinikError (PRACTICE_*).
    """
    check_created(resource)
    resource_type = text(resource.get("resourceType"))
    uuid_urn = next(identifiers(resource, UUID_SYSTEM))
    check_findable(capabilities, resource_type)
    if resource_type not in capabilities.conditional_create and (
        existing := await find(client, capabilities, resource_type, uuid_urn)
    ):
        return existing
    handed = _TURNED_DOWN | GONE | OUTDATED | refusals
    answer = await client.create(resource, if_none_exist(uuid_urn), hand_back=handed)
    if answer.good and (stored := await _stored(client, resource_type, answer)):
        if not _is(stored, uuid_urn):
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"POST {resource_type}: the answer is another one")
        return stored
    if answer.good or answer.status == 412:
        # 412: two got in before the server knew either; any of them is the one.
        if existing := await find(client, capabilities, resource_type, uuid_urn):
            return existing
        raise KlinikError(ErrorKind.PRACTICE_ERROR, f"a {resource_type} was taken but cannot be found")
    raise declined(answer, f"POST {resource_type}")


def if_none_exist(uuid_urn: str) -> str:
    """Return the condition under which one of our identifiers is not there yet."""
    return f"identifier={UUID_SYSTEM}|{uuid_urn}"


def check_findable(capabilities: FhirCapabilities, resource_type: str) -> None:
    """Raise DeclinedError when the server does not offer to find a type by its identifier.

    Then it might pass over the condition of a create, and take any resource for ours.
    """
    if "identifier" not in capabilities.search_parameters.get(resource_type, frozenset()):
        raise DeclinedError(ErrorKind.PRACTICE_REFUSED, f"{resource_type} cannot be searched by identifier")


def declined(answer: Answer, what: str) -> DeclinedError:
    """Return the refusal an answer is, for good; held when something else has the place."""
    codes = {text(issue.get("code")) for issue in objects(answer.body.get("issue"))}
    held = answer.status == 409 or (answer.status == 422 and not codes.isdisjoint(_HELD))
    return DeclinedError(ErrorKind.PRACTICE_REFUSED, f"{what}: {answer.status}", held=held)


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


def _is(resource: JsonObject, uuid_urn: str) -> bool:
    return uuid_urn in identifiers(resource, UUID_SYSTEM)


def _searched_for(bundle: JsonObject, parameter: str) -> bool:
    """Whether a search was for what it was asked for: the `self` link, if there is one, says what was heeded."""
    links = [text(link.get("url")) for link in objects(bundle.get("link")) if link.get("relation") == "self"]
    return all(f"{parameter}=" in unquote(link) for link in links)
