"""Versions of resources, and pages of them, as they travel through the practice system."""

from dataclasses import dataclass, field
from typing import Literal

import orjson

from app.demo.practice_system.elements import instant
from app.demo.practice_system.problems import JsonObject

Method = Literal["POST", "PUT", "DELETE"]
"""How a version came about."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource; `body` is its JSON, None for a deletion, `last_updated` Unix milliseconds.

    `number` counts the versions of the resource; `version_id` is what the version is called to the outside.
    """

    seq: int
    type: str
    id: str
    number: int
    method: Method
    last_updated: int
    body: bytes | None = field(repr=False)
    version_id: str

    @property
    def etag(self) -> str:
        """The version as HTTP carries it."""
        return f'W/"{self.version_id}"'

    @property
    def reference(self) -> str:
        """The resource's relative address."""
        return f"{self.type}/{self.id}"

    def resource(self) -> JsonObject:
        """Return the resource as JSON; raises ValueError for a deletion."""
        if self.body is None:
            raise ValueError("a deletion has no body")
        resource: JsonObject = orjson.loads(self.body)
        return resource


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the moment looked at, how many matched then, and the last row's key and sequence."""

    snapshot: int
    total: int | None
    key: str | int
    seq: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search; `end` is None when there is nothing after it, `total` when nobody asked for it."""

    versions: tuple[Version, ...]
    snapshot: int
    total: int | None
    end: Position | None


def stamped(
    resource_type: str, resource_id: str, version_id: str, last_updated: int, resource: JsonObject
) -> bytes:
    """Return a resource's JSON with its id and with `meta.versionId` and `meta.lastUpdated` as given."""
    meta = resource.get("meta")
    stamps = {"versionId": version_id, "lastUpdated": instant(last_updated)}
    return orjson.dumps(
        {
            "resourceType": resource_type,
            "id": resource_id,
            **{name: value for name, value in resource.items() if name not in ("resourceType", "id")},
            "meta": {**meta, **stamps} if isinstance(meta, dict) else stamps,
        }
    )
