"""The pulse of a call, once a second: how it goes, what is known around it, and whose fault it is if it fails."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.domain.clinic_time import Clock
from app.domain.culprit import Verdict
from app.domain.errors import ErrorKind
from app.video.culprit import Opinion, classify, form_opinion, in_trouble
from app.video.facts import NO_WITNESSES, NOT_ASKED, NOTHING_KNOWN, Facts, Reach, Surroundings, Witnesses
from app.video.ladder import LinkFigures
from app.video.network import Whereabouts, changed, knock, own_addresses, slept
from app.video.side.messages import BrowserReport
from app.video.side_talk import Reported
from app.video.statistics import CallStatistics

_REMEMBERED = 30.0
"""Seconds for which a sleep or another address explains what is wrong."""
_KNOCK_EVERY = 10.0
_KNOCK_IN_TROUBLE = 2.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What only the call itself knows at the moment of a reading; times are seconds (`app.video.facts.Facts`)."""

    connected: bool
    device_failures: tuple[ErrorKind, ...]
    captured_for: float | None
    waiting: float
    answered: bool
    silent: float
    reported: Reported | None
    picture_expected: bool


def link_of(scene: Scene, figures: CallStatistics) -> LinkFigures:
    """Return what the ladder goes by: a picture that the patient does not send is not one that stands still."""
    report = scene.reported.report if scene.reported else None
    sent = report is None or (report.camera == "live" and not report.hidden)
    return figures.link if scene.picture_expected and sent else replace(figures.link, frozen=0.0)


class Vitals:
    """One for each call, used in its loop; `surroundings` tells what the rest of the program knows of it."""

    def __init__(
        self,
        clock: Clock,
        surroundings: Callable[[], Surroundings] = lambda: NOTHING_KNOWN,
        witnesses: Witnesses = NO_WITNESSES,
        renew_line: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._surroundings = surroundings
        self._witnesses = witnesses
        self._renew_line = renew_line
        self._where = Whereabouts(own_addresses(), clock(), time.monotonic())
        self._moved_at = self._slept_at = self._line_broke_at = float("-inf")
        self._slept = 0.0
        self._room = self._other = NOT_ASKED
        self._knocked_at = float("-inf")
        self._knocking: asyncio.Task[None] | None = None
        self._reported: Reported | None = None
        self._rates: tuple[float, float] | None = None
        self._opinion = Opinion()
        self._line_up: bool | None = None

    @property
    def verdict(self) -> Verdict:
        """Whose fault it is, as it is to be said."""
        return self._opinion.said

    def look_around(self) -> bool:
        """Look at this PC's clock and addresses; True when connections have to be made anew."""
        before, self._where = self._where, Whereabouts(own_addresses(), self._clock(), time.monotonic())
        if stood_still := slept(before, self._where):
            self._slept, self._slept_at = stood_still, self._where.at
        if self._where.addresses != before.addresses:
            self._moved_at = self._where.at
        if moved := changed(before, self._where):
            self._renew_line()
        return moved

    def judge(self, scene: Scene, figures: CallStatistics) -> Verdict:
        """Take one more reading in and return what is to be said."""
        now = time.monotonic()
        facts = self._facts(scene, figures, now)
        self._opinion = form_opinion(self._opinion, classify(facts), now)
        self._knock(now, trouble=in_trouble(facts) or facts.surroundings.room_line_up is False)
        return self._opinion.said

    async def end(self) -> None:
        """Stop asking around."""
        if self._knocking is not None:
            self._knocking.cancel()
            await asyncio.wait({self._knocking})

    def _facts(self, scene: Scene, figures: CallStatistics, now: float) -> Facts:
        around = self._surroundings()
        if around.room_line_up is False and self._line_up is not False:
            self._line_broke_at = now
        self._line_up = around.room_line_up
        report, age = self._take_report(scene.reported, now)
        return Facts(
            connected=scene.connected,
            device_failures=scene.device_failures,
            captured_for=scene.captured_for,
            slept=self._slept if now - self._slept_at <= _REMEMBERED else 0.0,
            moved=now - self._moved_at <= _REMEMBERED,
            has_address=bool(self._where.addresses),
            surroundings=around,
            room_line_down=now - self._line_broke_at if around.room_line_up is False else 0.0,
            room=self._room,
            other=self._other,
            waiting=scene.waiting,
            answered=scene.answered,
            silent=scene.silent,
            link=link_of(scene, figures),
            encode_ms=figures.encode_ms,
            relayed="relay" in figures.path,
            report=report,
            report_age=age,
            patient_sends=self._rates[0] if self._rates else None,
            patient_gets=self._rates[1] if self._rates else None,
        )

    def _take_report(self, reported: Reported | None, now: float) -> tuple[BrowserReport | None, float]:
        """Note how much the patient's browser sent and got between its last two reports."""
        before, self._reported = self._reported, reported
        if reported is None:
            self._rates = None
            return None, 0.0
        if before is not None and reported.at > before.at:
            seconds = reported.at - before.at
            sent = reported.report.packets_out - before.report.packets_out
            got = reported.report.packets_in - before.report.packets_in
            self._rates = (max(0.0, sent / seconds), max(0.0, got / seconds))
        return reported.report, now - reported.at

    def _knock(self, now: float, *, trouble: bool) -> None:
        pause = _KNOCK_IN_TROUBLE if trouble else _KNOCK_EVERY
        if now - self._knocked_at < pause or (self._knocking is not None and not self._knocking.done()):
            return
        self._knocked_at = now
        self._knocking = asyncio.get_running_loop().create_task(self._ask_witnesses())

    async def _ask_witnesses(self) -> None:
        asked: tuple[Reach, Reach] = await asyncio.gather(
            knock(*self._witnesses.room), knock(*self._witnesses.other)
        )
        self._room, self._other = asked
