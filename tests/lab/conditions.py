"""The conditions under which calls are held: how bad the line is, and what happens in the middle of the call."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from tests.lab.link import Bursts, Impairment, Udp

GOOD = Impairment()
"""The clinic's line where nothing is said of it."""


class Trouble(Enum):
    """What befalls a call that runs."""

    NONE = auto()
    CUT = auto()
    ADDRESS = auto()
    TURN = auto()
    TAB = auto()
    MICROPHONE = auto()
    CAMERA = auto()
    DOCTORS_CAMERA = auto()
    CONSOLE = auto()


@dataclass(frozen=True, slots=True)
class Condition:
    """A line, a trouble that lasts `lasts` seconds where it lasts, and whether Chromium's end is measured too.

    `line` is the patient's, `clinic` the clinic's to patient and services alike.
    `fault` is who the console must name for it, in the words on its screen; empty where it may name nobody.
    """

    name: str
    line: Impairment
    trouble: Trouble = Trouble.NONE
    lasts: float = 0.0
    peer: bool = True
    fault: str = ""
    clinic: Impairment = GOOD


_PATIENTS_NET, _PATIENTS_DEVICE, _THIS_PC = "Patientens net", "Patientens udstyr", "Denne pc"
NEAR = Impairment(delay=0.01)
"""20 ms there and back, as within a town."""


CONDITIONS = (
    Condition("clean", NEAR),
    Condition("loss 2 %", Impairment(loss=0.02, delay=0.05)),
    Condition("loss 5 %", Impairment(loss=0.05, delay=0.05), fault=_PATIENTS_NET),
    Condition("loss 10 %", Impairment(loss=0.10, delay=0.05), fault=_PATIENTS_NET),
    # 2 % of packets begin a bad time of 8 packets on average, in which 3 of 4 are lost: about 10 % in all.
    Condition("burst loss", Impairment(bursts=Bursts(0.02, 0.125, 0.75), delay=0.05), fault=_PATIENTS_NET),
    Condition("rtt 100 ms", Impairment(delay=0.05, jitter=0.015)),
    Condition("rtt 250 ms", Impairment(delay=0.125, jitter=0.03), fault=_PATIENTS_NET),
    Condition("500 kbit/s", Impairment(delay=0.05, rate=500_000, queue=0.3)),
    Condition("250 kbit/s", Impairment(delay=0.05, rate=250_000, queue=0.3), fault=_PATIENTS_NET),
    Condition("udp blocked", Impairment(delay=0.01, udp=Udp.BLOCKED)),
    Condition("clinic's udp blocked", NEAR, clinic=Impairment(udp=Udp.BLOCKED)),
    # A proxy firewall; Chromium does not trust the lab's own authority, so its end has no way out by TLS.
    Condition("turn over tls: clinic lets 443 out alone", NEAR, peer=False, clinic=Impairment(only_tls=True)),
    Condition("patient behind a symmetric nat", Impairment(delay=0.01, nat=True)),
    Condition("both behind symmetric nats", Impairment(delay=0.01, nat=True), clinic=Impairment(nat=True)),
    Condition("link cut 3 s", NEAR, Trouble.CUT, 3, fault=_PATIENTS_NET),
    Condition("link cut 10 s", NEAR, Trouble.CUT, 10, fault=_PATIENTS_NET),
    Condition("link cut 60 s", NEAR, Trouble.CUT, 60, peer=False, fault=_PATIENTS_NET),
    Condition("address change", NEAR, Trouble.ADDRESS, fault=_PATIENTS_NET),
    Condition("turn restart", Impairment(delay=0.01, udp=Udp.TURN_ONLY), Trouble.TURN),
    Condition("tab reopened", NEAR, Trouble.TAB, peer=False, fault=_PATIENTS_DEVICE),
    Condition("device unplugged", NEAR, Trouble.MICROPHONE, 8, peer=False, fault=_THIS_PC),
    Condition("patient's camera taken", NEAR, Trouble.CAMERA, peer=False, fault=_PATIENTS_DEVICE),
    Condition("doctor's camera taken", NEAR, Trouble.DOCTORS_CAMERA, 8, peer=False, fault=_THIS_PC),
    Condition("console killed", NEAR, Trouble.CONSOLE, peer=False),
)


def chosen(only: str) -> list[Condition]:
    """Return the conditions called so, or else with that in their name, signs aside; commas part several names."""
    return [condition for wanted in map(_bare, only.split(",")) if wanted for condition in _called(wanted)]


def _called(wanted: str) -> list[Condition]:
    same = [condition for condition in CONDITIONS if _bare(condition.name) == wanted]
    return same or [condition for condition in CONDITIONS if wanted in _bare(condition.name)]


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
