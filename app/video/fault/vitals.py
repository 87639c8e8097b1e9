"""The pulse of a call, once a second: how it goes, what is known around it, and whose fault it is if it fails."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.domain.clinic_time import Clock
from app.domain.culprit import Verdict
from app.domain.errors import ErrorKind
from app.video.fault.asking_around import AskingAround
from app.video.fault.culprit import FRESH, classify
from app.video.fault.facts import NO_WITNESSES, NOTHING_KNOWN, Facts, Surroundings, Witnesses
from app.video.fault.line_record import WINDOW, LineRecord, lately, noted
from app.video.fault.line_trouble import seems_wrong
from app.video.fault.network import Whereabouts, changed, own_addresses, slept
from app.video.fault.opinion import Opinion, form_opinion
from app.video.machine.ladder import LinkFigures
from app.video.side.messages import BrowserReport
from app.video.side_talk import Reported
from app.video.statistics import CallStatistics

_STILL_HEARD = 1.0
"""Seconds without the patient's sound and picture that are still none of note."""
_EVEN = 1.5
"""Seconds from one reading, or report, to the next that are even; each comes about once a second."""
_REMEMBERED = 30.0
"""Seconds for which a sleep or another address explains what is wrong."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What only the call itself knows at the moment of a reading; times are seconds (`Facts`)."""

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
        self._renew_line = renew_line
        self._where = Whereabouts(own_addresses(), clock(), time.monotonic())
        self._moved_at = self._slept_at = self._line_broke_at = float("-inf")
        self._slept = 0.0
        self._asking = AskingAround(witnesses)
        self._line = LineRecord()
        self._reported: Reported | None = None
        self._rates: tuple[float, float] | None = None
        self._loss_out = 0.0
        self._read_at, self._uneven_at = time.monotonic(), float("-inf")
        self._opinion = Opinion()
        self._line_up: bool | None = None
        self._line_broke_alone = True

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
        self._asking.look(now, wary=seems_wrong(facts))
        return self._opinion.said

    async def end(self) -> None:
        """Stop asking around."""
        await self._asking.end()

    def _facts(self, scene: Scene, figures: CallStatistics, now: float) -> Facts:
        around = self._surroundings()
        if around.room_line_up is False and self._line_up is not False:
            self._line_broke_at = now
            self._line_broke_alone = scene.silent < _STILL_HEARD
        self._line_up = around.room_line_up
        report, age = self._take_report(scene.reported, now)
        if now - self._read_at > _EVEN or age > _EVEN:
            self._uneven_at = now
        self._read_at = now
        link = link_of(scene, figures)
        if report is not None and age <= FRESH:
            trip = report.round_trip_ms if report.round_trip_ms is not None else link.round_trip_ms
            link = replace(link, loss_out=self._loss_out, round_trip_ms=trip)
        self._line = noted(self._line, link, now)
        return Facts(
            connected=scene.connected,
            device_failures=scene.device_failures,
            captured_for=scene.captured_for,
            slept=self._slept if now - self._slept_at <= _REMEMBERED else 0.0,
            moved=now - self._moved_at <= _REMEMBERED,
            has_address=bool(self._where.addresses),
            surroundings=around,
            room_line_down=now - self._line_broke_at if around.room_line_up is False else 0.0,
            room_line_alone=self._line_broke_alone,
            room=self._asking.room,
            other=self._asking.other,
            fresh=self._asking.fresh,
            usual_room_ms=self._asking.usual_room_ms,
            waiting=scene.waiting,
            answered=scene.answered,
            silent=scene.silent,
            link=lately(self._line),
            usual_trip_ms=self._line.usual_trip_ms,
            encode_ms=figures.encode_ms,
            relayed="relay" in figures.path,
            report=report,
            report_age=age,
            patient_sends=self._rates[0] if self._rates else None,
            patient_gets=self._rates[1] if self._rates else None,
            uneven=now - self._uneven_at <= WINDOW,
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
            lost = max(0, reported.report.lost_in - before.report.lost_in)
            self._loss_out = lost / (got + lost) if got > 0 else 0.0
        return reported.report, now - reported.at
