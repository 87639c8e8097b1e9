"""A server that commits late, a PC that sleeps and is killed, clocks that disagree: nothing is ever passed over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.sync.horizon import OVERLAP, Horizon, Inquiry, ServerTime, finished, inquire, joined, storable

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONGEST_COMMIT = 90
SKEW = 30
"""Seconds; together no more than the overlap is for."""
PAGE = 3


@dataclass(frozen=True)
class Change:
    stamp: datetime
    shown_at: datetime


@dataclass(frozen=True)
class Cycle:
    """A reading: how long before it, how long each page takes, after which it is cut off, and how.

    `blind_for` is how far the proof of the server's time lags behind, None when there is none.
    """

    after: int
    page_takes: int
    cut_after: int | None
    killed: bool
    blind_for: int | None
    skew: int | None


@dataclass
class Console:
    """The bookkeeping of the reader, with a world around it."""

    changes: list[Change]
    now: datetime = T0
    had: set[Change] = field(default_factory=set)
    watermark: datetime | None = None
    horizon: Horizon = field(default_factory=Horizon)

    def clock(self, cycle: Cycle) -> ServerTime:
        passed = None if cycle.blind_for is None else self.now - cycle.blind_for * SECOND
        shown = None if cycle.skew is None else self.now + cycle.skew * SECOND
        return ServerTime(min(passed, shown) if passed and shown else passed, shown)

    def read(self, cycle: Cycle) -> None:
        self.now += cycle.after * SECOND
        self.horizon = joined(self.horizon, self.watermark)
        inquiry = inquire(self.horizon, self.clock(cycle))
        at, pages, count = inquiry.since, 0, 0
        while True:
            found = [
                change for change in self.changes if change.shown_at <= self.now and (not at or change.stamp > at)
            ]
            page = sorted(found, key=lambda change: change.stamp)[:PAGE]
            self.take(page, inquiry)
            pages, count = pages + 1, count + len(page)
            self.now += cycle.page_takes * SECOND
            if pages == cycle.cut_after:
                self.horizon = Horizon() if cycle.killed else self.horizon
                return
            if len(page) < PAGE:
                break
            at = page[-1].stamp
        newest = max((change.stamp for change in self.had), default=None)
        self.horizon = finished(self.horizon, inquiry, newest, much=count > PAGE)
        self.check(self.horizon.safe)

    def take(self, page: list[Change], inquiry: Inquiry) -> None:
        self.had.update(page)
        if page and (mark := storable(self.horizon, inquiry, page[-1].stamp)):
            self.watermark = max(mark, self.watermark or mark)
            self.check(self.watermark)

    def check(self, proven: datetime | None) -> None:
        """What is said to be handed over has been, also what comes to light later."""
        passed_over = [each for each in self.changes if proven and each.stamp <= proven and each not in self.had]
        assert not passed_over


changes = st.builds(
    lambda at, late: Change(T0 + at * SECOND, T0 + (at + late) * SECOND),
    st.integers(-400, 4000),
    st.integers(0, LONGEST_COMMIT),
)
cycles = st.builds(
    Cycle,
    after=st.one_of(st.integers(0, 10), st.integers(0, 900)),
    page_takes=st.one_of(st.just(0), st.integers(0, 600)),
    cut_after=st.one_of(st.none(), st.integers(1, 4)),
    killed=st.booleans(),
    blind_for=st.one_of(st.just(0), st.none(), st.integers(0, 500)),
    skew=st.one_of(st.none(), st.integers(-SKEW, SKEW), st.integers(-100_000, -SKEW)),
)


@settings(max_examples=400)
@given(
    changes=st.lists(changes, max_size=30, unique_by=lambda change: change.stamp),
    read=st.lists(cycles, max_size=25),
)
def test_nothing_is_passed_over(changes: list[Change], read: list[Cycle]) -> None:
    console = Console(changes)
    for cycle in read:
        console.read(cycle)
    console.now = max(console.now, T0 + 4100 * SECOND) + 2 * OVERLAP
    calm = Cycle(after=5, page_takes=0, cut_after=None, killed=False, blind_for=0, skew=0)
    console.read(calm)
    assert console.had == set(changes)


@given(moment=st.integers(0, 4000))
def test_a_quiet_server_is_soon_asked_for_nothing_old(moment: int) -> None:
    last = Change(T0 + moment * SECOND, T0 + moment * SECOND)
    console = Console([last], now=last.stamp)
    calm = Cycle(after=5, page_takes=0, cut_after=None, killed=False, blind_for=0, skew=0)
    for _ in range(30):
        console.read(calm)
    inquiry = inquire(console.horizon, console.clock(calm))
    assert inquiry.since
    assert inquiry.since > last.stamp


def test_a_stamp_in_the_future_is_held_back() -> None:
    shown = ServerTime(T0, T0)
    inquiry = Inquiry(None, shown)
    assert storable(Horizon(), inquiry, T0 + timedelta(days=9000)) == T0 - OVERLAP
    assert finished(Horizon(), inquiry, T0 + timedelta(days=9000), much=False).safe == T0 - OVERLAP


def test_after_a_great_deal_the_overlap_is_spared_for_a_while() -> None:
    inquiry = Inquiry(None, ServerTime(T0, T0))
    horizon = finished(Horizon(), inquiry, T0, much=True)
    spared = inquire(horizon, ServerTime(T0 + SECOND, T0 + SECOND))
    assert (spared.since, spared.whole) == (T0 + timedelta(milliseconds=1), False)
    assert storable(horizon, spared, T0 + SECOND) == horizon.safe
    after = inquire(horizon, ServerTime(T0 + OVERLAP, T0 + OVERLAP))
    assert (after.since, after.whole) == (horizon.safe, True)


def test_a_clock_set_back_takes_what_is_safe_back_with_it() -> None:
    fast, stored = T0 + timedelta(minutes=10), T0 + timedelta(minutes=9)
    known = finished(Horizon(), Inquiry(None, ServerTime(fast, fast)), fast, much=False)
    shown = T0 + 20 * SECOND
    back = joined(known, stored, shown)
    assert inquire(back, ServerTime(shown, shown)) == Inquiry(shown - OVERLAP, ServerTime(shown, shown))
    later = shown + timedelta(minutes=1)
    after = finished(back, Inquiry(back.safe, ServerTime(shown, shown)), None, much=False)
    again = joined(after, stored, later)
    assert again.safe == shown - OVERLAP, "the stored watermark is from before"
    assert joined(again, stored, fast + OVERLAP).safe == shown - OVERLAP, "also when the clock is past it again"
    newer = fast + timedelta(minutes=1)
    assert joined(again, newer, fast + OVERLAP).safe == newer - OVERLAP


def test_a_stored_watermark_ahead_of_the_servers_clock_is_not_believed() -> None:
    assert joined(Horizon(), T0 + timedelta(hours=1), T0).safe == T0 - OVERLAP
    assert joined(Horizon(), T0, T0 + SECOND).safe == T0 - OVERLAP


@given(
    steps=st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3000), st.booleans()), min_size=1, max_size=30),
    set_back=st.integers(0, 29),
)
def test_nothing_is_passed_over_when_a_clock_is_set_back(steps: list[tuple[int, int, bool]], set_back: int) -> None:
    now, horizon, watermark = T0, Horizon(), T0
    for number, (after, back, killed) in enumerate(steps):
        change = now + after * SECOND - (back * SECOND if number == set_back else timedelta())
        now = change + SECOND
        horizon = joined(Horizon() if killed else horizon, watermark, now)
        inquiry = inquire(horizon, ServerTime(now, now))
        assert inquiry.since
        assert inquiry.since <= change
        horizon = finished(horizon, inquiry, change, much=False)
        watermark = max(watermark, storable(horizon, inquiry, change) or watermark)
