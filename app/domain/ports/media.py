"""Sound devices and camera as the call sees them; both run beside the Qt loop and may come and go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

SAMPLE_RATE = 48_000
"""Hz; every sound in the program is 16-bit signed mono at this rate."""
FRAME_SAMPLES = 960
"""20 ms of sound, the unit the call moves."""


@dataclass(frozen=True, slots=True)
class SoundState:
    """Which devices are in use; an empty name means there is none."""

    microphone: str
    speaker: str


class Sound(Protocol):
    """Microphone and loudspeaker. Callable from any thread; raises nothing: a missing device is in `state`."""

    @property
    def state(self) -> SoundState:
        """The devices in use now; they may come and go between start and stop."""
        ...

    def start(self, on_captured: Callable[[bytes], None]) -> SoundState:
        """Open the default devices; each captured 20 ms frame (1920 bytes) is handed over in a sound thread."""
        ...

    def play(self, pcm: bytes) -> None:
        """Queue decoded sound for the loudspeaker; too much queued is dropped, oldest first."""
        ...

    def stop(self) -> None:
        """Close the devices."""
        ...


class Dialler(Protocol):
    """Hands a number to the system's telephone program."""

    def dial(self, tel_uri: str) -> bool:
        """Open the `tel:` address; False when the system has no handler for it."""
        ...
