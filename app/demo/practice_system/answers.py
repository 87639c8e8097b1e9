"""Bodies in and answers out: FHIR JSON, and an OperationOutcome for every refusal."""

import logging
from datetime import UTC, datetime
from email.utils import format_datetime

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from app.demo.practice_system.problems import FhirError, JsonObject, operation_outcome
from app.demo.practice_system.profile import Profile
from app.demo.practice_system.versions import Version

log = logging.getLogger(__name__)

_JSON_TYPES = ("application/fhir+json", "application/json")


async def json_body(request: web.Request, types: tuple[str, ...] = _JSON_TYPES) -> object:
    """Return the parsed body, which is to be of one of these types; raises FhirError 415 or 400."""
    if request.content_type not in types:
        raise FhirError(415, "not-supported", f"Content-Type is {types[0]}")
    try:
        parsed: object = orjson.loads(await request.read())
    except ValueError as error:
        raise FhirError(400, "structure", "the body is not valid JSON") from error
    return parsed


def answer(resource: JsonObject, status: int = 200) -> web.Response:
    """Answer with a resource."""
    body = orjson.dumps(resource)
    return web.Response(body=body, status=status, content_type="application/fhir+json", charset="utf-8")


def version_answer(
    version: Version, status: int = 200, request: web.Request | None = None, headers: dict[str, str] | None = None
) -> web.Response:
    """Answer with a version; `request` is the one whose Prefer header may ask for no body."""
    minimal = request is not None and "return=minimal" in request.headers.get("Prefer", "")
    modified = datetime.fromtimestamp(version.last_updated // 1000, UTC)
    return web.Response(
        body=b"" if minimal else version.body,
        status=status,
        content_type="application/fhir+json",
        charset="utf-8",
        headers={
            "ETag": version.etag,
            "Last-Modified": format_datetime(modified, usegmt=True),
            **(headers or {}),
        },
    )


def outcomes(profile: Profile) -> Middleware:
    """Return the middleware that answers every refusal with an OperationOutcome."""

    @web.middleware
    async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except FhirError as error:
            response = answer(operation_outcome(error.code, error.diagnostics), error.status)
            if error.challenge:
                response.headers["WWW-Authenticate"] = error.challenge
            return response
        except web.HTTPRequestEntityTooLarge:
            return answer(operation_outcome("too-long", profile.too_large_text), profile.too_large_status)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            code = {404: "not-found", 405: "not-supported"}.get(error.status, "processing")
            return answer(operation_outcome(code, error.reason), error.status)
        except Exception as error:
            # The kind alone: what the error says may hold what the client sent.
            log.critical("request failed: %s", type(error).__name__)
            return answer(operation_outcome("exception", "the server failed", "fatal"), 500)

    return answered
