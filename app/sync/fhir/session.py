"""The HTTP session for the practice system: whose certificates are trusted, and no cookies kept."""

import ssl
from pathlib import Path

import aiohttp

from app.domain.errors import ErrorKind, KlinikError

_CONNECTIONS = 8


def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Return what TLS connections are checked by: this PC's authorities and, if given, the clinic's own besides.

    Raises KlinikError(SETTINGS_INVALID) when the file holds no certificates (PEM).
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            detail = f"practice_system.ca_file: {type(error).__name__}"
            raise KlinikError(ErrorKind.SETTINGS_INVALID, detail) from error
    return context


def practice_session(ca_file: Path | None) -> aiohttp.ClientSession:
    """Open a session for the practice system and its sign-in service; it is the caller's to close.

    Raises KlinikError(SETTINGS_INVALID).
    """
    connector = aiohttp.TCPConnector(ssl=trusted(ca_file), limit=_CONNECTIONS)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
