"""The database's thread with a lane for what may wait, so that a click never queues behind what screens read."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class TwoLanes:
    """One thread; what is submitted to `later` is done, in order, whenever nothing else is left to do."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._first: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._later: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, work: Callable[[], T], *, later: bool = False) -> Future[T]:
        """Have `work` done in the thread; raises RuntimeError after `shutdown`."""
        future: Future[T] = Future()
        lane = self._later if later else self._first
        lane.append((future, work))
        try:
            self._pool.submit(self._do_next)
        except RuntimeError:
            lane.pop()
            raise
        return future

    def shutdown(self) -> None:
        """Finish everything in both lanes and end the thread."""
        self._pool.shutdown()

    def _do_next(self) -> None:
        """Do one piece of work; as many of these are submitted as there are pieces."""
        future, work = (self._first or self._later).popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)
