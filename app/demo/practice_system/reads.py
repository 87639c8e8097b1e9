"""The reading half of the REST interface."""

from urllib.parse import parse_qsl

from aiohttp import web

from app.demo.practice_system.answers import answer, version_answer
from app.demo.practice_system.bundles import decode_cursor, history, searchset
from app.demo.practice_system.problems import FhirError
from app.demo.practice_system.searches import CURSOR, Search, parse_count, parse_search, parse_since
from app.demo.practice_system.service import PREFIX, Service, address_of, present, type_of
from app.demo.practice_system.validation import check_id
from app.demo.practice_system.versions import Page, Version


class Reads:
    """Read, version read, search and history."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store

    async def read(self, request: web.Request) -> web.Response:
        """`GET <type>/<id>`, with `If-None-Match`."""
        version = self._store.current(*address_of(request))
        if version and version.etag == request.headers.get("If-None-Match"):
            return web.Response(status=304, headers={"ETag": version.etag})
        return version_answer(present(version))

    async def version(self, request: web.Request) -> web.Response:
        """`GET <type>/<id>/_history/<version>`."""
        return version_answer(present(self._store.version(*address_of(request), request.match_info["version"])))

    async def search(self, request: web.Request) -> web.Response:
        """`GET <type>?...` and `POST <type>/_search`."""
        resource_type = type_of(request)
        pairs = list(request.query.items())
        if request.method == "POST":
            form = await request.text()
            pairs += parse_qsl(form, keep_blank_values=True)
        profile = self._service.profile
        strict = "handling=strict" in request.headers.get("Prefer", "").replace(" ", "")
        search = parse_search(
            resource_type, pairs, strict=strict or not profile.lenient_search, totals=profile.totals
        )
        page = self._store.search(search, decode_cursor(search.cursor) if search.cursor else None)
        included = self._included(search, page)
        whole = profile.whole_elements
        return answer(searchset(self._service.base(request), search, page, included, whole_elements=whole))

    async def history(self, request: web.Request) -> web.Response:
        """`GET [[<type>/]<id>/]_history`, newest first."""
        resource_type = type_of(request) if "type" in request.match_info else None
        resource_id = check_id(request.match_info["id"]) if "id" in request.match_info else None
        if resource_type and resource_id and self._store.current(resource_type, resource_id) is None:
            raise FhirError(404, "not-found", "there is no such resource")
        if resource_id is None and not self._service.profile.wide_history:
            raise FhirError(404, "not-found", "there is a history of single resources only")
        pairs = tuple((name, value) for name, value in request.query.items() if name in ("_since", "_count"))
        values = dict(pairs)
        since = parse_since(values["_since"]) if "_since" in values else 0
        cursor = request.query.get(CURSOR)
        count = parse_count(values.get("_count"))
        before = decode_cursor(cursor).seq if cursor else None
        versions = self._store.history(resource_type, resource_id, since, before, count + 1)
        path = request.path.removeprefix(PREFIX + "/")
        more = 0 < count < len(versions)
        return answer(history(self._service.base(request), path, pairs, versions[:count], more=more))

    def _included(self, search: Search, page: Page) -> list[Version]:
        shown = {version.reference for version in page.versions}
        included: dict[str, Version] = {}
        for version in page.versions:
            for include in search.includes:
                for reference in self._store.referenced(version, include.parameter):
                    if reference in shown or include.target not in (None, reference.partition("/")[0]):
                        continue
                    if target := self._store.as_of(reference, page.snapshot):
                        included[reference] = target
        return list(included.values())
