"""What every request is carried out with."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from aiohttp import web

from app.demo.practice_system.problems import FhirError
from app.demo.practice_system.profile import Profile
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.validation import check_id, definition_of
from app.demo.practice_system.versions import Version
from app.demo.practice_system.writing import Writing, writing

PREFIX = "/fhir"


@dataclass(frozen=True, slots=True)
class Service:
    """The resources, what the server is like, and the address written in links when it is not the client's."""

    store: ResourceStore
    profile: Profile
    base_url: str | None

    def base(self, request: web.Request) -> str:
        """Return the address that links begin with."""
        return self.base_url or self.profile.links_base or f"{request.scheme}://{request.host}{PREFIX}"

    def writing(self, request: web.Request) -> AbstractContextManager[Writing]:
        """Open one unit of writing for a request."""
        return writing(self.store, self.base(request), self.profile)


def type_of(request: web.Request) -> str:
    """Return the resource type in the address; raises FhirError 404 for one this server does not have."""
    resource_type = request.match_info["type"]
    definition_of(resource_type)
    return resource_type


def address_of(request: web.Request) -> tuple[str, str]:
    """Return type and id in the address; raises FhirError."""
    return type_of(request), check_id(request.match_info["id"])


def present(version: Version | None) -> Version:
    """Return a version that has a body; raises FhirError 404 for none, 410 for a deletion."""
    if version is None:
        raise FhirError(404, "not-found", "there is no such resource")
    if version.body is None:
        raise FhirError(410, "deleted", "the resource has been deleted")
    return version
