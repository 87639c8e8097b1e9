"""Finds the codec libraries that PyAV brings with it, so that they can be called past FFmpeg's wrappers."""

import ctypes
from pathlib import Path

import av

_PLACES = ("../av.libs", ".dylibs", ".", "..")
_ENDINGS = ("-*.so*", ".so*", "-*.dll", ".dll", "-*.dylib", ".*.dylib")
"""Where auditwheel and delvewheel (av.libs), delocate (.dylibs) and a packed program put them, beside `av`."""


def bundled_library(name: str) -> ctypes.CDLL:
    """Load the library called `name` ("vpx", "opus") that came with PyAV; raises OSError when there is none."""
    package = Path(av.__file__).parent
    for place in _PLACES:
        for ending in _ENDINGS:
            for path in sorted((package / place).glob(f"lib{name}{ending}")):
                return ctypes.CDLL(str(path))
    raise OSError(f"PyAV brought no lib{name}")
