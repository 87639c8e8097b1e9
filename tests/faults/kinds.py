"""Kinds of practice system: what real servers do differently, as far as it can make a console lose something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SEARCHABLE = (
    "_id",
    "_lastUpdated",
    "identifier",
    "status",
    "date",
    "sent",
    "start",
    "schedule",
    "patient",
    "subject",
)
_INCLUDES = {"Communication": ["Communication:subject"], "Appointment": ["Appointment:patient"]}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of server.

    `stamps_late`: seconds by which a version may be stamped before it is seen. `keeps_calendar`: the server marks
    slots busy and free itself and refuses a second appointment. `confirms_later`: seconds until a new appointment,
    at first `proposed`, is `booked`. `keeps_unchanged`: a PUT that changes nothing makes no version.
    """

    name: str
    numbers_versions: bool
    type_history: bool
    totals: bool
    ignores_unknown: bool
    atomic: bool
    includes: bool = False
    instance_history: bool = True
    stamps_late: float = 0.0
    keeps_calendar: bool = False
    confirms_later: float = 0.0
    keeps_unchanged: bool = False
    largest_body: int = 1024 * 1024
    links_at: str = "http://elsewhere.example/fhir"

    def capabilities(self, types: Sequence[str]) -> dict[str, Any]:
        """Return the CapabilityStatement."""
        codes = ["read", "search-type", "create", "update", "delete"] + ["history-type"] * self.type_history
        codes += ["history-instance"] * self.instance_history
        resources = [
            {
                "type": name,
                "interaction": [{"code": code} for code in codes],
                "conditionalCreate": True,
                "versioning": "versioned-update",
                "updateCreate": False,
                "searchParam": [{"name": parameter, "type": "token"} for parameter in SEARCHABLE],
                "searchInclude": _INCLUDES.get(name, []) if self.includes else [],
            }
            for name in types
        ]
        rest = {
            "mode": "server",
            "resource": resources,
            "interaction": [{"code": "transaction"}, {"code": "batch"}],
        }
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": "4.0.1",
            "software": {"name": self.name, "version": "1"},
            "rest": [rest],
        }


SEKMET = Kind("sekmet", True, True, True, True, True, includes=True, confirms_later=2.0)
MEDPLUM = Kind("medplum", False, False, False, False, False, stamps_late=20.0, keeps_unchanged=True)
LPS = Kind("lps", True, True, True, False, True, keeps_calendar=True, instance_history=False)
KINDS = (SEKMET, MEDPLUM, LPS)
