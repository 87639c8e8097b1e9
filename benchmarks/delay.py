"""Glass to glass, mouth to ear, and lips to voice, in both directions of a 1280x720 call, beside Chromium's."""

import tempfile
from pathlib import Path

from benchmarks.report import Figure, against_budget, against_floor, against_peer, percentile
from benchmarks.watched_call import WatchedCall, chromium_call, console_call
from tests.driver.stack import running_stack
from tests.lab.ends import watch
from tests.lab.lips import Way, way

_WARM_UP = 15.0
"""Seconds until both ends have come to the full size and to their delay."""
MEASURED = 60.0
LIPS = 80.0
"""ms between picture and sound that are not noticed."""
_MOST = 1.1

Ways = tuple[Way, Way]


async def measure() -> list[Figure]:
    """Hold one call with each kind of end on a clean line."""
    with tempfile.TemporaryDirectory() as scratch:
        async with running_stack(Path(scratch) / "demo", "--fresh") as stack:
            async with chromium_call(stack, Path(scratch) / "peer") as call:
                peers = await _watched(call)
            async with console_call(stack, Path(scratch) / "ours") as call:
                ours = await _watched(call)
    return [
        figure
        for name, way_, peer in zip(("to the clinic", "to the patient"), ours, peers, strict=True)
        for figure in _figures(name, way_, peer)
    ]


async def _watched(call: WatchedCall) -> Ways:
    await watch(call.clinic, call.patient, _WARM_UP)
    clinic, patient = await watch(call.clinic, call.patient, MEASURED)
    return way(patient, clinic), way(clinic, patient)


def _figures(name: str, ours: Way, peer: Way) -> list[Figure]:
    found = []
    for rank, share in (("median", 0.5), ("p95", 0.95)):
        for what, late, peers in (
            ("picture's", ours.picture_delays, peer.picture_delays),
            ("sound's", ours.sound_delays, peer.sound_delays),
        ):
            values = (percentile(late, share), "ms", "Chromium", percentile(peers, share))
            found.append(against_peer(f"{what} delay {name}, {rank}", *values, _MOST))
        lips = against_budget(f"lips from voice {name}, {rank}", _distance(ours, share), "ms", LIPS)
        found.append(against_floor(lips, "Chromium", _distance(peer, share)))
    return found


def _distance(one: Way, share: float) -> float:
    return percentile([abs(apart) for apart in one.apart], share)
