"""Whose fault it was that a conversation did not go well, and what says so: kept with the call."""

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Culprit(Enum):
    """Who can mend it. NONE: nothing is wrong; UNSURE: something is, and the evidence does not tell where."""

    NONE = "none"
    UNSURE = "unsure"
    THIS_PC = "this_pc"
    CLINIC_NETWORK = "clinic_network"
    ROOM_SERVICE = "room_service"
    SMS_ROUTE = "sms_route"
    PATIENT_DEVICE = "patient_device"
    PATIENT_NETWORK = "patient_network"

    @property
    def named(self) -> bool:
        """Whether this points at somebody."""
        return self not in (Culprit.NONE, Culprit.UNSURE)


@unique
class EvidenceKind(Enum):
    """One thing that was measured; its number, when it has one, in the unit that stands here."""

    NO_MICROPHONE = "no_microphone"
    MICROPHONE_SILENT = "microphone_silent"
    NO_SPEAKER = "no_speaker"
    NO_CAMERA = "no_camera"
    CAMERA_BUSY = "camera_busy"
    PC_TOO_SLOW = "pc_too_slow"
    """Milliseconds that encoding one picture takes."""
    PC_SLEPT = "pc_slept"
    """Seconds the PC was asleep or stood still."""
    NO_NETWORK = "no_network"
    NETWORK_CHANGED = "network_changed"
    OTHERS_UNREACHABLE = "others_unreachable"
    ROOM_LINE_DOWN = "room_line_down"
    """Seconds without a line to the room service."""
    ROOM_SILENT = "room_silent"
    SMS_FAILED = "sms_failed"
    SMS_NOT_SENT = "sms_not_sent"
    """Seconds since the text was to be sent."""
    PAGE_CLOSED = "page_closed"
    PAGE_HIDDEN = "page_hidden"
    PATIENT_CAMERA = "patient_camera"
    PATIENT_MICROPHONE = "patient_microphone"
    PATIENT_SENDS_NOTHING = "patient_sends_nothing"
    """Seconds in which the patient's browser sent nothing while its line stood."""
    PATIENT_LINE_DOWN = "patient_line_down"
    """Seconds without a line between the patient's page and the room service."""
    NO_WAY_THROUGH = "no_way_through"
    """Seconds in which no connection came about although both ends answer."""
    RELAYED = "relayed"
    MOBILE_NETWORK = "mobile_network"
    NOTHING_ARRIVES = "nothing_arrives"
    """Seconds without a packet from the patient."""
    LOSS_IN = "loss_in"
    """Percent of the packets from the patient that are lost."""
    LOSS_OUT = "loss_out"
    """Percent of the packets to the patient that are lost."""
    ROUND_TRIP = "round_trip"
    """Milliseconds there and back."""
    LITTLE_ROOM = "little_room"
    """Kilobits a second that the line to the patient carries."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measured fact and its number, None for one that is simply so."""

    kind: EvidenceKind
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who is at fault, and what says so, the weightiest first."""

    culprit: Culprit = Culprit.NONE
    evidence: tuple[Evidence, ...] = ()


NO_VERDICT = Verdict()
"""Nothing is wrong."""
