"""Which Chromium there is, and the flags that keep it from looking for anything outside this machine."""

import shutil
from dataclasses import dataclass
from pathlib import Path

QUIET_FLAGS = (
    "--no-sandbox",  # continuous integration runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """Return the path of the system's Chromium; raises RuntimeError when there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise RuntimeError("no Chromium was found; scripts/setup.sh installs Debian's")


@dataclass(frozen=True, slots=True)
class Browsing:
    """What is special about one browser: another program that starts it, flags and scripts besides the usual ones.

    Pages may run what their own policy forbids when there are `scripts`, which run before the page's own.
    """

    executable: str = ""
    flags: tuple[str, ...] = ()
    scripts: tuple[Path, ...] = ()


USUAL_BROWSING = Browsing()
