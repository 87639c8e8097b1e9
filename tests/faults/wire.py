"""The network between consoles and services in virtual time: it loses, doubles, delays and garbles as told."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from random import Random
from typing import Any

import aiohttp


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a service sees it; `by` is the console it came from, header names are in small letters."""

    by: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a service says."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@unique
class Fate(Enum):
    """What becomes of one request."""

    FINE = "fine"
    SLOW = "slow"
    NOT_CONNECTED = "not_connected"
    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    HUNG_UP = "hung_up"
    TWICE = "twice"
    LATE = "late"
    ERROR = "error"
    ERROR_AFTER = "error_after"
    CONFLICT = "conflict"
    OUTDATED = "outdated"
    BUSY = "busy"
    RUBBISH = "rubbish"
    RUBBISH_AFTER = "rubbish_after"


ARRIVES = frozenset({Fate.LOST_ANSWER, Fate.HUNG_UP, Fate.ERROR_AFTER, Fate.RUBBISH_AFTER, Fate.TWICE, Fate.LATE})
"""Fates in which the service does what it was asked although the console does not hear of it."""
_ANSWERS = frozenset({Fate.CONFLICT, Fate.OUTDATED, Fate.RUBBISH})
_INVENTED = {Fate.ERROR: 500, Fate.CONFLICT: 409, Fate.OUTDATED: 412, Fate.BUSY: 503, Fate.ERROR_AFTER: 502}
_RUBBISH = Answered(200, b'{"resourceType":"Bundle","entry":[{"resource":{"resourceTy\xff', {})
LATENCY = (0.005, 0.04)
SLOW, LATE, AGAIN = 4.0, 25.0, 7.0
"""Seconds: a slow answer, a request that arrives after the console gave up, the second arrival of a doubled one."""

Service = Callable[[Asked], Answered]


@dataclass
class Wire:
    """Joins every console to every service; `storm` is the share of requests that meet a fate by chance."""

    services: Mapping[str, Service]
    chance: Random
    fates: dict[tuple[str, str], deque[Fate]] = field(default_factory=lambda: defaultdict(deque))
    cut: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    storm: float = 0.0
    under_way: int = 0
    carried: int = 0

    def send(self, host: str, asked: Asked, answer: "asyncio.Future[Answered]") -> None:
        """Set a request on its way; the answer comes later, or never."""
        self.carried += 1
        fate = self._fate(host, asked)
        if asked.by in self.cut or host in self.down or fate is Fate.NOT_CONNECTED:
            self._later(self._latency(), self._fail, answer)
        elif fate in _INVENTED and fate not in ARRIVES:
            self._later(self._latency(), self._tell, answer, Answered(_INVENTED[fate], b"{}", {}))
        elif fate is Fate.RUBBISH:
            self._later(self._latency(), self._tell, answer, _RUBBISH)
        elif fate is not Fate.LOST_REQUEST:
            delay = {Fate.SLOW: SLOW, Fate.LATE: LATE}.get(fate, 0.0)
            self._later(delay + self._latency(), self._arrive, host, asked, answer, fate)
            if fate is Fate.TWICE:
                self._later(AGAIN, self._arrive, host, asked, None, fate)

    def calm(self) -> None:
        """End every fault."""
        self.fates.clear()
        self.cut.clear()
        self.down.clear()
        self.storm = 0.0

    def _fate(self, host: str, asked: Asked) -> Fate:
        waiting = self.fates.get((asked.by, host))
        if waiting and asked.writes:
            return _possible(host, asked, waiting.popleft())
        if self.storm and self.chance.random() < self.storm:
            return _possible(host, asked, self.chance.choice(list(Fate)))
        return Fate.FINE

    def _arrive(self, host: str, asked: Asked, answer: "asyncio.Future[Answered] | None", fate: Fate) -> None:
        if host in self.down:
            self._fail(answer)
            return
        said = self.services[host](asked)
        if fate is Fate.HUNG_UP:
            self._later(self._latency(), self._fail, answer)
        elif fate is Fate.ERROR_AFTER:
            self._later(self._latency(), self._tell, answer, Answered(_INVENTED[fate], b"{}", {}))
        elif fate is Fate.RUBBISH_AFTER:
            self._later(self._latency(), self._tell, answer, _RUBBISH)
        elif fate is not Fate.LOST_ANSWER:
            self._later(self._latency(), self._tell, answer, said)

    def _tell(self, answer: "asyncio.Future[Answered] | None", said: Answered) -> None:
        if answer is not None and not answer.done():
            answer.set_result(said)

    def _fail(self, answer: "asyncio.Future[Answered] | None") -> None:
        if answer is not None and not answer.done():
            answer.set_exception(aiohttp.ServerDisconnectedError())

    def _later(self, seconds: float, what: Callable[..., None], *arguments: Any) -> None:
        self.under_way += 1

        def happen() -> None:
            self.under_way -= 1
            what(*arguments)

        asyncio.get_running_loop().call_later(seconds, happen)

    def _latency(self) -> float:
        return self.chance.uniform(*LATENCY)


def _possible(host: str, asked: Asked, fate: Fate) -> Fate:
    """What is an answer and no fault is said by the services alone.

    A room or a text is refused for good by these, a room closed by any good answer; a 409 to a new appointment says
    that its time is taken.
    """
    if host != "practice" or not asked.writes:
        return Fate.ERROR if fate in _ANSWERS else fate
    taken = fate is Fate.CONFLICT and asked.method == "POST" and asked.path == "Appointment"
    return Fate.ERROR if taken else fate
