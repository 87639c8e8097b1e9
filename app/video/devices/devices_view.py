"""What the device page shows, as one frozen value; light to load, for the screens do it at the start."""

from dataclasses import dataclass

from app.domain.devices import Choice, DeviceNews, Present
from app.domain.errors import ErrorKind
from app.video.sound.trial_stages import TrialStage, Voice

_NOTHING, _NONE = Present(), Choice()


@dataclass(frozen=True, slots=True)
class DevicesView:
    """The devices as they stand. `wish` is what was chosen (empty: the system's default), `in_use` what is used.

    `opened` is False while they are still being opened; `over` once they have been given back. `voice` is None
    before the first trial of the sound has ended.
    """

    present: Present = _NOTHING
    wish: Choice = _NONE
    in_use: Choice = _NONE
    failures: tuple[ErrorKind, ...] = ()
    news: tuple[DeviceNews, ...] = ()
    trial: TrialStage = TrialStage.IDLE
    voice: Voice | None = None
    camera_on: bool = True
    microphone_on: bool = True
    opened: bool = False
    over: bool = False
