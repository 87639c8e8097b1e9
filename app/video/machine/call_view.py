"""What the call window shows, as one frozen value."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.call import CallRecord, Medium, Rung, StepReason
from app.domain.culprit import NO_VERDICT, Verdict
from app.domain.devices import DeviceNews
from app.domain.errors import ErrorKind
from app.video.machine.call_events import CallState, Stage

if TYPE_CHECKING:  # the screens import this file at the start, and the devices only when somebody is called
    from app.video.devices.call_devices import CallDevices


@dataclass(frozen=True, slots=True)
class CallView:
    """The call as it stands. `failure` is of the connection, `device_failures` of this PC, gravest first.

    `telephone_reason` is why the telephone is proposed, None while it is not; `patient_told` whether the patient's
    page was sent word that the clinic phones. `rung` is where on the rescue ladder the call is and `reason` why;
    `verdict` whose fault it is that something is wrong just now. `returning`: video is to come back from the
    telephone, and `link_wanted` that the patient's page is not open for it.
    """

    stage: Stage
    medium: Medium
    microphone_on: bool
    camera_on: bool
    camera_name: str
    microphone_name: str
    speaker_name: str
    telephone_proposed: bool
    telephone_reason: StepReason | None
    failure: ErrorKind | None
    device_failures: tuple[ErrorKind, ...]
    record: CallRecord
    patient_told: bool = False
    device_news: tuple[DeviceNews, ...] = ()
    rung: Rung = Rung.VIDEO
    reason: StepReason = StepReason.STARTED
    verdict: Verdict = NO_VERDICT
    returning: bool = False
    link_wanted: bool = False


def view_of(state: CallState, devices: "CallDevices", *, patient_told: bool = False) -> CallView:
    """Return the view of a call and its devices."""
    camera_name, microphone_name, speaker_name = devices.names
    return CallView(
        stage=state.stage,
        medium=state.record.medium,
        microphone_on=devices.microphone_on,
        camera_on=devices.camera_on,
        camera_name=camera_name,
        microphone_name=microphone_name,
        speaker_name=speaker_name,
        telephone_proposed=state.proposed is not None,
        telephone_reason=state.proposed,
        failure=state.failure,
        device_failures=devices.failures,
        record=state.record,
        patient_told=patient_told,
        device_news=devices.news,
        rung=state.record.rung,
        reason=state.record.steps[-1].reason,
        verdict=state.verdict,
        returning=state.returning,
        link_wanted=state.link_wanted,
    )
