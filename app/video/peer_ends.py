"""What one connection joins: the call's tracks on one side, its screen and loudspeaker on the other."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.ports.media import SoundSource
from app.video.devices.camera_track import CameraTrack
from app.video.frames import FrameSlot
from app.video.sound.microphone_track import MicrophoneTrack


@dataclass(frozen=True, slots=True)
class PeerEnds:
    """The tracks are this connection's own, the rest is the call's.

    `listen_to` gets what the loudspeaker is to play, as soon as the patient sends any; `on_news` is called in the
    media loop when `Peer.arrivals` is worth a look, `on_side` there with each message beside sound and picture.
    """

    camera: CameraTrack
    microphone: MicrophoneTrack
    remote: FrameSlot
    listen_to: Callable[[SoundSource], None]
    on_news: Callable[[], None]
    on_side: Callable[[str | bytes], None]
