"""The database's thread with a lane for what may wait, so that a click never queues behind what screens read."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class TwoLanes:
    """One thread behind two executors: what is in `later` is done when nothing is left to do in `first`."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self.first = _Lane(self._pool, self._do_next)
        self.later = _Lane(self._pool, self._do_next)

    def shutdown(self) -> None:
        """Finish everything in both lanes and end the thread."""
        self._pool.shutdown()

    def _do_next(self) -> None:
        """Do one piece of work; as many of these are submitted as there are pieces."""
        future, work = (self.first.waiting or self.later.waiting).popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)


class _Lane(Executor):
    """What waits in one lane, in the order it came."""

    def __init__(self, pool: ThreadPoolExecutor, do_next: Callable[[], None]) -> None:
        self._pool = pool
        self._do_next = do_next
        self.waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self.waiting.append((future, partial(fn, *args, **kwargs)))
        try:
            self._pool.submit(self._do_next)
        except RuntimeError:
            self.waiting.pop()
            raise
        return future
