"""What the server says it can do, so that nothing it does not offer is asked of it."""

from dataclasses import dataclass

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import Capabilities
from app.sync.fhir.elements import objects, text
from app.sync.fhir.json_text import JsonObject


@dataclass(frozen=True, slots=True)
class FhirCapabilities(Capabilities):
    """The port's capabilities and the types whose creation may carry `If-None-Exist`.

    Transactions are not probed for: no write of the console is one, each stands alone and can be repeated.
    """

    conditional_create: frozenset[str] = frozenset()


def parse_capabilities(statement: JsonObject) -> FhirCapabilities:
    """Read a CapabilityStatement; raises KlinikError(PRACTICE_RUBBISH) when it is none or not of FHIR R4."""
    if statement.get("resourceType") != "CapabilityStatement":
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "metadata is no CapabilityStatement")
    if not text(statement.get("fhirVersion")).startswith("4.0"):
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "the server does not speak FHIR R4")
    software = statement.get("software")
    rest = next((part for part in objects(statement.get("rest")) if part.get("mode") == "server"), {})
    resources = {name: part for part in objects(rest.get("resource")) if (name := text(part.get("type")))}
    return FhirCapabilities(
        software=text(software.get("name")) if isinstance(software, dict) else "",
        types=frozenset(resources),
        search_parameters={
            name: frozenset(text(parameter.get("name")) for parameter in objects(part.get("searchParam")))
            for name, part in resources.items()
        },
        type_history=frozenset(
            name
            for name, part in resources.items()
            if any(interaction.get("code") == "history-type" for interaction in objects(part.get("interaction")))
        ),
        conditional_create=frozenset(
            name for name, part in resources.items() if part.get("conditionalCreate") is True
        ),
    )
