"""A sign-in service as SMART Backend Services has it, small and strict, with a FHIR address behind it."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from app.domain.clinic_time import Clock, utc_now

CLIENT, KEY_ID, SCOPE = "konsol", "konsol-1", "system/Slot.rs"


@dataclass
class TokenService:
    """`lasts` is `expires_in` of the next token; `answer`, when set, is said in place of a token."""

    key: ECKey
    clock: Clock = utc_now
    lasts: object = 300
    answer: tuple[int, object] | None = None
    given: list[str] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    configuration: dict[str, Any] | None = None
    token_url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/fhir/.well-known/smart-configuration", self._configuration)
        app.router.add_post("/auth/token", self._token)
        app.router.add_route("*", "/fhir/{path:.*}", self._guarded)
        return app

    async def _configuration(self, request: web.Request) -> web.Response:
        self.asked.append("configuration")
        self.token_url = f"http://{request.host}/auth/token"
        return web.json_response(self.configuration or {"token_endpoint": self.token_url})

    async def _token(self, request: web.Request) -> web.Response:
        self.asked.append("token")
        date = {"Date": format_datetime(self.clock(), usegmt=True)}
        if self.answer:
            status, body = self.answer
            return web.json_response(body, status=status, headers=date)
        if problem := self._problem(dict(await request.post()), self.clock()):
            return web.json_response({"error": "invalid_client", "why": problem}, status=401, headers=date)
        self.given.append(f"token-{len(self.given)}")
        self.valid.add(self.given[-1])
        return web.json_response(
            {"access_token": self.given[-1], "token_type": "Bearer", "expires_in": self.lasts, "scope": SCOPE},
            headers=date,
        )

    def _problem(self, form: dict[str, Any], now: datetime) -> str:
        if form["grant_type"] != "client_credentials" or form["scope"] != SCOPE:
            return "grant"
        if form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
            return "type"
        try:
            token = jwt.decode(form["client_assertion"], self.key, algorithms=["ES384"])
        except JoseError:
            return "signature"
        claims, header = token.claims, token.header
        left = claims["exp"] - now.timestamp()
        good = claims["iss"] == claims["sub"] == CLIENT and claims["aud"] == self.token_url and 0 < left <= 300
        if not good or header != {"alg": "ES384", "kid": KEY_ID, "typ": "JWT"} or claims["jti"] in self.seen:
            return "claims"
        self.seen.add(claims["jti"])
        return ""

    async def _guarded(self, request: web.Request) -> web.Response:
        self.asked.append("fhir")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.valid:
            return web.Response(status=401)
        return web.json_response({"resourceType": "Slot", "id": "s1"})
