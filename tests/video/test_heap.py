"""The C heap is kept in two arenas, and pages are read without a look at every object; each in a process."""

import gc
import subprocess
import sys
import weakref

import pytest

from app.video.heap import let_go

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

_READ_PAGES = """
import gc, sys
from collections import deque
import orjson
from app.video.heap import collect_seldom
if sys.argv[1] == "seldom":
    collect_seldom()
page = orjson.dumps([{"payload": [{"of": {"a": [{"resource": index}]}}]} for index in range(200)])
gc.collect()
gc.freeze()
looks = []
gc.callbacks.append(lambda phase, info: looks.append(phase))
held = deque(maxlen=3)
for _ in range(100):
    held.append(orjson.loads(page))
print(len(looks))
"""


def test_pages_come_and_go_without_a_look_for_cycles() -> None:
    assert _asked(_READ_PAGES, "seldom") == 0 < _asked(_READ_PAGES, "often")


def test_what_a_call_leaves_behind_is_let_go() -> None:
    class Left:
        def __init__(self) -> None:
            self.itself = self

    gc.disable()
    gone = weakref.ref(Left())
    try:
        assert gone() is not None
        let_go()
    finally:
        gc.enable()
    assert gone() is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc keeps arenas")
def test_many_threads_share_two_arenas() -> None:
    assert _asked(_COUNT_ARENAS, "few") <= 2 < _asked(_COUNT_ARENAS, "many")


def _asked(program: str, choice: str) -> int:
    done = subprocess.run([sys.executable, "-c", program, choice], capture_output=True, text=True, check=True)
    return int(done.stdout)
