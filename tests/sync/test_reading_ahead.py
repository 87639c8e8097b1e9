"""Pages fetched ahead: in order, none twice, none lost, and the fetching ended with the reading."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.practice_system import ChangeBatch
from app.sync.reading_ahead import MOST_TOGETHER, PAGES_AHEAD, joined, read_ahead
from tests.booking.fakes import NOW
from tests.store.builders import a_slot, fetched


def page(number: int, kind: str = "Slot", size: int = 1, **changes: object) -> ChangeBatch:
    resources = tuple(fetched(a_slot(f"{kind}-{number}-{at}")) for at in range(size))
    return ChangeBatch(kind, resources, NOW + timedelta(seconds=number), **changes)  # type: ignore[arg-type]


class Source:
    """Yields pages, counts them, and may break after the last."""

    def __init__(self, pages: Sequence[ChangeBatch], error: Exception | None = None) -> None:
        self.pages, self.error = pages, error
        self.given = 0
        self.closed = False

    async def __call__(self) -> AsyncGenerator[ChangeBatch, None]:
        try:
            for each in self.pages:
                self.given += 1
                yield each
                await asyncio.sleep(0)
            if self.error is not None:
                raise self.error
        finally:
            self.closed = True


def ids(batches: Sequence[ChangeBatch]) -> list[str]:
    return [each.id for batch in batches for each in batch.resources]


async def gathered(changes: AsyncIterator[ChangeBatch], into: list[ChangeBatch], pause: int = 0) -> None:
    async for batch in read_ahead(changes):
        into.append(batch)
        for _ in range(pause):
            await asyncio.sleep(0)


PAGES = st.tuples(st.sampled_from(["Slot", "Patient"]), st.integers(0, MOST_TOGETHER), st.booleans())


@given(st.lists(PAGES, max_size=9), st.integers(0, 12))
def test_all_come_in_order_however_slowly_they_are_stored(drawn: list[tuple[str, int, bool]], pause: int) -> None:
    pages = [
        page(at, kind, size, present=frozenset() if swept else None) for at, (kind, size, swept) in enumerate(drawn)
    ]
    source, seen = Source(pages), list[ChangeBatch]()
    asyncio.run(gathered(source(), seen, pause))
    assert ids(seen) == ids(pages)
    assert [each.watermark for each in seen] == sorted(each.watermark for each in seen if each.watermark)
    assert sum(each.present is not None for each in seen) == sum(each.present is not None for each in pages)
    assert all(len(each.resources) <= MOST_TOGETHER for each in seen)
    if pages:
        assert seen[-1].watermark == pages[-1].watermark


async def test_what_piled_up_is_stored_together() -> None:
    seen: list[ChangeBatch] = []
    await gathered(Source([page(at) for at in range(12)])(), seen, pause=50)
    assert len(seen) < 6


async def test_no_more_is_fetched_than_may_wait() -> None:
    source = Source([page(at) for at in range(40)])
    async with aclosing(read_ahead(source())) as batches:
        await anext(batches)
        for _ in range(200):
            await asyncio.sleep(0)
        assert source.given <= 2 * PAGES_AHEAD + 2
    assert source.closed


async def test_an_error_comes_after_what_was_read_before_it() -> None:
    seen: list[ChangeBatch] = []
    pages = [page(at) for at in range(3)]
    with pytest.raises(KlinikError):
        await gathered(Source(pages, KlinikError(ErrorKind.PRACTICE_SLOW))(), seen)
    assert ids(seen) == ids(pages)


async def test_the_fetching_ends_with_who_reads() -> None:
    source = Source([page(at) for at in range(40)])

    async def break_off() -> None:
        async with aclosing(read_ahead(source())) as batches:
            async for _ in batches:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert source.closed
    assert [task for task in asyncio.all_tasks() if task.get_name() == "fetching pages"] == []


def test_two_pages_say_as_one_what_they_said() -> None:
    one, other = page(1, expected=900), page(2, complete=True)
    both = joined(one, other)
    assert both is not None
    assert (both.watermark, both.complete, both.expected) == (other.watermark, True, 900)
    assert joined(page(1), page(2, "Patient")) is None
    assert joined(page(1), page(2, size=MOST_TOGETHER)) is None
    newest = ChangeBatch("Slot", page(3).resources, None)
    assert joined(newest, page(4)) is None
    assert joined(page(4), newest) is None
