"""A model of a practice system: a dictionary of versioned resources that speaks as much FHIR as a console asks for.

It is written for these tests and shares nothing with the demo's. What real servers do differently is a `Kind`.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from urllib.parse import parse_qsl

import orjson

from tests.faults.bundles import answer_in, asked_in
from tests.faults.kinds import Kind
from tests.faults.search import history_page, matching, search_page
from tests.faults.versions import STANDING, Json, RefusedError, Version, slots_of
from tests.faults.wire import Answered, Asked

TYPES = (
    *("Practitioner", "Schedule", "Patient", "Slot", "Appointment", "Communication", "Task"),
    *("Encounter", "ChargeItem", "DocumentReference", "Basic"),
)


@dataclass
class PracticeModel:
    """One server; everything it ever held is in `log`, the newest of each resource in `current`."""

    kind: Kind
    clock: Callable[[], datetime]
    chance: Random
    log: list[Version] = field(default_factory=list)
    current: dict[tuple[str, str], Version] = field(default_factory=dict)
    unguarded: list[str] = field(default_factory=list)
    on_proposed: Callable[[str], None] = lambda _: None

    def handle(self, asked: Asked) -> Answered:
        """Answer one request, all at once as a database transaction would."""
        try:
            said = self._answer(asked)
        except RefusedError as refused:
            issue = {"severity": "error", "code": refused.code}
            said = self._json({"resourceType": "OperationOutcome", "issue": [issue]}, refused.status)
        return replace(said, headers={**said.headers, "Date": format_datetime(self.clock(), usegmt=True)})

    def get(self, resource_type: str, resource_id: str) -> Json | None:
        """Return the newest version of a resource, None where there is none any more."""
        version = self.current.get((resource_type, resource_id))
        return None if version is None else version.body

    def all(self, resource_type: str) -> list[Json]:
        """Return every resource of a type that is not deleted."""
        return [v.body for v in self.current.values() if v.type == resource_type and v.body is not None]

    def write(self, by: str, resource_type: str, resource_id: str, body: Json | None) -> Version:
        """Store a version, or with None a deletion, and let the calendar follow where this server keeps it."""
        before = self.current.get((resource_type, resource_id))
        version = self._store(by, resource_type, resource_id, body, before)
        if self.kind.keeps_calendar and resource_type == "Appointment":
            for slot in sorted(slots_of(before.body if before else None) | slots_of(version.body)):
                self._follow(slot)
        return version

    def holders(self, slot: str) -> list[Json]:
        """Return the appointments that stand in a slot (`Slot/<id>`)."""
        return [each for each in self.all("Appointment") if each["status"] in STANDING and slot in slots_of(each)]

    def _answer(self, asked: Asked) -> Answered:
        if len(asked.body) > self.kind.largest_body:
            raise RefusedError(400, "too-long")
        kind, _, found = asked.path.partition("/")
        if kind not in (*TYPES, "metadata", ""):
            raise RefusedError(404, "not-found")
        match asked.method:
            case "GET":
                return self._get(asked, kind, found)
            case "POST":
                return self._create(asked, kind) if kind else self._bundle(asked)
            case "PUT":
                return self._update(asked, kind, found)
            case _:
                return self._delete(asked.by, kind, found)

    def _get(self, asked: Asked, kind: str, found: str) -> Answered:
        if kind == "metadata":
            return self._json(self.kind.capabilities(TYPES))
        if found == "_history" and self.kind.type_history:
            return self._json(history_page(self.kind, self.log, kind, asked.query))
        if found.endswith("/_history") and self.kind.instance_history:
            wanted = (kind, found.partition("/")[0])
            log = [version for version in self.log if (version.type, version.id) == wanted]
            return self._json(history_page(self.kind, log, kind, asked.query))
        if not found:
            return self._json(search_page(self.kind, self.current.values(), kind, asked.query))
        return self._read(kind, found)

    def _read(self, resource_type: str, resource_id: str) -> Answered:
        version = self.current.get((resource_type, resource_id))
        if version is None or version.body is None:
            raise RefusedError(404 if version is None else 410, "not-found")
        return self._version(version, 200)

    def _create(self, asked: Asked, resource_type: str) -> Answered:
        by, body, condition = asked.by, _body(asked), asked.headers.get("if-none-exist")
        if condition is None:
            self.unguarded.append(f"POST {resource_type} by {by}")
        else:
            found = matching(self.current.values(), resource_type, parse_qsl(condition.removeprefix("?")))
            if len(found) > 1:
                raise RefusedError(412, "multiple-matches")
            if found:
                return self._version(found[0], 200)
        if resource_type == "Appointment":
            if self.kind.keeps_calendar and any(self.holders(slot) for slot in slots_of(body)):
                raise RefusedError(409, "conflict")
            if self.kind.confirms_later and body["status"] == "booked":
                body = {**body, "status": "proposed"}
        new_id = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        version = self.write(by, resource_type, new_id, body)
        if body.get("status") == "proposed":
            self.on_proposed(new_id)
        return self._version(version, 201)

    def _update(self, asked: Asked, resource_type: str, resource_id: str) -> Answered:
        by, body, guard = asked.by, _body(asked), asked.headers.get("if-match")
        if guard is None:
            self.unguarded.append(f"PUT {resource_type} by {by}")
        before = self.current.get((resource_type, resource_id))
        if before is None or before.body is None:
            raise RefusedError(404 if before is None else 410, "not-found")
        if guard is not None and guard != before.etag:
            raise RefusedError(412, "conflict")
        if self.kind.keeps_unchanged and _without_meta(before.body) == _without_meta(body):
            return self._version(before, 200)
        if self.kind.keeps_calendar and resource_type == "Appointment" and body["status"] in STANDING:
            others = (h for slot in slots_of(body) for h in self.holders(slot) if h["id"] != resource_id)
            if any(others):
                raise RefusedError(409, "conflict")
        return self._version(self.write(by, resource_type, resource_id, body), 200)

    def _delete(self, by: str, resource_type: str, resource_id: str) -> Answered:
        if self.get(resource_type, resource_id) is not None:
            self.write(by, resource_type, resource_id, None)
        return Answered(204, b"", {})

    def _bundle(self, asked: Asked) -> Answered:
        """Carry out the entries in their order; where the server is not `atomic`, those before a refusal stay."""
        bundle = _body(asked)
        whole = bundle["type"] == "transaction" and self.kind.atomic
        kept = (list(self.log), dict(self.current))
        answers: list[Json] = []
        addresses: dict[str, str] = {}
        for entry in bundle.get("entry", []):
            answer = self.handle(asked_in(asked.by, entry, addresses))
            if answer.status >= 400 and whole:
                self.log, self.current = kept
                raise RefusedError(answer.status, "conflict")
            answers.append(answer_in(answer))
            if entry.get("fullUrl") and answer.status < 300:
                stored = orjson.loads(answer.body)
                addresses[entry["fullUrl"]] = f"{stored['resourceType']}/{stored['id']}"
        return self._json({"resourceType": "Bundle", "type": f"{bundle['type']}-response", "entry": answers})

    def _store(self, by: str, kind: str, found: str, body: Json | None, before: Version | None) -> Version:
        number = len(self.log) + 1
        stamped = self.clock() - timedelta(seconds=self.chance.uniform(0, self.kind.stamps_late))
        at = max(stamped, before.at) if before else stamped
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        tag = str(number) if self.kind.numbers_versions else uuid.UUID(int=self.chance.getrandbits(128)).hex
        if body is not None:
            body = orjson.loads(orjson.dumps(body))
            body |= {"resourceType": kind, "id": found, "meta": {"versionId": tag, "lastUpdated": at.isoformat()}}
        version = Version(number, kind, found, tag, at, by, body)
        self.log.append(version)
        self.current[kind, found] = version
        return version

    def _follow(self, slot: str) -> None:
        """Mark a slot busy or free as its appointments say."""
        slot_id = slot.partition("/")[2]
        body = self.get("Slot", slot_id)
        status = "busy" if self.holders(slot) else "free"
        if body is not None and body["status"] != status:
            self._store("calendar", "Slot", slot_id, {**body, "status": status}, self.current["Slot", slot_id])

    def _version(self, version: Version, status: int) -> Answered:
        location = f"{self.kind.links_at}/{version.type}/{version.id}/_history/{version.tag}"
        return Answered(status, orjson.dumps(version.body), {"ETag": version.etag, "Location": location})

    def _json(self, body: Json, status: int = 200) -> Answered:
        return Answered(status, orjson.dumps(body), {})


def _body(asked: Asked) -> Json:
    body: Json = orjson.loads(asked.body)
    return body


def _without_meta(body: Json) -> Json:
    return {name: value for name, value in body.items() if name != "meta"}
