"""The C heap is kept in two arenas, seen from a process of its own."""

import subprocess
import sys

import pytest

_COUNT_ARENAS = """
import ctypes, sys, tempfile, threading
from app.video.heap import give_back, use_few_arenas
if sys.argv[1] == "few":
    assert use_few_arenas()
ready, done = threading.Barrier(9), threading.Barrier(9)
def hold():
    block = ctypes.create_string_buffer(100_000)
    ready.wait(); done.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for thread in threads: thread.start()
ready.wait()
library = ctypes.CDLL(None)
with tempfile.NamedTemporaryFile() as file:
    library.fopen.restype = ctypes.c_void_p
    stream = ctypes.c_void_p(library.fopen(file.name.encode(), b"w"))
    library.malloc_info(0, stream)
    library.fclose(stream)
    print(file.read().count(b"<heap "))
done.wait()
for thread in threads: thread.join()
give_back()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc keeps arenas")
def test_many_threads_share_two_arenas() -> None:
    assert _arenas("few") <= 2 < _arenas("many")


def _arenas(choice: str) -> int:
    done = subprocess.run([sys.executable, "-c", _COUNT_ARENAS, choice], capture_output=True, text=True, check=True)
    return int(done.stdout)
