"""Network namespaces of our own: made, taken down with all in them, and swept when who made them was killed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.lab.tun import open_tun

_PREFIX = "kliniklab"
_KNOWN = Path("/run/netns")


class LabError(Exception):
    """The lab cannot be built on this machine."""


def what_is_missing() -> str:
    """Return in one sentence why no lab can be built here; empty when one can."""
    if sys.platform != "linux":
        return "the lab needs Linux"
    if os.geteuid() != 0:
        return "network namespaces need root: run it as root"
    missing = [tool for tool in ("ip", "nsenter") if not shutil.which(tool)]
    if missing:
        return f"missing: {', '.join(missing)} (Debian packages iproute2 and util-linux)"
    if not Path("/dev/net/tun").exists():
        return "/dev/net/tun is missing: the kernel has no TUN devices, or the container is not given them"
    return _what_forbids()


def _what_forbids() -> str:
    """Try to make and enter a namespace, and to open a TUN device there."""
    probe = f"{_PREFIX}{os.getpid()}x"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, check=False)
    try:
        if made.returncode != 0:
            return f"no network namespace could be made: {made.stderr.strip()}"
        os.close(open_tun(probe, "line"))
    except OSError as error:
        return f"no TUN device could be opened in a network namespace: {error.strerror}"
    else:
        return ""
    finally:
        subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)


def ip(*words: str) -> str:
    """Run iproute2's `ip`; returns what it printed, raises LabError with what it complained about."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def sweep() -> None:
    """Take down what runs that were killed have left."""
    for name in _ours():
        owner = name.removeprefix(_PREFIX)[:-1]
        if owner.isdigit() and not _runs(int(owner)):
            _take_down(name)


@contextmanager
def namespaces(letters: str) -> Iterator[list[str]]:
    """Make one namespace for each letter; at the end they go, and so does every process still in them."""
    sweep()
    names = [f"{_PREFIX}{os.getpid()}{letter}" for letter in letters]
    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        yield names
    finally:
        for name in names:
            _take_down(name)


def _ours() -> list[str]:
    if not _KNOWN.is_dir():
        return []
    return [path.name for path in _KNOWN.iterdir() if path.name.startswith(_PREFIX)]


def _runs(pid: int) -> bool:
    """Tell whether a process is there and not merely waiting to be buried by its parent (proc(5), state Z)."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"


def _take_down(name: str) -> None:
    with suppress(LabError):
        for pid in map(int, ip("netns", "pids", name).split()):
            if pid != os.getpid():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
    with suppress(LabError):
        ip("netns", "del", name)
