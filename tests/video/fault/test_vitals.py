"""The pulse of a call: what is made of its figures, of the browser's reports and of what is known around it."""

from dataclasses import replace

import pytest

from app.domain.clinic_time import utc_now
from app.domain.culprit import Culprit
from app.domain.errors import ErrorKind
from app.video.fault.facts import Surroundings
from app.video.fault.vitals import Scene, Vitals, link_of
from app.video.side.messages import BrowserReport
from app.video.side_talk import Reported
from app.video.statistics import CallStatistics

REPORT = BrowserReport("live", "live", 0.3, False, 1000, 1000, 0, 500, 500, 300, 300, 40.0, "host", "wifi")
SCENE = Scene(
    connected=True, device_failures=(), captured_for=0.02, waiting=0.0, answered=True, silent=0.0,
    reported=Reported(REPORT, 0.0), picture_expected=True,
)  # fmt: skip
STILL = CallStatistics(frozen=1.0)


@pytest.mark.parametrize(
    ("scene", "frozen"),
    [
        (SCENE, 1.0),
        (replace(SCENE, reported=None), 1.0),
        (replace(SCENE, picture_expected=False), 0.0),
        (replace(SCENE, reported=Reported(replace(REPORT, camera="off"), 0.0)), 0.0),
        (replace(SCENE, reported=Reported(replace(REPORT, hidden=True), 0.0)), 0.0),
    ],
)
def test_a_picture_the_patient_does_not_send_is_not_frozen(scene: Scene, frozen: float) -> None:
    assert link_of(scene, STILL).frozen == frozen


async def test_a_missing_microphone_is_said_at_the_second_reading() -> None:
    vitals = Vitals(utc_now)
    deaf = replace(SCENE, device_failures=(ErrorKind.NO_MICROPHONE,))
    assert vitals.judge(deaf, CallStatistics()).culprit is Culprit.NONE
    assert vitals.judge(deaf, CallStatistics()).culprit is Culprit.THIS_PC
    await vitals.end()


async def test_a_browser_that_stops_sending_is_seen_between_its_reports() -> None:
    vitals = Vitals(utc_now)
    verdicts = [
        vitals.judge(replace(SCENE, reported=Reported(REPORT, float(second)), silent=2.5), CallStatistics()).culprit
        for second in range(10**9, 10**9 + 4)
    ]
    assert verdicts[-1] is Culprit.PATIENT_DEVICE
    await vitals.end()


async def test_what_the_program_knows_of_the_room_counts() -> None:
    vitals = Vitals(utc_now, lambda: Surroundings(room_line_up=False))
    verdicts = [vitals.judge(SCENE, CallStatistics()).culprit for _ in range(3)]
    assert verdicts[-1] is Culprit.ROOM_SERVICE
    await vitals.end()


async def test_a_pc_that_stays_where_it_is_makes_nothing_anew() -> None:
    assert not Vitals(utc_now).look_around()
