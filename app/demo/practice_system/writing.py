"""One unit of writing: everything in it is stored, and obeys every rule together, or nothing is."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.demo.practice_system.calendar_rules import check_calendar, slots_of
from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.elements import objects_in, references_in, values_at
from app.demo.practice_system.problems import FhirError, JsonObject, broken_rule, invalid
from app.demo.practice_system.profile import STANDARD, Profile
from app.demo.practice_system.searches import Search, parse_search
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.validation import check_id, check_resource
from app.demo.practice_system.versions import Method, Version


class Writing:
    """Creates, updates and deletes; the rules between resources are checked once, by `finish`."""

    def __init__(self, store: ResourceStore, base_url: str, profile: Profile) -> None:
        self._store = store
        self._profile = profile
        self._base = base_url.rstrip("/") + "/"
        self._written: list[Version] = []
        self._slots: list[str] = []

    def find(self, if_none_exist: Search) -> Version | None:
        """Return the one resource a conditional create means; raises FhirError 412 when there are several."""
        found = self._store.search(if_none_exist, None).versions
        if len(found) > 1:
            raise FhirError(412, "multiple-matches", "If-None-Exist matches several resources")
        return found[0] if found else None

    def create(self, resource_type: str, resource: object, resource_id: str | None = None) -> Version:
        """Store a new resource under a fresh id, or the given one."""
        checked = self._checked(resource_type, resource)
        return self._append(resource_type, resource_id or str(uuid.uuid4()), "POST", checked)

    def update(self, resource_type: str, resource_id: str, resource: object, if_match: str | None) -> Version:
        """Store the next version; raises FhirError 405 or 410 when there is nothing to update, 412 when stale."""
        checked = self._checked(resource_type, resource)
        if checked.get("id") != resource_id:
            raise invalid("the resource's id is not the one in the address")
        current = self._store.current(resource_type, check_id(resource_id))
        if current is None:
            raise FhirError(405, "not-supported", "this server chooses ids itself: create with POST")
        _check_match(current, if_match)
        if current.body is None:
            raise FhirError(410, "deleted", "the resource has been deleted")
        if self._profile.keeps_unchanged and _without_meta(checked) == _without_meta(current.resource()):
            return current
        return self._append(resource_type, resource_id, "PUT", checked, current)

    def delete(self, resource_type: str, resource_id: str, if_match: str | None) -> Version | None:
        """Delete a resource; one that is not there, or no longer, stays as it is and gives None."""
        current = self._store.current(resource_type, check_id(resource_id))
        if current is None or current.body is None:
            return None
        _check_match(current, if_match)
        return self._append(resource_type, resource_id, "DELETE", None, current)

    def finish(self) -> None:
        """Check the rules between resources, if there are any; raises FhirError 422 (dangling reference) or 409."""
        if not self._profile.keeps_rules:
            return
        for version in self._written:
            if version.body is not None:
                self._check_references(version.resource())
            elif any(
                referrer.reference != version.reference for referrer in self._store.referring(version.reference)
            ):
                raise FhirError(409, "conflict", f"the {version.type} is referred to by other resources")
        check_calendar(self._store, self._slots)

    def _checked(self, resource_type: str, resource: object) -> JsonObject:
        checked = check_resource(resource_type, resource)
        rewrite_references(checked, lambda reference: reference.removeprefix(self._base))
        return checked

    def _append(
        self,
        resource_type: str,
        resource_id: str,
        method: Method,
        resource: JsonObject | None,
        before: Version | None = None,
    ) -> Version:
        version = self._store.append(resource_type, resource_id, method, resource)
        self._written.append(version)
        self._slots += slots_of(self._store, before) + slots_of(self._store, version)
        return version

    def _check_references(self, resource: JsonObject) -> None:
        contained = {f"#{name}" for name in values_at(resource, "contained.id")}
        for reference in references_in(resource):
            if reference.startswith(("http://", "https://")) or reference in contained or reference == "#":
                continue
            resource_type, _, resource_id = reference.partition("/_history/")[0].partition("/")
            target = self._store.current(resource_type, resource_id) if resource_type in DEFINITIONS else None
            if target is None or target.body is None:
                raise broken_rule(f"dangling reference: there is no {reference[:100]}")


@contextmanager
def writing(store: ResourceStore, base_url: str, profile: Profile = STANDARD) -> Iterator[Writing]:
    """Commit what the block writes if it keeps every rule; nothing of it otherwise."""
    with store.transaction():
        unit = Writing(store, base_url, profile)
        yield unit
        unit.finish()


def parse_if_none_exist(resource_type: str, pairs: list[tuple[str, str]]) -> Search:
    """Read the condition of a conditional create, in which every parameter must be known and one must be there."""
    search = parse_search(resource_type, pairs, strict=True, totals=False)
    if not search.criteria:
        raise invalid("If-None-Exist has no search parameter")
    return search


def rewrite_references(value: object, rewritten: Callable[[str], str]) -> None:
    """Replace, in place, the text of every `reference` in a value."""
    for item in objects_in(value):
        if isinstance(reference := item.get("reference"), str):
            item["reference"] = rewritten(reference)


def _check_match(current: Version, if_match: str | None) -> None:
    if if_match is not None and if_match.strip().removeprefix("W/") != current.etag.removeprefix("W/"):
        raise FhirError(412, "conflict", "If-Match names a version that is no longer the newest")


def _without_meta(resource: JsonObject) -> JsonObject:
    return {name: value for name, value in resource.items() if name != "meta"}
