"""In what real FHIR servers differ: the one table of it, from which this server takes what it is to be like."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

_VERSIONS = uuid.UUID("0c1e6e0a-33d4-5f6c-8f0a-6a4d0c7b3a55")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a server does where FHIR leaves a choice, or where a server does as it likes."""

    name: str
    opaque_versions: bool = False
    """Versions are named by UUIDs, not by numbers."""
    atomic: bool = True
    """A transaction is carried out whole or not at all; without, each entry for itself, with its own status."""
    max_entries: int = 100
    max_conditional: int = 100
    """Conditional creates in one transaction."""
    guarded_patch: bool = True
    """PATCH heeds If-Match."""
    wide_history: bool = True
    """There is a history of a type and of everything, not of single resources only."""
    totals: bool = True
    """Searches tell how many there are when `_total` does not say."""
    lenient_search: bool = True
    """An unknown search parameter is passed over, unless the client asks for strictness."""
    whole_elements: bool = False
    """`_elements` also brings the elements a resource must have."""
    too_large_status: int = 413
    too_large_text: str = "Request Entity Too Large"
    links_base: str | None = None
    """The address links are written with, when it is not the one the client used."""
    keeps_unchanged: bool = False
    """An update that changes nothing makes no new version."""
    keeps_rules: bool = True
    """References must lead somewhere, what is referred to is not deleted, a slot is held by one appointment."""

    def version_id(self, resource_type: str, resource_id: str, number: int) -> str:
        """Return what the so-manyth version of a resource is called."""
        if self.opaque_versions:
            return str(uuid.uuid5(_VERSIONS, f"{resource_type}/{resource_id}/{number}"))
        return str(number)


STANDARD = Profile("standard")
"""FHIR R4 as it is written, with a clinic's own rules on top."""

MEDPLUM = Profile(
    "medplum",
    opaque_versions=True,
    atomic=False,
    max_entries=50,
    max_conditional=8,
    guarded_patch=False,
    wide_history=False,
    totals=False,
    lenient_search=False,
    whole_elements=True,
    too_large_status=400,
    too_large_text="File too large",
    links_base="http://epj.invalid/fhir",
    keeps_unchanged=True,
    keeps_rules=False,
)
"""As Medplum server 5.0.10 was seen to behave, without its project feature for whole transactions."""

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (STANDARD, MEDPLUM)}
