"""Counts the steps between a click and its end, and kills the console at one of them without a warning."""

import os
import signal
from typing import Any

import aiohttp

from app.store.local_store import LocalStore

_WRITES = ("PUT", "POST", "DELETE")
_taken: list[str] = []
_fatal: list[int] = []


def watch_steps() -> None:
    """Take note before and after each committed step of a booking and each write to another system."""
    transition, request = LocalStore.transition, aiohttp.ClientSession._request

    async def watched_transition(store: LocalStore, *arguments: Any, **named: Any) -> Any:
        _step("before commit")
        result = await transition(store, *arguments, **named)
        _step("after commit")
        return result

    async def watched_request(session: aiohttp.ClientSession, method: str, url: Any, **named: Any) -> Any:
        if method in _WRITES:
            _step(f"before {method}")
        response = await request(session, method, url, **named)
        if method in _WRITES:
            _step(f"after {method}")
        return response

    setattr(LocalStore, "transition", watched_transition)  # noqa: B010 - set from outside, as no type checker likes
    setattr(aiohttp.ClientSession, "_request", watched_request)  # noqa: B010


def die_at(step: int) -> None:
    """From now on count anew, and die at this step (the first is 1); 0 counts only."""
    _taken.clear()
    _fatal[:] = [step] if step else []


def steps() -> list[str]:
    """Return the steps taken since `die_at`."""
    return list(_taken)


def _step(what: str) -> None:
    _taken.append(what)
    if len(_taken) in _fatal:
        os.kill(os.getpid(), signal.SIGKILL)
