"""An SMS gateway with a small JSON interface over HTTP: one address to send, one to ask what became of a text."""

import json
from urllib.parse import quote

import aiohttp

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.sms import SmsStatus, SmsText

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_MAX_ANSWER = 16 * 1024
_MAX_REFERENCE = 200


class HttpSmsGateway:
    """`POST {base}/messages` and `GET {base}/messages/{reference}` with a bearer token on the caller's session.

    Raises KlinikError: SMS_NUMBER_REFUSED when the gateway says so, SMS_UNREACHABLE for all else that goes wrong.
    """

    def __init__(self, base_url: str, session: aiohttp.ClientSession, token: str) -> None:
        self._messages = f"{base_url.rstrip('/')}/messages"
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"}

    async def send(self, text: SmsText) -> str:
        """Hand the text over; returns the gateway's reference, the same one for a repeated key."""
        body = {
            "key": text.key,
            "to": text.to.reveal().e164,
            "sender": text.sender,
            "body": text.body.reveal(),
        }
        status, answer = await self._ask("POST", self._messages, body)
        if status == 422 and answer.get("error") == "number_refused":
            raise KlinikError(ErrorKind.SMS_NUMBER_REFUSED)
        reference = answer.get("reference")
        if status not in (200, 201) or not isinstance(reference, str) or not 0 < len(reference) <= _MAX_REFERENCE:
            raise KlinikError(ErrorKind.SMS_UNREACHABLE, f"answer {status} to a text")
        return reference

    async def status(self, reference: str) -> SmsStatus:
        """Return what the gateway knows of a text it took."""
        status, answer = await self._ask("GET", f"{self._messages}/{quote(reference, safe='')}", None)
        try:
            if status == 200:
                return SmsStatus(answer.get("status"))
        except ValueError as error:
            raise KlinikError(ErrorKind.SMS_UNREACHABLE, "unknown status of a text") from error
        raise KlinikError(ErrorKind.SMS_UNREACHABLE, f"answer {status} to a status")

    async def _ask(self, method: str, url: str, body: dict[str, str] | None) -> tuple[int, dict[str, object]]:
        try:
            async with self._session.request(
                method, url, json=body, headers=self._headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                return response.status, _parse_object(await _bounded(response))
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            # The type alone: the text of the error may quote the body, and `from None` keeps it out of the log.
            raise KlinikError(ErrorKind.SMS_UNREACHABLE, type(error).__name__) from None


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    answer = b""
    async for chunk in response.content.iter_chunked(_MAX_ANSWER):
        answer += chunk
        if len(answer) > _MAX_ANSWER:
            raise ValueError("the answer is too large")
    return answer


def _parse_object(answer: bytes) -> dict[str, object]:
    """Read a JSON object; anything else is an empty one, for the status alone may say enough."""
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
