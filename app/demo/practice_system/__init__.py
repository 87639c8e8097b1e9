"""A small practice system with a FHIR R4 interface, so that the console always has a real server to talk to."""
