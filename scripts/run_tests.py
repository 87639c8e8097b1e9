"""Run every test under coverage and hold the cores to their branch coverage."""

import os
import subprocess
import sys
from pathlib import Path

COVERED = {"app/domain/*": 95, "app/booking/*": 95, "app/sync/*": 95}
"""Branch coverage each part must keep, in percent."""


def main() -> int:
    """Run pytest, then the coverage gates; returns the exit code."""
    Path("build").mkdir(exist_ok=True)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "COVERAGE_FILE": "build/coverage"}
    environment.pop("DISPLAY", None)

    def run(*command: str) -> int:
        return subprocess.run([sys.executable, "-m", *command], env=environment, check=False).returncode

    failed = run("coverage", "run", "-m", "pytest", "tests", *sys.argv[1:])
    for part, percent in COVERED.items():
        failed |= run("coverage", "report", f"--include={part}", f"--fail-under={percent}", "--skip-covered")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
