"""What went wrong, for the log and for the screen, without a word about a patient."""

import asyncio
import contextlib
import logging
import traceback
from datetime import timedelta

from app.domain.errors import ErrorKind, KlinikError

_log = logging.getLogger(__name__)

AWAY = frozenset(
    {
        ErrorKind.PRACTICE_UNREACHABLE,
        ErrorKind.PRACTICE_SLOW,
        ErrorKind.PRACTICE_ERROR,
        ErrorKind.PRACTICE_SIGN_IN_REFUSED,
        ErrorKind.PRACTICE_CERTIFICATE_EXPIRED,
        ErrorKind.PRACTICE_CERTIFICATE_UNTRUSTED,
        ErrorKind.PRACTICE_CERTIFICATE_OTHER_NAME,
    }
)
"""The practice system cannot be used at all; what failed for it may go through as soon as it can be again."""
NO_ROOM = frozenset({ErrorKind.DISK_FULL, ErrorKind.DATABASE_READ_ONLY, ErrorKind.DATABASE_DAMAGED})
"""The local copy takes nothing more, whatever it is."""


def note(error: Exception, doing: str) -> ErrorKind:
    """Log a failure and return its kind.

    Of an exception that is not ours only the type and the place are logged: its text may hold personal data.
    """
    if isinstance(error, KlinikError):
        _log.warning("%s: %s", doing, error)
        return error.kind
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    _log.error("%s: unexpected %s in %s", doing, type(error).__name__, places)
    return ErrorKind.UNEXPECTED


async def rest(wake: asyncio.Event, pause: timedelta) -> None:
    """Wait until woken, but no longer than the pause."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(pause.total_seconds()):
            await wake.wait()
