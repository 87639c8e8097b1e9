"""Signing in by SMART Backend Services: a token that soon ends, had against a signature of the console's own."""

import asyncio
import re
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import aiohttp
from joserfc import jwt
from joserfc.jwk import ECKey

from app.domain.clinic_time import Clock
from app.domain.errors import ErrorKind, KlinikError
from app.domain.settings import BackendServices
from app.sync.fhir.authentication import TOKEN, Headers, bearer
from app.sync.fhir.elements import text
from app.sync.fhir.http import Bounds, RawAnswer, exchange, kind_of, safe_address
from app.sync.fhir.json_text import JsonObject, read_json
from app.sync.fhir.signing_key import ALGORITHM

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LASTS = timedelta(minutes=4)
"""SMART allows five minutes; one is left for clocks that do not agree."""
_CLOCKS_AGREE = timedelta(seconds=30)
_TOKEN_LASTS = 300.0
"""Seconds a token is taken to last when the server does not say (SMART's longest recommended)."""
_EARLY = 30.0
_REFUSED_FOR = 5.0
"""Seconds a refusal stands, so that what waits in many queues does not ask once each."""
_BOUNDS = Bounds(timedelta(seconds=10), 256 * 1024)
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


class BackendServicesSignIn:
    """SMART Backend Services: a short-lived token, had against an assertion that the console signs (ES384).

    The token is kept in memory only and renewed shortly before it ends; however many ask, one renewal is under way
    at a time. While a token still holds, a renewal that cannot reach the server is no failure.

    `clock` is this PC's. When the server turns an assertion down and its own clock (the `Date` of its answer) is
    more than 30 s away from ours, it is signed once more by the server's time, and from then on: the time limits of
    an assertion protect the server, so its own time is the right one. `ticks` are seconds that never jump.
    Source: HL7 SMART App Launch 2.2, Backend Services; RFC 7523.
    """

    def __init__(
        self,
        base_url: str,
        settings: BackendServices,
        key: ECKey,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._settings = settings
        self._key = key
        self._session = session
        self._clock = clock
        self._ticks = ticks
        self._ahead = timedelta()
        self._endpoint = ""
        self._token = ""
        self._renew_at = self._ends_at = 0.0
        self._refusal: tuple[KlinikError, float] | None = None
        self._renewing = asyncio.Lock()

    async def headers(self) -> Headers:
        async with self._renewing:
            if not self._token or self._ticks() >= self._renew_at:
                await self._renew()
            return bearer(self._token)

    def rejected(self, headers: Headers) -> bool:
        if headers == bearer(self._token):
            self._token = ""
        return True

    async def _renew(self) -> None:
        if self._refusal and self._ticks() < self._refusal[1]:
            raise KlinikError(self._refusal[0].kind, self._refusal[0].detail)
        asked_at = self._ticks()
        try:
            granted = await self._ask()
        except KlinikError as error:
            if error.kind is ErrorKind.PRACTICE_SIGN_IN_REFUSED:
                self._refusal = error, self._ticks() + _REFUSED_FOR
                self._endpoint = ""
            elif self._token and self._ticks() < self._ends_at:
                return
            raise
        self._token, lasts = granted
        self._ends_at = asked_at + lasts
        self._renew_at = asked_at + max(lasts - _EARLY, lasts * 0.8)
        self._refusal = None

    async def _ask(self) -> tuple[str, float]:
        self._endpoint = self._endpoint or await self._discover()
        answer = await self._present_assertion()
        if answer.status in (400, 401) and answer.date:
            ahead = answer.date - self._clock()
            if abs(ahead - self._ahead) > _CLOCKS_AGREE:
                self._ahead = ahead
                answer = await self._present_assertion()
        if answer.status != 200:
            raise _refusal(answer)
        return _granted(read_json(answer.body))

    async def _discover(self) -> str:
        if self._settings.token_url:
            return _token_address(self._settings.token_url)
        url = safe_address(f"{self._base_url}/.well-known/smart-configuration")
        what = "GET smart-configuration"
        accept = {"Accept": "application/json"}
        answer = await exchange(self._session, "GET", url, what, bounds=_BOUNDS, headers=accept)
        if answer.status != 200:
            refused = answer.status < 500 and kind_of(answer.status) is not ErrorKind.PRACTICE_SLOW
            kind = ErrorKind.PRACTICE_SIGN_IN_REFUSED if refused else kind_of(answer.status)
            raise KlinikError(kind, f"{what}: {answer.status}")
        return _token_address(text(read_json(answer.body).get("token_endpoint")))

    async def _present_assertion(self) -> RawAnswer:
        form = {
            "grant_type": "client_credentials",
            "scope": self._settings.scope,
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(),
        }
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        url, body = safe_address(self._endpoint), urlencode(form).encode()
        return await exchange(self._session, "POST", url, "POST token", bounds=_BOUNDS, headers=headers, body=body)

    def _assertion(self) -> str:
        ends = self._clock() + self._ahead + _ASSERTION_LASTS
        claims = {
            "iss": self._settings.client_id,
            "sub": self._settings.client_id,
            "aud": self._endpoint,
            "exp": int(ends.timestamp()),
            "jti": str(uuid.uuid4()),
        }
        header = {"alg": ALGORITHM, "kid": self._settings.key_id, "typ": "JWT"}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


def _token_address(address: str) -> str:
    try:
        return str(safe_address(address))
    except ValueError as error:
        raise KlinikError(ErrorKind.PRACTICE_SIGN_IN_REFUSED, "the sign-in service has no https address") from error


def _refusal(answer: RawAnswer) -> KlinikError:
    """Turn a refusal by the sign-in service into one of ours; of its text only the standard's code is kept."""
    if answer.status >= 500 or kind_of(answer.status) is ErrorKind.PRACTICE_SLOW:
        return KlinikError(kind_of(answer.status), f"POST token: {answer.status}")
    try:
        code = text(read_json(answer.body).get("error"))
    except KlinikError:
        code = ""
    code = code if _ERROR_CODE.fullmatch(code) else "no reason"
    return KlinikError(ErrorKind.PRACTICE_SIGN_IN_REFUSED, f"POST token: {answer.status} {code}")


def _granted(answer: JsonObject) -> tuple[str, float]:
    """Return the token and how many seconds it lasts; raises KlinikError(PRACTICE_RUBBISH)."""
    token, lasts = answer.get("access_token"), answer.get("expires_in", _TOKEN_LASTS)
    usable = isinstance(token, str) and TOKEN.fullmatch(token)
    if not usable or text(answer.get("token_type")).lower() != "bearer":
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, "the sign-in service gave no bearer token")
    try:
        seconds = float(str(lasts))
    except ValueError:
        seconds = _TOKEN_LASTS
    return str(token), seconds if 0 < seconds < float("inf") else _TOKEN_LASTS
