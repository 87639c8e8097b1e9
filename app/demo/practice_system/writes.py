"""The writing half of the REST interface."""

from urllib.parse import parse_qsl

from aiohttp import web

from app.demo.practice_system.answers import answer, json_body, version_answer
from app.demo.practice_system.json_patch import PATCH_TYPE, patched
from app.demo.practice_system.service import Service, address_of, present, type_of
from app.demo.practice_system.transactions import run_transaction
from app.demo.practice_system.writing import parse_if_none_exist


class Writes:
    """Create, update, patch, delete and transaction."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def create(self, request: web.Request) -> web.Response:
        """`POST <type>`, with `If-None-Exist`."""
        resource_type = type_of(request)
        resource = await json_body(request)
        condition = request.headers.get("If-None-Exist")
        with self._service.writing(request) as unit:
            found = None
            if condition is not None:
                pairs = parse_qsl(condition.removeprefix("?"), keep_blank_values=True)
                found = unit.find(parse_if_none_exist(resource_type, pairs))
            version = found or unit.create(resource_type, resource)
        location = f"{self._service.base(request)}/{version.reference}/_history/{version.version_id}"
        return version_answer(version, 200 if found else 201, request, {"Location": location})

    async def update(self, request: web.Request) -> web.Response:
        """`PUT <type>/<id>`, with `If-Match`."""
        resource_type, resource_id = address_of(request)
        resource = await json_body(request)
        with self._service.writing(request) as unit:
            version = unit.update(resource_type, resource_id, resource, request.headers.get("If-Match"))
        return version_answer(version, 200, request)

    async def patch(self, request: web.Request) -> web.Response:
        """`PATCH <type>/<id>` with a JSON Patch; whether `If-Match` is heeded is the profile's to say."""
        resource_type, resource_id = address_of(request)
        operations = await json_body(request, (PATCH_TYPE,))
        if_match = request.headers.get("If-Match") if self._service.profile.guarded_patch else None
        current = present(self._service.store.current(resource_type, resource_id))
        with self._service.writing(request) as unit:
            changed = patched(current.resource(), operations)
            version = unit.update(resource_type, resource_id, changed, if_match)
        return version_answer(version, 200, request)

    async def delete(self, request: web.Request) -> web.Response:
        """`DELETE <type>/<id>`, with `If-Match`."""
        with self._service.writing(request) as unit:
            version = unit.delete(*address_of(request), request.headers.get("If-Match"))
        return web.Response(status=204, headers={"ETag": version.etag} if version else {})

    async def transaction(self, request: web.Request) -> web.Response:
        """`POST` of a transaction Bundle to the base address."""
        bundle = await json_body(request)
        return answer(
            run_transaction(self._service.store, self._service.base(request), bundle, self._service.profile)
        )
