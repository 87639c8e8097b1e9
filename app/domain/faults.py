"""How an exception goes into the log: its kind and place, never its words, for those may hold a name."""

import logging
import traceback

from app.domain.errors import KlinikError


def log_fault(log: logging.Logger, doing: str, error: Exception) -> None:
    """Log what failed: a KlinikError with its text, which is free of personal data; of any other type and place."""
    if isinstance(error, KlinikError):
        log.warning("%s: %s", doing, error)
        return
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    log.error("%s: unexpected %s in %s", doing, type(error).__name__, places)
