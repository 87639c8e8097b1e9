"""Who is let in: anybody, whoever holds the clinic's token, or whoever has signed in for a token of their own."""

import hmac
from dataclasses import dataclass

from aiohttp import web

from app.demo.practice_system.problems import FhirError, JsonObject
from app.demo.practice_system.sign_in import SignIn

_SCHEME = "Bearer "
_SMART = "http://terminology.hl7.org/CodeSystem/restful-security-service"


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets a request pass that carries `token` or one `sign_in` has given out; everybody when both are None."""

    token: str | None
    sign_in: SignIn | None

    def check(self, request: web.Request) -> None:
        """Raise FhirError 401 when a request may not pass (RFC 6750: what is missing, and what is not valid)."""
        if self.token is None and self.sign_in is None:
            return
        header = request.headers.get("Authorization", "")
        if not header.startswith(_SCHEME):
            raise FhirError(401, "login", "Authorization: Bearer <token> is missing", "Bearer")
        given = header.removeprefix(_SCHEME)
        if self.token is not None and hmac.compare_digest(given.encode(), self.token.encode()):
            return
        if self.sign_in is not None and self.sign_in.knows(given):
            return
        raise FhirError(401, "login", "the token is not valid, or no longer", 'Bearer error="invalid_token"')

    def security(self) -> JsonObject:
        """Return what the CapabilityStatement says about it."""
        if self.sign_in is not None:
            return {"service": [{"coding": [{"system": _SMART, "code": "SMART-on-FHIR"}]}]}
        if self.token is not None:
            return {"description": "Authorization: Bearer with the clinic's token"}
        return {"cors": False}
