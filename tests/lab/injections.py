"""The faults that the lab injects to see whom the console names; whose each is, is known beforehand."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from app.domain.culprit import Culprit
from tests.driver.console import CAMERA_FREE, CAMERA_TAKEN
from tests.lab.conditions import NEAR
from tests.lab.link import Bursts, Impairment, Udp
from tests.lab.network import ROOM_ADDRESS
from tests.lab.troubles import HeldCall, close_tab, open_tab, plug_in, stop_track, suspend_microphone, unplug

Act = Callable[[HeldCall], Awaitable[None]]
BETWEEN_US = Impairment(delay=0.0)
"""The clinic's line while it is well; the patient's alone makes the 20 ms of a call within a town."""


@dataclass(frozen=True, slots=True)
class Injection:
    """One fault: whose it is, how it is done to the real thing, and how it is mended.

    `whole` is one that only a call with the whole picture feels: a narrow line carries the sound alone.
    """

    name: str
    fault: Culprit
    strike: Act
    heal: Act
    whole: bool = False


def _patients_line(name: str, line: Impairment) -> Injection:
    return Injection(
        f"patient's line: {name}",
        Culprit.PATIENT_NETWORK,
        lambda call: call.clinic.network.impair(line),
        lambda call: call.clinic.network.impair(NEAR),
        whole=bool(line.rate),
    )


def _clinics_line(name: str, line: Impairment) -> Injection:
    return Injection(
        f"clinic's line: {name}",
        Culprit.CLINIC_NETWORK,
        lambda call: call.clinic.network.impair_clinic(line),
        lambda call: call.clinic.network.impair_clinic(BETWEEN_US),
        whole=bool(line.rate),
    )


async def _unplug_network(call: HeldCall) -> None:
    call.clinic.network.unplug_clinic()


async def _plug_network_in(call: HeldCall) -> None:
    call.clinic.network.plug_clinic_in()


async def _move_patient(call: HeldCall) -> None:
    call.clinic.network.move_patient()


async def _nothing(call: HeldCall) -> None:
    return None


async def _kill_room(call: HeldCall) -> None:
    await call.clinic.room.kill()


async def _start_room(call: HeldCall) -> None:
    await call.clinic.room.start_again()


async def _hang_room(call: HeldCall) -> None:
    call.clinic.room.hang()


async def _let_room_go_on(call: HeldCall) -> None:
    call.clinic.room.go_on()


async def _hide_room(call: HeldCall) -> None:
    call.clinic.network.hide(ROOM_ADDRESS)


async def _unhide_room(call: HeldCall) -> None:
    call.clinic.network.unhide(ROOM_ADDRESS)


async def _take_camera(call: HeldCall) -> None:
    call.clinic.camera.write_text(CAMERA_TAKEN, encoding="utf-8")


async def _free_camera(call: HeldCall) -> None:
    call.clinic.camera.write_text(CAMERA_FREE, encoding="utf-8")


def _pulling(*devices: str) -> tuple[Act, Act]:
    return lambda call: unplug(call.clinic.card, *devices), lambda call: plug_in(call.clinic.card, *devices)


def _suspending(*, suspended: bool) -> Act:
    return lambda call: suspend_microphone(call.clinic.card, suspended=suspended)


def _stopping(*kinds: str) -> Act:
    async def stop(call: HeldCall) -> None:
        for kind in kinds:
            await stop_track(call.patient.page, kind)

    return stop


async def _reopen(call: HeldCall) -> None:
    await close_tab(call)
    await open_tab(call)


async def _crash_tab(call: HeldCall) -> None:
    """Kill the process that shows the patient's page, as a phone does that runs out of memory."""
    await call.patients_witness.look()
    session = await call.patient.page.context.new_cdp_session(call.patient.page)
    crashing = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.wait({crashing}, timeout=1)
    crashing.cancel()


_CUT = replace(NEAR, cut=True)
_MICROPHONE, _CARD = _pulling("microphone"), _pulling("microphone", "speaker")

INJECTIONS = (
    _patients_line("loss 10 %", Impairment(loss=0.10, delay=0.01)),
    Injection("microphone unplugged", Culprit.THIS_PC, *_MICROPHONE),
    _clinics_line("loss 10 %", Impairment(loss=0.10)),
    Injection("room service killed", Culprit.ROOM_SERVICE, _kill_room, _start_room),
    Injection("patient's microphone taken", Culprit.PATIENT_DEVICE, _stopping("Audio"), _reopen),
    _patients_line("cut", _CUT),
    Injection("camera taken", Culprit.THIS_PC, _take_camera, _free_camera),
    _clinics_line("cut", replace(BETWEEN_US, cut=True)),
    Injection("room service hangs", Culprit.ROOM_SERVICE, _hang_room, _let_room_go_on),
    Injection("patient's tab closed", Culprit.PATIENT_DEVICE, close_tab, open_tab),
    _patients_line("rtt 500 ms", Impairment(delay=0.25, jitter=0.02)),
    Injection("sound card unplugged", Culprit.THIS_PC, *_CARD),
    _clinics_line("rtt 500 ms", Impairment(delay=0.25, jitter=0.02)),
    Injection("room service out of reach", Culprit.ROOM_SERVICE, _hide_room, _unhide_room),
    Injection("patient's camera taken", Culprit.PATIENT_DEVICE, _stopping("Video"), _reopen),
    _patients_line("250 kbit/s", Impairment(delay=0.01, rate=250_000, queue=0.3)),
    Injection("clinic's cable pulled", Culprit.CLINIC_NETWORK, _unplug_network, _plug_network_in),
    _patients_line("loss 5 %", Impairment(loss=0.05, delay=0.01)),
    Injection("patient's page crashed", Culprit.PATIENT_DEVICE, _crash_tab, open_tab),
    _clinics_line("150 kbit/s", Impairment(rate=150_000, queue=0.3)),
    Injection("room service killed again", Culprit.ROOM_SERVICE, _kill_room, _start_room),
    _patients_line("burst loss", Impairment(bursts=Bursts(0.02, 0.125, 0.75), delay=0.01)),
    Injection(
        "microphone gives nothing", Culprit.THIS_PC, _suspending(suspended=True), _suspending(suspended=False)
    ),
    _clinics_line("loss 20 %", Impairment(loss=0.20)),
    Injection("patient's devices taken", Culprit.PATIENT_DEVICE, _stopping("Audio", "Video"), _reopen),
    _patients_line("rtt 250 ms", Impairment(delay=0.125, jitter=0.02)),
    _clinics_line("cut again", replace(BETWEEN_US, cut=True)),
    Injection("camera taken again", Culprit.THIS_PC, _take_camera, _free_camera),
    _patients_line("udp blocked", Impairment(delay=0.01, udp=Udp.BLOCKED)),
    Injection("patient's address changed", Culprit.PATIENT_NETWORK, _move_patient, _nothing),
    _clinics_line("rtt 300 ms", Impairment(delay=0.15, jitter=0.02)),
    _patients_line("150 kbit/s", Impairment(delay=0.01, rate=150_000, queue=0.3)),
    _patients_line("loss 20 %", Impairment(loss=0.20, delay=0.01)),
)  # fmt: skip
