from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.sync.reconcile import Position, Stamp, in_query, take

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def at(milliseconds: float) -> datetime:
    return T0 + timedelta(milliseconds=milliseconds)


@dataclass
class ModelServer:
    """Sorts by server time and pages by offset, as simple servers do; `stable` links keep to the first moment."""

    stamps: dict[str, Stamp]
    page: int
    snapshot: list[Stamp] = field(default_factory=list)

    def query(self, since: datetime | None, offset: int, *, stable: bool) -> tuple[list[Stamp], bool]:
        if not stable or offset == 0:
            found = (stamp for stamp in self.stamps.values() if since is None or stamp.at >= since)
            self.snapshot = sorted(found, key=lambda stamp: stamp.at)
        return self.snapshot[offset : offset + self.page], offset + self.page < len(self.snapshot)

    def touch(self, name: str, moment: datetime) -> None:
        self.stamps[name] = Stamp(name, self.stamps[name].version + "+", moment)


def walk(
    server: ModelServer, since: datetime | None, touches: list[str], *, stable: bool
) -> tuple[list[Stamp], list[datetime | None]]:
    position, offset = Position(since, since), 0
    taken_all: list[Stamp] = []
    watermarks: list[datetime | None] = []
    for turn in range(10_000):
        page, more = server.query(position.since, offset, stable=stable)
        taken = take(position, page, more)
        taken_all += [page[index] for index in taken.fresh]
        watermarks.append(taken.watermark)
        position, offset = taken.position, 0 if taken.restart else offset + server.page
        if not more:
            return taken_all, watermarks
        if turn < len(touches):
            server.touch(touches[turn], at(1_000_000 + turn))
    raise AssertionError("the walk does not end")


names = st.integers(0, 29).map(str)


@given(count=st.integers(1, 30), page=st.integers(2, 7), touches=st.lists(names, max_size=30))
def test_nothing_is_missed_while_resources_move(count: int, page: int, touches: list[str]) -> None:
    server = ModelServer({str(n): Stamp(str(n), "v", at(n * 10)) for n in range(count)}, page)
    taken, watermarks = walk(server, None, [name for name in touches if name in server.stamps], stable=False)
    newest = {stamp.id: stamp for stamp in taken}
    assert newest == server.stamps
    assert len(taken) == len(set(taken))
    assert watermarks[-1] == max(stamp.at for stamp in server.stamps.values())


@given(moments=st.lists(st.integers(0, 5), min_size=1, max_size=40), page=st.integers(1, 7))
def test_many_of_one_instant_are_each_taken_once(moments: list[int], page: int) -> None:
    server = ModelServer({str(n): Stamp(str(n), "v", at(moment)) for n, moment in enumerate(moments)}, page)
    taken, watermarks = walk(server, None, [], stable=True)
    assert sorted(stamp.id for stamp in taken) == sorted(server.stamps)
    known = [watermark for watermark in watermarks if watermark]
    assert known == sorted(known)
    assert known[-1] == at(max(moments))


@given(page=st.lists(st.tuples(names, st.integers(0, 50)), max_size=20), more=st.booleans())
def test_a_page_out_of_order_moves_the_watermark_only_at_the_end(page: list[tuple[str, int]], more: bool) -> None:
    stamps = [Stamp(name, str(number), at(moment)) for number, (name, moment) in enumerate(page)]
    taken = take(Position(None, None), stamps, more)
    in_order = [stamp.at for stamp in stamps] == sorted(stamp.at for stamp in stamps)
    assert taken.position.ordered == in_order
    assert len(taken.fresh) == len(stamps)
    if stamps and (in_order or not more):
        assert taken.watermark == max(stamp.at for stamp in stamps)
    else:
        assert taken.watermark is None
    assert taken.restart == (more and in_order and bool(stamps))


def test_a_known_watermark_never_goes_back() -> None:
    taken = take(Position(at(0), at(500)), [Stamp("a", "1", at(100))], more=False)
    assert taken.watermark == at(500)


@given(microsecond=st.integers(0, 999_999))
def test_a_query_asks_from_the_millisecond_or_before(microsecond: int) -> None:
    moment = T0.replace(microsecond=microsecond)
    assert timedelta() <= moment - in_query(moment) < timedelta(milliseconds=1)
