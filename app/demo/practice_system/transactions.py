"""Transactions: a Bundle whose entries are carried out together or not at all (FHIR R4 http.html#transaction)."""

import uuid
from dataclasses import dataclass
from urllib.parse import parse_qsl

from app.demo.practice_system.bundles import transaction_entry
from app.demo.practice_system.problems import FhirError, JsonObject, invalid, operation_outcome
from app.demo.practice_system.profile import STANDARD, Profile
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.validation import definition_of
from app.demo.practice_system.versions import Version
from app.demo.practice_system.writing import Writing, parse_if_none_exist, rewrite_references, writing

_ORDER = ("DELETE", "POST", "PUT")


@dataclass(slots=True)
class _Entry:
    """One entry on its way; `found` is what a conditional create met."""

    position: int
    method: str
    type: str
    id: str
    full_url: str | None
    resource: object
    if_match: str | None
    if_none_exist: str | None
    found: Version | None = None


def run_transaction(store: ResourceStore, base_url: str, bundle: object, profile: Profile = STANDARD) -> JsonObject:
    """Carry out a transaction Bundle and return the transaction-response.

    Where transactions are atomic, raises FhirError, naming the entry, when any entry cannot be carried out; then
    nothing has changed. Elsewhere each entry stands for itself and is answered with its own status. A Bundle that
    cannot be understood is refused as a whole by both.
    """
    entries = _parse_bundle(bundle, profile)
    ordered = sorted(entries, key=lambda entry: _ORDER.index(entry.method))
    answers: dict[int, JsonObject] = {}
    if profile.atomic:
        with writing(store, base_url, profile) as unit:
            _resolve(unit, entries)
            for entry in ordered:
                answers[entry.position] = _carry_out(unit, base_url, entry)
    else:
        with writing(store, base_url, profile) as unit:
            _resolve(unit, entries)
        for entry in ordered:
            answers[entry.position] = _carried_out_alone(store, base_url, profile, entry)
    return {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [answers[position] for position in range(len(entries))],
    }


def _carried_out_alone(store: ResourceStore, base_url: str, profile: Profile, entry: _Entry) -> JsonObject:
    try:
        with writing(store, base_url, profile) as unit:
            return _carry_out(unit, base_url, entry)
    except FhirError as error:
        outcome = operation_outcome(error.code, error.diagnostics)
        return {"response": {"status": str(error.status), "outcome": outcome}}


def _parse_bundle(bundle: object, profile: Profile) -> list[_Entry]:
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise invalid("the body is not a Bundle")
    if bundle.get("type") != "transaction":
        raise invalid("Bundle.type is not transaction")
    items = bundle.get("entry", [])
    if not isinstance(items, list) or len(items) > profile.max_entries:
        raise invalid(f"Bundle.entry is a list of at most {profile.max_entries}")
    entries = []
    for position, item in enumerate(items):
        try:
            entries.append(_parse_entry(position, item))
        except FhirError as error:
            raise _named(position, error) from error
    if sum(entry.if_none_exist is not None for entry in entries) > profile.max_conditional:
        raise invalid(f"at most {profile.max_conditional} entries with ifNoneExist")
    identities = [(entry.type, entry.id) for entry in entries]
    urls = [entry.full_url for entry in entries if entry.full_url]
    if len(set(identities)) < len(identities) or len(set(urls)) < len(urls):
        raise invalid("a resource occurs twice in the transaction")
    return entries


def _parse_entry(position: int, item: object) -> _Entry:
    request = item.get("request") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(request, dict):
        raise invalid("missing: request")
    texts = {
        name: value for name, value in {**request, "fullUrl": item.get("fullUrl")}.items() if isinstance(value, str)
    }
    method, url = texts.get("method", ""), texts.get("url", "")
    if method not in _ORDER:
        raise FhirError(400, "not-supported", "request.method is POST, PUT or DELETE in a transaction here")
    resource_type, _, resource_id = url.partition("/")
    if "?" in url or bool(resource_id) is (method == "POST"):
        raise FhirError(400, "not-supported", "request.url is <type> for POST, <type>/<id> for PUT and DELETE")
    definition_of(resource_type)
    return _Entry(
        position=position,
        method=method,
        type=resource_type,
        id=resource_id or str(uuid.uuid4()),
        full_url=texts.get("fullUrl"),
        resource=item.get("resource"),
        if_match=texts.get("ifMatch"),
        if_none_exist=texts.get("ifNoneExist"),
    )


def _resolve(unit: Writing, entries: list[_Entry]) -> None:
    """Settle conditional creates and turn the Bundle's own addresses in references into real ones."""
    addresses: dict[str, str] = {}
    for entry in entries:
        if entry.method == "POST" and entry.if_none_exist is not None:
            pairs = parse_qsl(entry.if_none_exist.removeprefix("?"), keep_blank_values=True)
            entry.found = unit.find(parse_if_none_exist(entry.type, pairs))
            entry.id = entry.found.id if entry.found else entry.id
        if entry.full_url:
            addresses[entry.full_url] = f"{entry.type}/{entry.id}"
    for entry in entries:
        try:
            rewrite_references(entry.resource, lambda reference: addresses.get(reference, reference))
        except ValueError as error:
            raise _named(entry.position, invalid(str(error))) from error


def _carry_out(unit: Writing, base_url: str, entry: _Entry) -> JsonObject:
    try:
        match entry.method:
            case "DELETE":
                gone = unit.delete(entry.type, entry.id, entry.if_match)
                return transaction_entry(base_url, gone, "204 No Content")
            case "PUT":
                version = unit.update(entry.type, entry.id, entry.resource, entry.if_match)
                return transaction_entry(base_url, version, "200 OK")
            case _ if entry.found:
                return transaction_entry(base_url, entry.found, "200 OK")
            case _:
                made = unit.create(entry.type, entry.resource, entry.id)
                return transaction_entry(base_url, made, "201 Created")
    except FhirError as error:
        raise _named(entry.position, error) from error


def _named(position: int, error: FhirError) -> FhirError:
    return FhirError(error.status, error.code, f"Bundle.entry[{position}]: {error.diagnostics}")
