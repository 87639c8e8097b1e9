"""Network devices whose cable ends in a file: what the kernel sends is read there, what is written it receives."""

import ctypes
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAMESPACES = Path("/run/netns")
_SELF = Path("/proc/thread-self/ns/net")
_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Let this thread, and the processes it starts, live in a network namespace; raises OSError."""
    home = os.open(_SELF, os.O_RDONLY | os.O_CLOEXEC)
    try:
        there = os.open(_NAMESPACES / namespace, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _move_to(there)
        finally:
            os.close(there)
        try:
            yield
        finally:
            _move_to(home)
    finally:
        os.close(home)


def open_tun(namespace: str, name: str) -> int:
    """Make a TUN device in a namespace; returns its file, unblocking. The device goes when the file is closed."""
    with inside(namespace):
        file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.ioctl(file, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
        except OSError:
            os.close(file)
            raise
    return file


def _move_to(namespace: int) -> None:
    if _libc.setns(namespace, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")
