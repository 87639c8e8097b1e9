"""A call a test plays by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from app.domain.call import CallRecord, Medium, MediumStep, StepReason
from app.domain.clinic_time import Clock
from app.video.frames import FrameSlot
from app.video.machine.call_events import Stage
from app.video.machine.call_view import CallView
from app.video.side_talk import SideTalk
from tests.ui.fake_devices import FakeDevices


class FakeCall:
    """A call whose view a test sets; `ending`, when set, holds up its end, and `end_failure` breaks it."""

    def __init__(self, clock: Clock, listener: Callable[[CallView], None]) -> None:
        self._clock = clock
        self._listener = listener
        self.remote = FrameSlot()
        self.local = FrameSlot()
        self.devices = FakeDevices()
        self.said: list[str] = []
        self.side = SideTalk(clock, self.said.append)
        self.tries = 0
        self.admitted = self.ended = False
        self.ending: asyncio.Event | None = None
        self.end_failure: Exception | None = None
        start = clock()
        record = CallRecord(start, (MediumStep(start, Medium.VIDEO, StepReason.STARTED),))
        self.view = call_view(record)

    def become(
        self, *, record: CallRecord | None = None, proposed: StepReason | None = None, **fields: object
    ) -> None:
        """Change the view and tell the window."""
        record = record or self.view.record
        self.view = replace(
            self.view,
            record=record,
            medium=record.medium,
            telephone_proposed=proposed is not None,
            telephone_reason=proposed,
            rung=record.rung,
            reason=record.steps[-1].reason,
            **fields,  # type: ignore[arg-type]  # any field of the view, named by the test
        )
        self._listener(self.view)

    async def start(self) -> None:
        assert not self.ended, "a call that is over must not open camera and microphone"
        if self.view.stage is Stage.PREPARING:
            self.admitted = True
            self.become(stage=Stage.CONNECTING)

    def go_live(self) -> None:
        self.become(stage=Stage.LIVE, record=replace(self.view.record, connected=True))

    def set_microphone(self, on: bool) -> None:
        self.become(microphone_on=on)

    def set_camera(self, on: bool) -> None:
        self.become(camera_on=on)

    def take_up(self, record: CallRecord) -> None:
        self.become(stage=Stage.TELEPHONE, record=record)

    async def try_again(self) -> None:
        self.tries += 1
        if self.view.stage is Stage.TELEPHONE:
            self.become(returning=True)

    def join_by_video(self) -> None:
        """The patient's picture comes back after the telephone."""
        self.remote, self.local = FrameSlot(), FrameSlot()
        step = MediumStep(self._clock(), Medium.VIDEO, StepReason.CLINICIAN_CHOSE)
        record = replace(self.view.record, steps=(*self.view.record.steps, step), connected=True)
        self.become(stage=Stage.LIVE, record=record, returning=False, link_wanted=False)

    async def continue_by_telephone(self) -> None:
        if self.view.stage is Stage.TELEPHONE:
            self.become(returning=False, link_wanted=False)
        if self.view.stage in (Stage.TELEPHONE, Stage.ENDED):
            return
        step = MediumStep(self._clock(), Medium.TELEPHONE, StepReason.CLINICIAN_CHOSE)
        record = replace(self.view.record, steps=(*self.view.record.steps, step))
        self.become(stage=Stage.TELEPHONE, record=record, patient_told=True)

    async def end(self) -> CallRecord:
        if not self.ended:
            self.ended = True
            self.become(stage=Stage.ENDED, record=replace(self.view.record, ended_at=self._clock()))
        if self.ending is not None:
            await self.ending.wait()
        if self.end_failure is not None:
            raise self.end_failure
        return self.view.record


def call_view(record: CallRecord) -> CallView:
    return CallView(
        stage=Stage.PREPARING,
        medium=record.medium,
        microphone_on=True,
        camera_on=True,
        camera_name="Logitech Brio",
        microphone_name="Jabra Evolve2",
        speaker_name="Jabra Evolve2",
        telephone_proposed=False,
        telephone_reason=None,
        failure=None,
        device_failures=(),
        record=record,
    )
