"""The CapabilityStatement: what `/metadata` says this server can do, read from the tables that make it so."""

from app.demo.practice_system.definition import ResourceDefinition, SearchKind
from app.demo.practice_system.definitions import DEFINITIONS
from app.demo.practice_system.json_patch import PATCH_TYPE
from app.demo.practice_system.problems import JsonObject
from app.demo.practice_system.profile import Profile

SOFTWARE = "Klinikkonsol demo-lægesystem"
_INTERACTIONS = ("read", "vread", "update", "patch", "delete", "history-instance", "create", "search-type")


def capability_statement(base_url: str, started_at: str, profile: Profile, security: JsonObject) -> JsonObject:
    """Return the statement; `started_at` is a FHIR instant, `security` the element of that name."""
    everywhere = ["transaction", "history-system"] if profile.wide_history else ["transaction"]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": started_at,
        "kind": "instance",
        "software": {"name": SOFTWARE, "version": "1"},
        "implementation": {"description": "Opdigtet klinik med testpersoner", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": [PATCH_TYPE],
        "rest": [
            {
                "mode": "server",
                "security": security,
                "resource": [_resource(name, definition, profile) for name, definition in DEFINITIONS.items()],
                "interaction": [{"code": code} for code in everywhere],
            }
        ],
    }


def _resource(name: str, definition: ResourceDefinition, profile: Profile) -> JsonObject:
    interactions = [*_INTERACTIONS, "history-type"] if profile.wide_history else [*_INTERACTIONS]
    references = [key for key, parameter in definition.search.items() if parameter.kind is SearchKind.REFERENCE]
    return {
        "type": name,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": True,
        "conditionalRead": "not-supported",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "local", *(["enforced"] if profile.keeps_rules else [])],
        "searchInclude": [f"{name}:{key}" for key in references],
        "searchParam": [
            {"name": key, "type": parameter.kind.name.lower()} for key, parameter in definition.search.items()
        ],
    }
