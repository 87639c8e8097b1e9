"""Keeps the memory of a call down, and its keeping from holding up the screens.

Codecs run in many threads, and glibc would keep a heap for each of them. Measured with six calls in a row: 330 MB
with glibc's own choice (eight heaps a core), 282 MB with two.
"""

import ctypes
import gc
import sys

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""
_ARENAS = 2
_YOUNG, _OLDER, _OLD = 10_000, 20, 20
"""Of gc.set_threshold. A page of 200 resources is some 5000 containers, none of which is part of a cycle: with
Python's own 700 its reading is gone through seven times, and now and then all there is, for 30 ms and more."""


def use_few_arenas() -> bool:
    """Let the C heap have two arenas at most; to be called before other threads start. False where it cannot."""
    library = _glibc()
    return library is not None and bool(library.mallopt(_ARENA_MAX, _ARENAS))


def collect_seldom() -> None:
    """Let Python look for cycles only after many more new objects than usual; to be called first of all."""
    gc.set_threshold(_YOUNG, _OLDER, _OLD)


def let_go() -> None:
    """Let go of what a call has left, in the thread of the screens: what is theirs must not end in another."""
    gc.collect()


def give_back() -> None:
    """Hand free pages of the C heap back to the system; takes some ms. From any thread."""
    if (library := _glibc()) is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
