"""The practice system's REST interface: HTTP in, resources out, every refusal an OperationOutcome."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from aiohttp import web

from app.demo.faults import FaultDoor
from app.demo.practice_system.answers import answer, json_body, outcomes, version_answer
from app.demo.practice_system.bundles import decode_cursor, history, searchset
from app.demo.practice_system.capabilities import capability_statement
from app.demo.practice_system.elements import instant
from app.demo.practice_system.problems import FhirError
from app.demo.practice_system.searches import CURSOR, parse_count, parse_search, parse_since
from app.demo.practice_system.store import ResourceStore
from app.demo.practice_system.transactions import run_transaction
from app.demo.practice_system.validation import check_id, definition_of
from app.demo.practice_system.versions import Version
from app.demo.practice_system.writing import parse_if_none_exist, writing

MAX_BODY = 1024 * 1024
"""Bytes; the smaller of the limits met in real FHIR servers."""
RUBBISH = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceTy\xff'
PREFIX = "/fhir"


def practice_app(store: ResourceStore, token: str | None = None, base_url: str | None = None) -> web.Application:
    """Return the practice system as a web application with its interface under `/fhir`.

    `token` is the bearer token every request but `/metadata` must carry; `base_url` is the address put in links,
    by default the one the client used. The application closes nothing: the store stays the caller's.
    """
    faults = FaultDoor(("slow", "error", "rubbish"), RUBBISH, "application/fhir+json")
    app = web.Application(middlewares=[faults.middleware, outcomes], client_max_size=MAX_BODY)
    faults.add_to(app)
    _Interface(store, token, base_url).add_to(app)
    return app


class _Interface:
    def __init__(self, store: ResourceStore, token: str | None, base_url: str | None) -> None:
        self._store = store
        self._token = token
        self._base_url = base_url
        self._started_at = instant(int(datetime.now(UTC).timestamp() * 1000))

    def add_to(self, app: web.Application) -> None:
        secured = self._secured
        app.router.add_get(f"{PREFIX}/metadata", self._metadata)
        for path in (PREFIX, PREFIX + "/"):
            app.router.add_post(path, secured(self._transaction))
        app.router.add_get(f"{PREFIX}/_history", secured(self._history))
        app.router.add_get(f"{PREFIX}/{{type}}", secured(self._search))
        app.router.add_post(f"{PREFIX}/{{type}}", secured(self._create))
        app.router.add_post(f"{PREFIX}/{{type}}/_search", secured(self._search))
        app.router.add_get(f"{PREFIX}/{{type}}/_history", secured(self._history))
        app.router.add_get(f"{PREFIX}/{{type}}/{{id}}", secured(self._read))
        app.router.add_put(f"{PREFIX}/{{type}}/{{id}}", secured(self._update))
        app.router.add_delete(f"{PREFIX}/{{type}}/{{id}}", secured(self._delete))
        app.router.add_get(f"{PREFIX}/{{type}}/{{id}}/_history", secured(self._history))
        app.router.add_get(f"{PREFIX}/{{type}}/{{id}}/_history/{{version}}", secured(self._vread))

    def _secured(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def checked(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "")
            if self._token and not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
                raise FhirError(401, "login", "Authorization: Bearer <token> is missing or wrong")
            return await handler(request)

        return checked

    def _base(self, request: web.Request) -> str:
        return self._base_url or f"{request.scheme}://{request.host}{PREFIX}"

    async def _metadata(self, request: web.Request) -> web.Response:
        statement = capability_statement(self._base(request), self._started_at, secured=bool(self._token))
        return answer(statement)

    async def _read(self, request: web.Request) -> web.Response:
        resource_type, resource_id = _address(request)
        version = self._store.current(resource_type, resource_id)
        if version and version.etag == request.headers.get("If-None-Match"):
            return web.Response(status=304, headers={"ETag": version.etag})
        return version_answer(_present(version))

    async def _vread(self, request: web.Request) -> web.Response:
        number = request.match_info["version"]
        # Version numbers are small; a longer text cannot be one, nor does SQLite take it as an integer.
        known = number.isascii() and number.isdecimal() and len(number) < 10
        version = self._store.version(*_address(request), int(number)) if known else None
        return version_answer(_present(version))

    async def _create(self, request: web.Request) -> web.Response:
        resource_type = _type(request)
        resource = await json_body(request)
        condition = request.headers.get("If-None-Exist")
        with writing(self._store, self._base(request)) as unit:
            found = None
            if condition is not None:
                pairs = parse_qsl(condition.removeprefix("?"), keep_blank_values=True)
                found = unit.find(parse_if_none_exist(resource_type, pairs))
            version = found or unit.create(resource_type, resource)
        location = f"{self._base(request)}/{version.reference}/_history/{version.number}"
        return version_answer(version, 200 if found else 201, request, {"Location": location})

    async def _update(self, request: web.Request) -> web.Response:
        resource_type, resource_id = _address(request)
        resource = await json_body(request)
        with writing(self._store, self._base(request)) as unit:
            version = unit.update(resource_type, resource_id, resource, request.headers.get("If-Match"))
        return version_answer(version, 200, request)

    async def _delete(self, request: web.Request) -> web.Response:
        with writing(self._store, self._base(request)) as unit:
            version = unit.delete(*_address(request), request.headers.get("If-Match"))
        return web.Response(status=204, headers={"ETag": version.etag} if version else {})

    async def _transaction(self, request: web.Request) -> web.Response:
        bundle = await json_body(request)
        return answer(run_transaction(self._store, self._base(request), bundle))

    async def _search(self, request: web.Request) -> web.Response:
        resource_type = _type(request)
        pairs = list(request.query.items())
        if request.method == "POST":
            form = await request.text()
            pairs += parse_qsl(form, keep_blank_values=True)
        strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "")
        search = parse_search(resource_type, pairs, strict=strict)
        page = self._store.search(search, decode_cursor(search.cursor) if search.cursor else None)
        shown = {version.reference for version in page.versions}
        included: dict[str, Version] = {}
        for version in page.versions:
            for include in search.includes:
                for reference in self._store.referenced(version, include.parameter):
                    wanted = include.target in (None, reference.partition("/")[0])
                    target = self._store.as_of(reference, page.snapshot) if wanted else None
                    if target and reference not in shown:
                        included[reference] = target
        return answer(searchset(self._base(request), search, page, included.values()))

    async def _history(self, request: web.Request) -> web.Response:
        resource_type = _type(request) if "type" in request.match_info else None
        resource_id = check_id(request.match_info["id"]) if "id" in request.match_info else None
        if resource_type and resource_id and self._store.current(resource_type, resource_id) is None:
            raise FhirError(404, "not-found", "there is no such resource")
        pairs = tuple((name, value) for name, value in request.query.items() if name in ("_since", "_count"))
        values = dict(pairs)
        since = parse_since(values["_since"]) if "_since" in values else 0
        cursor = request.query.get(CURSOR)
        count = parse_count(values.get("_count"))
        before = decode_cursor(cursor).seq if cursor else None
        versions = self._store.history(resource_type, resource_id, since, before, count + 1)
        path = request.path.removeprefix(PREFIX + "/")
        more = 0 < count < len(versions)
        return answer(history(self._base(request), path, pairs, versions[:count], more=more))


def _type(request: web.Request) -> str:
    resource_type = request.match_info["type"]
    definition_of(resource_type)
    return resource_type


def _address(request: web.Request) -> tuple[str, str]:
    return _type(request), check_id(request.match_info["id"])


def _present(version: Version | None) -> Version:
    if version is None:
        raise FhirError(404, "not-found", "there is no such resource")
    if version.body is None:
        raise FhirError(410, "deleted", "the resource has been deleted")
    return version
