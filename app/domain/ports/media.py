"""Sound devices and camera as the call sees them; both run beside the Qt loop and may come and go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.domain.devices import Places

SAMPLE_RATE = 48_000
"""Hz; every sound in the program is 16-bit signed mono at this rate."""
FRAME_SAMPLES = 960
"""20 ms of sound, the unit the call moves."""
FRAME_BYTES = 2 * FRAME_SAMPLES
SILENCE = bytes(FRAME_BYTES)


@dataclass(frozen=True, slots=True)
class SoundState:
    """Which devices are in use, an empty name for none, and which there are, the system's default first."""

    microphone: str
    speaker: str
    microphones: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()


class SoundSource(Protocol):
    """What a loudspeaker plays: it asks for each 20 ms it wants, at its own pace."""

    def pull(self) -> bytes:
        """Return the next 20 ms (1920 bytes), silence when there is none. In the sound thread; never waits."""
        ...


class Sound(Protocol):
    """Microphone and loudspeaker. Callable from any thread; raises nothing: a missing device is in `state`."""

    @property
    def state(self) -> SoundState:
        """The devices of this moment; they may come and go between start and stop. None while it is stopped."""
        ...

    def choose(self, microphone: str, speaker: str) -> None:
        """Use these devices when they are there, from now on; an empty name is the system's default."""
        ...

    def start(self, on_captured: Callable[[bytes], None], source_pull: Callable[[], bytes]) -> SoundState:
        """Open the devices; each captured 20 ms frame (1920 bytes) is handed over in a sound thread.

        `source_pull` is asked there for each 20 ms the loudspeaker wants, and at the same pace while there is none,
        so that what arrives never piles up.
        """
        ...

    def stop(self) -> None:
        """Close the devices."""
        ...


class DeviceMemory(Protocol):
    """Where this PC keeps which devices were chosen at which place. Called in worker threads."""

    def read(self) -> Places:
        """Return what was chosen; nothing when nothing can be read."""
        ...

    def write(self, places: Places) -> None:
        """Keep this in place of what was kept; what cannot be written is lost, for it can be chosen again."""
        ...


class Dialler(Protocol):
    """Hands a number to the system's telephone program."""

    def dial(self, tel_uri: str) -> bool:
        """Open the `tel:` address; False when the system has no handler for it."""
        ...
