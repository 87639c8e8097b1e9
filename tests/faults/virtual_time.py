"""An event loop whose clock jumps to the next timer when nothing is ready, so that hours pass in milliseconds.

Nothing on it runs in a thread: work for an executor is done in the loop's own turn. Two runs that start alike are
therefore alike to the last step.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")


Book = dict["asyncio.Task[Any]", None]
BOOK: ContextVar[Book | None] = ContextVar("BOOK", default=None)
"""Where the tasks begun from here are put down, and all that they begin, in their order."""


class StandstillError(RuntimeError):
    """Every task waits for something that nothing will bring."""


class _Clockwork(selectors.DefaultSelector):
    """Instead of waiting for sockets, lets the clock run."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise StandstillError
        self.now += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time` starts at 0 and counts seconds that nobody waited for; tasks are put down in the `BOOK`."""

    def __init__(self) -> None:
        self._clockwork = _Clockwork()
        super().__init__(self._clockwork)

    def time(self) -> float:
        return self._clockwork.now

    def create_task(self, coroutine: Any, *, name: Any = None, context: Any = None) -> "asyncio.Task[Any]":
        task = super().create_task(coroutine, name=name, context=context)
        if (book := BOOK.get()) is not None:
            book[task] = None
        return task

    def run_in_executor(  # type: ignore[override]  # the base class says Any of what is known here
        self, executor: Executor | None, work: Callable[..., T], *arguments: Any
    ) -> asyncio.Future[T]:
        """Do the work in the next turn; work handed to a dead `InlineExecutor` is never done."""
        done: asyncio.Future[T] = self.create_future()
        self.call_soon(_do, executor, done, work, arguments)
        return done


class InlineExecutor(Executor):
    """Stands in for a thread pool: does what it is given at once. Once `dead`, it does nothing any more."""

    def __init__(self, *_: object, **__: object) -> None:
        self.dead = False

    def submit(self, work: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(work(*arguments, **named))
        except Exception as error:
            done.set_exception(error)
        return done


class InlineLanes:
    """Stands in for the database's thread: both lanes are one executor."""

    def __init__(self, executor: InlineExecutor) -> None:
        self.first = self.later = executor

    def shutdown(self) -> None:
        self.first.shutdown()


def _do(
    executor: Executor | None, done: asyncio.Future[T], work: Callable[..., T], arguments: tuple[Any, ...]
) -> None:
    if isinstance(executor, InlineExecutor) and executor.dead:
        return
    try:
        result = work(*arguments)
    except Exception as error:
        if not done.cancelled():
            done.set_exception(error)
        return
    if not done.cancelled():
        done.set_result(result)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time; every task it left is cancelled, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
