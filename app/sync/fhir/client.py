"""HTTP to the practice system: signed in, bounded, and every failure turned into one of our kinds."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
from yarl import URL

from app.domain.errors import ErrorKind, KlinikError
from app.sync.fhir.authentication import SignIn
from app.sync.fhir.elements import as_object, text
from app.sync.fhir.http import Bounds, RawAnswer, exchange, kind_of, safe_address
from app.sync.fhir.json_text import JsonObject, read_json, write_json

FHIR_JSON = "application/fhir+json"
_LARGE = 64 * 1024
"""Bytes of an answer from which on it is read in another thread, for the screen would wait for it."""
TIMEOUT = timedelta(seconds=10)
MAX_BODY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `etag` is the resource's version as `If-Match` wants it, opaque text."""

    status: int
    body: JsonObject = field(repr=False)
    etag: str | None
    location: str

    @property
    def good(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300


class FhirClient:
    """One FHIR server. Every method raises KlinikError (PRACTICE_*) for what it was not told to hand back.

    A path is relative to the base address: `Slot`, `Slot/17`, `Slot/_history`. The address must be https, or lead
    to this PC. `on_date` is told what the server's clock shows with each answer, where the server tells.
    """

    def __init__(
        self,
        base_url: str,
        session: aiohttp.ClientSession,
        sign_in: SignIn,
        timeout: timedelta = TIMEOUT,
        max_body: int = MAX_BODY,
        on_date: Callable[[datetime], None] = lambda date: None,
    ) -> None:
        self._base = _checked_base(base_url)
        self._session = session
        self._sign_in = sign_in
        self._bounds = Bounds(timeout, max_body)
        self._headers = {"Accept": FHIR_JSON, "Cache-Control": "no-cache", "Prefer": "return=representation"}
        self._on_date = on_date

    @property
    def base(self) -> str:
        """The server's base address."""
        return self._base

    async def get(
        self, path: str, query: Mapping[str, str | Sequence[str]] | None = None, hand_back: Iterable[int] = ()
    ) -> Answer:
        """Read a resource or search; `hand_back` names refusals that are an answer and not a failure.

        A parameter with several values is given once for each: all must hold.
        """
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

    async def transact(self, bundle: JsonObject, hand_back: Iterable[int] = ()) -> Answer:
        """POST a transaction or batch Bundle, which goes to the base address itself."""
        what = text(bundle.get("type"))
        return await self._ask("POST", what, URL(self._base, encoded=True), bundle, hand_back=hand_back)

    async def delete(self, path: str, hand_back: Iterable[int] = ()) -> Answer:
        """DELETE a resource."""
        return await self._ask("DELETE", path, self._address(path), hand_back=hand_back)

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
        body = None
        if resource is not None:
            headers["Content-Type"] = FHIR_JSON
            body = write_json(resource)
        signed = await self._sign_in.headers()
        raw = await self._exchange(method, address, what, {**headers, **signed}, body)
        if raw.status == 401 and self._sign_in.rejected(signed):
            renewed = await self._sign_in.headers()
            raw = await self._exchange(method, address, what, {**headers, **renewed}, body)
        if len(raw.body) < _LARGE:
            return _answer(what, raw, frozenset(hand_back))
        return await asyncio.to_thread(_answer, what, raw, frozenset(hand_back))

    async def _exchange(
        self, method: str, address: URL, what: str, headers: Mapping[str, str], body: bytes | None
    ) -> RawAnswer:
        raw = await exchange(self._session, method, address, what, bounds=self._bounds, headers=headers, body=body)
        if date := raw.date:
            self._on_date(date)
        return raw

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
        url = safe_address(base_url)
    except ValueError as error:
        raise KlinikError(ErrorKind.SETTINGS_INVALID, "the practice system's address") from error
    return str(url.with_query(None).with_fragment(None)).rstrip("/")


def _answer(what: str, raw: RawAnswer, hand_back: frozenset[int]) -> Answer:
    good = 200 <= raw.status < 300
    if not good and raw.status not in hand_back:
        raise KlinikError(kind_of(raw.status), f"{what}: {raw.status}")
    try:
        content = read_json(raw.body) if raw.body.strip() else {}
    except KlinikError as error:
        if good:
            raise KlinikError(error.kind, f"{what}: {error.detail}") from error
        content = {}
    version = text(as_object(content.get("meta")).get("versionId"))
    etag = raw.headers.get("ETag") or (f'W/"{version}"' if version else None)
    return Answer(raw.status, content, etag, raw.headers.get("Location", ""))
