"""`make demo`: with a display the console opens for a person; without one it does the main job by itself."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.driver.clinic import whole_clinic
from tests.driver.main_job import Timeline, whole_job

PICTURES = Path("build/demo")


def main() -> int:
    """Run the demo; returns the exit code."""
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return subprocess.run([sys.executable, "-m", "app", "--demo"], check=False).returncode
    return asyncio.run(_drive())


async def _drive() -> int:
    print("No display: the console runs on a virtual screen and does the main job by itself.\n")
    shutil.rmtree(PICTURES, ignore_errors=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="klinikkonsol-demo-") as scratch:
        async with whole_clinic(Path(scratch), with_sound=shutil.which("pulseaudio") is not None) as clinic:
            print(
                f"{time.monotonic() - start:7.2f} s  clinic, console and patient's browser are up; the clock starts"
            )
            timeline = Timeline(PICTURES)
            record = await whole_job(clinic.console, clinic.stack, clinic.patient, clinic.card, timeline)
    code = record["ChargeItem"][-1]["code"]["coding"][0]["code"]
    print(f"\nIn the practice system: {len(record['Encounter'])} encounter, fee code {code}, "
          f"{len(record['DocumentReference'])} note. Pictures of each step: {PICTURES}/")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
