"""What the server says it can do, so that nothing it does not offer is asked of it."""

from dataclasses import dataclass

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import Capabilities
from app.sync.fhir.elements import as_object, objects, text, texts
from app.sync.fhir.json_text import JsonObject


@dataclass(frozen=True, slots=True)
class FhirCapabilities(Capabilities):
    """The port's capabilities, and what the adapter needs to know besides.

    `version` is the software's. `conditional_create` are the types whose creation may carry `If-None-Exist`,
    `deletable` those that can be deleted, `instance_history` those whose earlier versions can be read.
    `transaction`: the server takes transactions; whether it carries them out as a whole is another matter
    (`canary`). `batch`: it answers several requests at once. `includes` are the `_include`s that searches may ask
    for, as the statement spells them.
    """

    conditional_create: frozenset[str] = frozenset()
    version: str = ""
    deletable: frozenset[str] = frozenset()
    instance_history: frozenset[str] = frozenset()
    transaction: bool = False
    batch: bool = False
    includes: frozenset[str] = frozenset()


def parse_capabilities(statement: JsonObject) -> FhirCapabilities:
    """Read a CapabilityStatement; raises KlinikError(PRACTICE_RUBBISH) when it is none or not of FHIR R4."""
    if statement.get("resourceType") != "CapabilityStatement":
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "metadata is no CapabilityStatement")
    if not text(statement.get("fhirVersion")).startswith("4.0"):
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "the server does not speak FHIR R4")
    software = as_object(statement.get("software"))
    rest = next((part for part in objects(statement.get("rest")) if part.get("mode") == "server"), {})
    resources = {name: part for part in objects(rest.get("resource")) if (name := text(part.get("type")))}
    return FhirCapabilities(
        software=text(software.get("name")),
        types=frozenset(resources),
        search_parameters={
            name: frozenset(text(parameter.get("name")) for parameter in objects(part.get("searchParam")))
            for name, part in resources.items()
        },
        type_history=_offering("history-type", resources),
        conditional_create=frozenset(
            name for name, part in resources.items() if part.get("conditionalCreate") is True
        ),
        version=text(software.get("version")),
        deletable=_offering("delete", resources),
        instance_history=_offering("history-instance", resources),
        transaction=_offers("transaction", rest),
        batch=_offers("batch", rest),
        includes=frozenset(include for part in resources.values() for include in texts(part.get("searchInclude"))),
    )


def _offering(code: str, resources: dict[str, JsonObject]) -> frozenset[str]:
    return frozenset(name for name, part in resources.items() if _offers(code, part))


def _offers(code: str, part: JsonObject) -> bool:
    return any(interaction.get("code") == code for interaction in objects(part.get("interaction")))
