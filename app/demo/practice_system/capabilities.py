"""The CapabilityStatement: what `/metadata` says this server can do, read from the tables that make it so."""

from app.demo.practice_system.definitions import DEFINITIONS, ResourceDefinition, SearchKind
from app.demo.practice_system.problems import JsonObject

SOFTWARE = "Klinikkonsol demo-lægesystem"
_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)


def capability_statement(base_url: str, started_at: str, *, secured: bool) -> JsonObject:
    """Return the statement; `started_at` is a FHIR instant."""
    security = {"description": "Authorization: Bearer with the clinic's token"} if secured else {"cors": False}
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": started_at,
        "kind": "instance",
        "software": {"name": SOFTWARE, "version": "1"},
        "implementation": {"description": "Opdigtet klinik med testpersoner", "url": base_url},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": security,
                "resource": [_resource(name, definition) for name, definition in DEFINITIONS.items()],
                "interaction": [{"code": "transaction"}, {"code": "history-system"}],
            }
        ],
    }


def _resource(name: str, definition: ResourceDefinition) -> JsonObject:
    references = [key for key, parameter in definition.search.items() if parameter.kind is SearchKind.REFERENCE]
    return {
        "type": name,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": True,
        "conditionalRead": "not-supported",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "local", "enforced"],
        "searchInclude": [f"{name}:{key}" for key in references],
        "searchParam": [
            {"name": key, "type": parameter.kind.name.lower()} for key, parameter in definition.search.items()
        ],
    }
