"""What is left of an echo through the console's own sound devices, what taking it out costs, and how a switch gaps.

The devices are a private PulseAudio's; its microphone hears its loudspeaker.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.report import Figure, against_budget
from tests.driver.sound_card import sound_card

_DELAYS_MS = (80, 200)
_LEAST_ERLE = 20.0
_PATIENCE = 120.0


async def measure() -> list[Figure]:
    """Return the echo return loss at each delay, the cost of 20 ms, and the longest gap of a switch."""
    found = {delay: await _probe(delay) for delay in _DELAYS_MS}
    losses = [
        Figure(
            f"echo return loss, {delay} ms", one["erle"], "dB", "median second", one["erle_second"],
            budget=f">= {_LEAST_ERLE:g} dB", ok=one["erle"] >= _LEAST_ERLE,
        )
        for delay, one in found.items()
    ]  # fmt: skip
    return [
        *losses,
        against_budget("added noise in silence", max(one["silence"] for one in found.values()), "LSB", 0),
        against_budget("echo cost of 20 ms p50", max(one["cost_ms"] for one in found.values()), "ms", 2),
        against_budget("gap when switching microphone", max(one["gap_ms"] for one in found.values()), "ms", 1000),
    ]


async def _probe(delay: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with sound_card(Path(folder) / "card", echo_ms=delay) as card:
            probe = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.echo_probe"),
                env=os.environ | card.environment | {"QT_QPA_PLATFORM": "offscreen"},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            output, _ = await asyncio.wait_for(probe.communicate(), _PATIENCE)
            if probe.returncode != 0:
                raise RuntimeError(f"the probe ended with {probe.returncode}")
            return dict(json.loads(output))
