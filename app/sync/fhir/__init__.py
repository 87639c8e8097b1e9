"""The practice system spoken to in FHIR R4 4.0.1."""
