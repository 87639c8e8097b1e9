"""How a trial of the sound goes and what it found; light to load, for the screens do it at the start."""

from enum import Enum, unique


@unique
class TrialStage(Enum):
    """How far a trial of the sound has come: a chime is played, the voice recorded, then played back."""

    IDLE = "idle"
    CHIME = "chime"
    RECORDING = "recording"
    PLAYING = "playing"


@unique
class Voice(Enum):
    """What the last trial's recording held."""

    CLEAR = "clear"
    FAINT = "faint"
    NOTHING = "nothing"
