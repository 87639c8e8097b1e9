"""The embedded default: a practice system, an SMS gateway and a patient's phone, reached only over HTTP."""
