"""Bodies in and answers out: FHIR JSON, and an OperationOutcome for every refusal."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime

import orjson
from aiohttp import web

from app.demo.practice_system.problems import FhirError, JsonObject, operation_outcome
from app.demo.practice_system.versions import Version

log = logging.getLogger(__name__)


async def json_body(request: web.Request) -> object:
    """Return the parsed body; raises FhirError 415 or 400."""
    if request.content_type not in ("application/fhir+json", "application/json"):
        raise FhirError(415, "not-supported", "Content-Type is application/fhir+json")
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


@web.middleware
async def outcomes(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer every refusal with an OperationOutcome."""
    try:
        return await handler(request)
    except FhirError as error:
        response = answer(operation_outcome(error.code, error.diagnostics), error.status)
        if error.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    except web.HTTPException as error:
        if error.status < 400:
            raise
        code = {404: "not-found", 405: "not-supported", 413: "too-long"}.get(error.status, "processing")
        return answer(operation_outcome(code, error.reason), error.status)
    except Exception as error:
        # The kind alone: what the error says may hold what the client sent.
        log.critical("request failed: %s", type(error).__name__)
        return answer(operation_outcome("exception", "the server failed", "fatal"), 500)
