"""What the practice system says no with: an HTTP status and a FHIR OperationOutcome."""

JsonObject = dict[str, object]


class FhirError(Exception):
    """A request that cannot be carried out.

    `code` is from the FHIR issue-type value set; `diagnostics` tells the client's developer what to mend and
    names elements and rules only, never a patient's data. `challenge` is the WWW-Authenticate header of a 401.
    """

    def __init__(self, status: int, code: str, diagnostics: str, challenge: str = "") -> None:
        super().__init__(f"{status} {code}: {diagnostics}")
        self.status = status
        self.code = code
        self.diagnostics = diagnostics
        self.challenge = challenge


def invalid(diagnostics: str) -> FhirError:
    """The request or the resource is not well formed (400)."""
    return FhirError(400, "invalid", diagnostics)


def broken_rule(diagnostics: str) -> FhirError:
    """The resource is well formed and breaks a rule of FHIR or of this server (422)."""
    return FhirError(422, "business-rule", diagnostics)


def operation_outcome(code: str, diagnostics: str, severity: str = "error") -> JsonObject:
    """Return an OperationOutcome with one issue."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": diagnostics}],
    }
