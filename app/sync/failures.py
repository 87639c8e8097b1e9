"""What went wrong, for the log and for the screen, without a word about a patient."""

import asyncio
import contextlib
import logging
import traceback
from datetime import timedelta

from app.domain.errors import ErrorKind, KlinikError

_log = logging.getLogger(__name__)


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
