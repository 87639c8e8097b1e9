"""One HTTP exchange: bounded in time and size, and every way it can fail turned into one of our kinds."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from app.domain.errors import ErrorKind, KlinikError

MAX_REQUEST = 1_000_000
"""Bytes; the least of what FHIR servers were seen to take."""
NO_CONNECTION = frozenset(
    {
        ErrorKind.PRACTICE_UNREACHABLE,
        ErrorKind.PRACTICE_SLOW,
        ErrorKind.PRACTICE_CERTIFICATE_EXPIRED,
        ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME,
        ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED,
    }
)
"""Failures that the next request to the same server would meet as well."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LATER = frozenset({408, 429})
_OUT_OF_DATE = frozenset({9, 10})
_OTHER_NAME = frozenset({62, 64})
"""OpenSSL's verify codes (x509_vfy.h): not yet valid, has expired; host name mismatch, IP address mismatch."""


class AnswerTooLargeError(KlinikError):
    """The answer is larger than we take; a smaller page may fit."""

    def __init__(self, detail: str) -> None:
        super().__init__(ErrorKind.PRACTICE_RUBBISH, detail)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an exchange may take, and how many bytes its answer may have."""

    timeout: timedelta
    max_body: int


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What came back, whatever its status."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes = field(repr=False)

    @property
    def date(self) -> datetime | None:
        """The server's own time, in whole seconds, when it answered."""
        try:
            stated = parsedate_to_datetime(self.headers.get("Date", ""))
        except ValueError:
            return None
        return stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)


def safe_address(address: str) -> URL:
    """Return an address that secrets and patients' data may be sent to: https, or http on this PC.

    Raises ValueError for any other.
    """
    url = URL(address, encoded=True)
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and url.host in _LOOPBACK)):
        raise ValueError("not an https address")
    return url


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: URL,
    what: str,
    *,
    bounds: Bounds,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> RawAnswer:
    """Send a request and take the answer in; `what` names it in the log.

    Redirects are not followed, so that nothing goes anywhere but to the address it was meant for. Raises
    KlinikError: PRACTICE_UNREACHABLE, _SLOW, _CERTIFICATE_*, _RUBBISH, and _TOO_LARGE before anything is sent.
    """
    if body is not None and len(body) > MAX_REQUEST:
        raise KlinikError(ErrorKind.PRACTICE_TOO_LARGE, f"{what}: {len(body)} bytes")
    try:
        async with session.request(
            method,
            url,
            data=body,
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=bounds.timeout.total_seconds()),
            allow_redirects=False,
        ) as response:
            return RawAnswer(response.status, response.headers, await _bounded_body(response, bounds, what))
    except TimeoutError as error:
        raise KlinikError(ErrorKind.PRACTICE_SLOW, what) from error
    except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
        raise _not_reached(error, what) from error
    except aiohttp.ClientError as error:
        raise KlinikError(ErrorKind.PRACTICE_RUBBISH, f"{what}: {type(error).__name__}") from error


def kind_of(status: int) -> ErrorKind:
    """Return what a status means that is neither success nor an answer asked for."""
    if status >= 500:
        return ErrorKind.PRACTICE_ERROR
    if status in _LATER:
        return ErrorKind.PRACTICE_SLOW
    if status in (401, 403):
        return ErrorKind.PRACTICE_SIGN_IN_REFUSED
    if status == 413:
        return ErrorKind.PRACTICE_TOO_LARGE
    return ErrorKind.PRACTICE_REFUSED if status >= 400 else ErrorKind.PRACTICE_RUBBISH


async def _bounded_body(response: aiohttp.ClientResponse, bounds: Bounds, what: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > bounds.max_body:
            raise AnswerTooLargeError(f"{what}: more than {bounds.max_body} bytes")
    return bytes(body)


def _not_reached(error: Exception, what: str) -> KlinikError:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        found = error.certificate_error
        code = found.verify_code if isinstance(found, ssl.SSLCertVerificationError) else 0
        return KlinikError(_certificate_kind(code), f"{what}: verify code {code}")
    return KlinikError(ErrorKind.PRACTICE_UNREACHABLE, f"{what}: {type(error).__name__}")


def _certificate_kind(verify_code: int) -> ErrorKind:
    if verify_code in _OUT_OF_DATE:
        return ErrorKind.PRACTICE_CERTIFICATE_EXPIRED
    if verify_code in _OTHER_NAME:
        return ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME
    return ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED
