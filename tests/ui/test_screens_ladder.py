"""Draws the rescue ladder, the fix cards and the way back from the telephone, for a person to judge."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.call import Medium, MediumStep, Quality, StepReason
from app.domain.culprit import Culprit, Evidence, EvidenceKind, Verdict
from app.ui.call.window import CallWindow
from app.ui.theme.theme import Theme
from app.video.machine.call_events import Stage
from tests.ui.calls import finish
from tests.ui.face import face
from tests.ui.fake_call import FakeCall
from tests.ui.fakes import World
from tests.ui.gallery import Gallery
from tests.ui.test_screens import open_call

pytestmark = pytest.mark.screens
_SIZES = ((1120, 760), (1366, 768))
VERDICTS = {
    Culprit.THIS_PC: (Evidence(EvidenceKind.NO_MICROPHONE),),
    Culprit.CLINIC_NETWORK: (
        Evidence(EvidenceKind.OTHERS_UNREACHABLE),
        Evidence(EvidenceKind.NOTHING_ARRIVES, 6.0),
    ),
    Culprit.ROOM_SERVICE: (Evidence(EvidenceKind.ROOM_SILENT), Evidence(EvidenceKind.ROOM_LINE_DOWN, 12.0)),
    Culprit.SMS_ROUTE: (Evidence(EvidenceKind.SMS_FAILED),),
    Culprit.PATIENT_DEVICE: (Evidence(EvidenceKind.PATIENT_MICROPHONE), Evidence(EvidenceKind.PATIENT_CAMERA)),
    Culprit.PATIENT_NETWORK: (Evidence(EvidenceKind.LOSS_IN, 24.0), Evidence(EvidenceKind.ROUND_TRIP, 1240.0)),
    Culprit.UNSURE: (Evidence(EvidenceKind.NO_WAY_THROUGH, 8.0),),
}


@pytest.fixture
def gallery(qtbot: QtBot, theme: Theme) -> Gallery:
    return Gallery(qtbot, theme)


@pytest.fixture
def live(qtbot: QtBot, theme: Theme, world: World) -> tuple[CallWindow, FakeCall]:
    window = open_call(qtbot, theme, world)
    call = world.calls[0]
    call.remote.put(face())
    call.local.put(face(640, 360, 40))
    call.go_live()
    return window, call


def fall(call: FakeCall, medium: Medium, quality: Quality, reason: StepReason) -> None:
    record = call.view.record
    step = MediumStep(record.started_at, medium, reason, quality)
    stage = Stage.RECONNECTING if quality is Quality.BROKEN else Stage.LIVE
    call.become(record=replace(record, steps=(*record.steps, step)), stage=stage)


def test_the_rungs(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    fall(call, Medium.VIDEO, Quality.LOWERED, StepReason.POOR_LINE)
    gallery.draw("70-ladder-smaller-picture", window, _SIZES)
    fall(call, Medium.SOUND, Quality.WHOLE, StepReason.POOR_LINE)
    gallery.draw("71-ladder-sound-only", window, _SIZES)
    fall(call, Medium.SOUND, Quality.BROKEN, StepReason.MEDIA_LOST)
    gallery.draw("72-ladder-reconnecting", window, _SIZES)
    call.become(proposed=StepReason.MEDIA_LOST, verdict=Verdict(Culprit.CLINIC_NETWORK))
    gallery.draw("73-ladder-telephone-proposed", window, _SIZES)


def test_the_rungs_in_the_small_window(live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    window.controls.compact.click()
    fall(call, Medium.VIDEO, Quality.LOWERED, StepReason.POOR_LINE)
    gallery.draw("74-ladder-compact-smaller-picture", window, ((400, 320),))
    call.become(stage=Stage.RECONNECTING, proposed=StepReason.MEDIA_LOST)
    gallery.draw("75-ladder-compact-telephone-proposed", window, ((400, 320),))


@pytest.mark.parametrize("culprit", list(VERDICTS), ids=lambda culprit: culprit.value)
def test_the_fix_cards(live: tuple[CallWindow, FakeCall], gallery: Gallery, culprit: Culprit) -> None:
    window, call = live
    call.remote.put(face())
    call.become(verdict=Verdict(culprit, VERDICTS[culprit]))
    window.fix.click()
    gallery.draw(f"76-fix-card-{culprit.value}", window, ((1120, 760),))


def test_the_way_back_from_the_telephone(qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    window.rescue.go_to_telephone()
    qtbot.waitUntil(window.telephone.isVisible)
    gallery.draw("77-telephone", window, _SIZES)
    window.rescue.go_up()
    qtbot.waitUntil(lambda: call.view.returning)
    gallery.draw("78-telephone-waiting-for-video", window, _SIZES)
    call.become(link_wanted=True)
    qtbot.waitUntil(lambda: "sms" in window.telephone.answer.text())
    gallery.draw("79-telephone-link-sent", window, _SIZES)


def test_the_outcome_of_a_call_that_fell(qtbot: QtBot, live: tuple[CallWindow, FakeCall], gallery: Gallery) -> None:
    window, call = live
    verdict = Verdict(Culprit.PATIENT_NETWORK, VERDICTS[Culprit.PATIENT_NETWORK])
    fall(call, Medium.SOUND, Quality.WHOLE, StepReason.POOR_LINE)
    call.become(record=replace(call.view.record, verdict=verdict))
    finish(qtbot, window)
    gallery.draw("80-outcome-with-the-fault", window, _SIZES)
