"""The practice system's REST interface: HTTP in, resources out, every refusal an OperationOutcome."""

from datetime import UTC, datetime

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from app.demo.faults import CannedAnswer, FaultDoor
from app.demo.practice_system.answers import answer, outcomes
from app.demo.practice_system.capabilities import capability_statement
from app.demo.practice_system.elements import instant
from app.demo.practice_system.guard import Guard
from app.demo.practice_system.problems import JsonObject, operation_outcome
from app.demo.practice_system.profile import STANDARD, Profile
from app.demo.practice_system.reads import Reads
from app.demo.practice_system.service import PREFIX, Service
from app.demo.practice_system.sign_in import SignIn
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.writes import Writes

MAX_BODY = 1024 * 1024
"""Bytes; the smaller of the limits met in real FHIR servers."""
RUBBISH = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceTy\xff'
_FHIR_JSON = "application/fhir+json"
_UNUSABLE_TOKEN = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def practice_app(
    store: ResourceStore,
    token: str | None = None,
    base_url: str | None = None,
    profile: Profile = STANDARD,
    sign_in: SignIn | None = None,
) -> web.Application:
    """Return the practice system as a web application with its interface under `/fhir`.

    `token` is a bearer token that lets in whoever has it, `sign_in` gives out others under `/auth/token`; with
    neither, nobody is asked who they are. Only `/metadata` and the way to sign in are open to all. `base_url` is
    the address put in links, by default the profile's or the one the client used. From now on the store names
    versions as the profile does. The application closes nothing: the store stays the caller's.
    """
    store.version_id = profile.version_id
    faults = FaultDoor(canned=_canned_answers())
    app = web.Application(middlewares=[faults.middleware, outcomes(profile)], client_max_size=MAX_BODY)
    faults.add_to(app)
    guard = Guard(token, sign_in)
    _add_metadata(app, Service(store, profile, base_url), guard)
    if sign_in is not None:
        sign_in.add_to(app)
    _add_routes(app, Service(store, profile, base_url), guard)
    return app


def _add_metadata(app: web.Application, service: Service, guard: Guard) -> None:
    started_at = instant(int(datetime.now(UTC).timestamp() * 1000))

    async def metadata(request: web.Request) -> web.Response:
        return answer(capability_statement(service.base(request), started_at, service.profile, guard.security()))

    app.router.add_get(f"{PREFIX}/metadata", metadata)


def _add_routes(app: web.Application, service: Service, guard: Guard) -> None:
    reads, writes = Reads(service), Writes(service)
    one, kind = f"{PREFIX}/{{type}}/{{id}}", f"{PREFIX}/{{type}}"
    routes: tuple[tuple[str, str, Handler], ...] = (
        ("POST", PREFIX, writes.transaction),
        ("POST", PREFIX + "/", writes.transaction),
        ("GET", f"{PREFIX}/_history", reads.history),
        ("GET", kind, reads.search),
        ("POST", kind, writes.create),
        ("POST", f"{kind}/_search", reads.search),
        ("GET", f"{kind}/_history", reads.history),
        ("GET", one, reads.read),
        ("PUT", one, writes.update),
        ("PATCH", one, writes.patch),
        ("DELETE", one, writes.delete),
        ("GET", f"{one}/_history", reads.history),
        ("GET", f"{one}/_history/{{version}}", reads.version),
    )
    for method, path, handler in routes:
        app.router.add_route(method, path, _guarded(guard, handler))


def _guarded(guard: Guard, handler: Handler) -> Handler:
    async def checked(request: web.Request) -> web.StreamResponse:
        guard.check(request)
        return await handler(request)

    return checked


def _canned_answers() -> dict[str, CannedAnswer]:
    def refusal(status: int, code: str, said: str, headers: dict[str, str] | None = None) -> CannedAnswer:
        body: JsonObject = operation_outcome(code, said)
        return CannedAnswer(status, orjson.dumps(body), _FHIR_JSON, headers or {})

    return {
        "error": CannedAnswer(500, b"Internal Server Error"),
        "rubbish": CannedAnswer(200, RUBBISH, _FHIR_JSON),
        "conflict": refusal(409, "conflict", "another request is changing the resource"),
        "stale": refusal(412, "conflict", "If-Match names a version that is no longer the newest"),
        "unauthorised": refusal(401, "login", "the token is not valid, or no longer", _UNUSABLE_TOKEN),
    }
