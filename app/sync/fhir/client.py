"""HTTP to the practice system: bounded in time and size, and every failure turned into one of our kinds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from yarl import URL

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.elements import as_object, text
from app.sync.fhir.json_text import JsonObject, read_json, write_json

FHIR_JSON = "application/fhir+json"
TIMEOUT = timedelta(seconds=10)
MAX_BODY = 8 * 1024 * 1024
_LATER = frozenset({408, 429})


class AnswerTooLargeError(KlinikError):
    """The answer is larger than we take; a smaller page may fit."""

    def __init__(self, detail: str) -> None:
        super().__init__(ErrorKind.PRACTICE_RUBBISH, detail)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `etag` is the resource's version as `If-Match` wants it, opaque text."""

    status: int
    body: JsonObject
    etag: str | None
    location: str

    @property
    def good(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300


class FhirClient:
    """One FHIR server. Every method raises KlinikError (PRACTICE_*) for what it was not told to hand back.

    A path is relative to the base address: `Slot`, `Slot/17`, `Slot/_history`. Redirects are not followed, so that
    the token goes nowhere but to the configured address.
    """

    def __init__(
        self,
        base_url: str,
        session: aiohttp.ClientSession,
        token: str | None,
        timeout: timedelta = TIMEOUT,
        max_body: int = MAX_BODY,
    ) -> None:
        self._base = _checked_base(base_url)
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self._max_body = max_body
        self._headers = {"Accept": FHIR_JSON, "Cache-Control": "no-cache", "Prefer": "return=representation"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str, query: Mapping[str, str] | None = None, hand_back: Iterable[int] = ()) -> Answer:
        """Read a resource or search; `hand_back` names refusals that are an answer and not a failure."""
        return await self._ask("GET", path, self._address(path).with_query(query), hand_back=hand_back)

    async def follow(self, path: str, link: str) -> Answer:
        """Get the next page of a search at `path`, at our own base address whatever the server calls itself."""
        return await self._ask("GET", path, self._rebased(path, link))

    async def create(self, resource: JsonObject, if_none_exist: str, hand_back: Iterable[int] = ()) -> Answer:
        """POST a resource unless one already matches the search `if_none_exist`."""
        path = text(resource.get("resourceType"))
        guard = {"If-None-Exist": if_none_exist}
        return await self._ask("POST", path, self._address(path), resource, guard=guard, hand_back=hand_back)

    async def update(self, resource: JsonObject, if_match: str, hand_back: Iterable[int] = ()) -> Answer:
        """PUT a resource in place of the version `if_match`; 412 means that it is no longer the newest."""
        path = f"{text(resource.get('resourceType'))}/{text(resource.get('id'))}"
        guard = {"If-Match": if_match}
        return await self._ask("PUT", path, self._address(path), resource, guard=guard, hand_back=hand_back)

    async def _ask(
        self,
        method: str,
        path: str,
        address: URL,
        resource: JsonObject | None = None,
        *,
        guard: Mapping[str, str] | None = None,
        hand_back: Iterable[int] = (),
    ) -> Answer:
        what = f"{method} {path.partition('/')[0]}"
        headers = {**self._headers, **(guard or {})}
        if resource is not None:
            headers["Content-Type"] = FHIR_JSON
        try:
            async with self._session.request(
                method,
                address,
                data=None if resource is None else write_json(resource),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                body = await self._bounded_body(response, what)
        except TimeoutError as error:
            raise KlinikError(ErrorKind.PRACTICE_SLOW, what) from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise KlinikError(ErrorKind.PRACTICE_UNREACHABLE, f"{what}: {type(error).__name__}") from error
        except aiohttp.ClientError as error:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"{what}: {type(error).__name__}") from error
        return _answer(what, response, body, frozenset(hand_back))

    async def _bounded_body(self, response: aiohttp.ClientResponse, what: str) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(1 << 16):
            body += chunk
            if len(body) > self._max_body:
                raise AnswerTooLargeError(f"{what}: more than {self._max_body} bytes")
        return bytes(body)

    def _address(self, path: str) -> URL:
        return URL(f"{self._base}/{path}", encoded=True)

    def _rebased(self, path: str, link: str) -> URL:
        """Keep a link's query; some servers page at the searched path, others at their root."""
        try:
            url = URL(link, encoded=True)
        except ValueError as error:
            raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "a next link is no address") from error
        at_path = not url.path.strip("/") or url.path.rstrip("/").endswith(f"/{path}")
        target = f"{self._base}/{path}" if at_path or url.path == path else self._base
        return URL(f"{target}?{url.raw_query_string}", encoded=True)


def _checked_base(base_url: str) -> str:
    try:
        url = URL(base_url)
    except ValueError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "the practice system's address") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "the practice system's address")
    return str(url.with_query(None).with_fragment(None)).rstrip("/")


def _answer(what: str, response: aiohttp.ClientResponse, body: bytes, hand_back: frozenset[int]) -> Answer:
    status = response.status
    good = 200 <= status < 300
    if not good and status not in hand_back:
        raise KlinikError(_kind_of(status), f"{what}: {status}")
    try:
        content = read_json(body) if body.strip() else {}
    except KlinikError as error:
        if good:
            raise KlinikError(error.kind, f"{what}: {error.detail}") from error
        content = {}
    version = text(as_object(content.get("meta")).get("versionId"))
    etag = response.headers.get("ETag") or (f'W/"{version}"' if version else None)
    return Answer(status, content, etag, response.headers.get("Location", ""))


def _kind_of(status: int) -> ErrorKind:
    if status >= 500:
        return ErrorKind.PRACTICE_ERROR
    if status in _LATER:
        return ErrorKind.PRACTICE_SLOW
    return ErrorKind.PRACTICE_REFUSED if status >= 400 else ErrorKind.PRACTICE_RUBBISH
