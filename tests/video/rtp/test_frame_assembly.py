"""Packets in any order, twice or never: out come whole frames that a decoder can take one after the other."""

from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.video.rtp.frame_assembly import Assembly, Frame, add, blocked_since, break_off, tend, wake_at
from app.video.rtp.payload import Piece

PATIENCE = 0.5


def pieces(*frames: tuple[int, bool], first: int = 0, arrived: float = 0.0) -> list[list[Piece]]:
    """Return frames of so many packets; a key frame where it says so. The data tells frame and packet."""
    made, number = [], first
    for index, (size, key) in enumerate(frames):
        made.append(
            [
                Piece(
                    number + part,
                    3000 * index,
                    arrived,
                    f"{index}.{part} ".encode(),
                    part == 0,
                    part == size - 1,
                    key and part == 0,
                )
                for part in range(size)
            ]
        )
        number += size
    return made


@dataclass
class Desk:
    """An assembly with what came out of it."""

    state: Assembly = field(default_factory=Assembly)
    frames: list[Frame] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)

    def take(self, *some: Piece) -> None:
        for piece in some:
            self.state, frames = add(self.state, piece)
            self.frames += frames

    def tend(self, now: float) -> None:
        self.state, frames, ask = tend(self.state, now, PATIENCE)
        self.frames += frames
        self.asked += [now] if ask else []

    @property
    def indices(self) -> list[int]:
        return [frame.timestamp // 3000 for frame in self.frames]


def test_a_frame_is_out_with_its_last_packet() -> None:
    desk = Desk()
    key, delta = pieces((3, True), (2, False))
    desk.take(*key[:2])
    assert desk.indices == []
    desk.take(key[2])
    assert desk.indices == [0]
    assert desk.frames[0].data == b"0.0 0.1 0.2 "
    assert desk.frames[0].key
    desk.take(*reversed(delta))
    assert desk.indices == [0, 1]
    assert desk.frames[1].data == b"1.0 1.1 "


def test_several_frames_come_out_when_the_packet_before_them_has_come() -> None:
    desk = Desk()
    key, one, two, three = pieces((2, True), (2, False), (1, False), (2, False))
    desk.take(*key, one[1], *two, *three)
    assert desk.indices == [0]
    desk.take(one[0])
    assert desk.indices == [0, 1, 2, 3]
    assert blocked_since(desk.state) is None


def test_nothing_but_a_key_frame_begins() -> None:
    desk = Desk()
    delta, key, after = pieces((2, False), (2, True), (1, False))
    desk.take(*delta)
    desk.tend(0.0)
    assert desk.asked == [0.0]
    desk.take(*key, *after)
    assert desk.indices == [1, 2]


def test_no_key_frame_is_asked_for_while_the_first_one_is_on_its_way() -> None:
    desk = Desk()
    key, delta = pieces((5, True), (1, False))
    desk.take(*key[:3], *delta)
    desk.tend(0.1)
    assert desk.asked == []
    desk.tend(PATIENCE)
    assert desk.asked == [PATIENCE]


def test_after_a_hole_has_been_waited_for_long_enough_a_key_frame_is_asked_for_and_shown() -> None:
    desk = Desk()
    key, lost, waiting, new = pieces((1, True), (2, False), (1, False), (2, True))
    desk.take(*key, lost[1], *waiting)
    assert wake_at(desk.state, PATIENCE) == PATIENCE
    desk.tend(0.4)
    assert desk.asked == []
    desk.tend(0.5)
    desk.tend(0.6)
    assert desk.asked == [0.5]
    desk.tend(0.8)
    assert desk.asked == [0.5, 0.8]
    desk.take(*new)
    assert desk.indices == [0, 3]
    assert [frame.skipped for frame in desk.frames] == [False, True]
    desk.take(lost[0])
    assert desk.indices == [0, 3]


def test_a_key_frame_that_waits_behind_the_hole_is_taken_when_patience_ends() -> None:
    desk = Desk()
    key, _, new, after = pieces((1, True), (1, False), (2, True), (1, False))
    desk.take(*key, *new, *after)
    assert desk.indices == [0]
    desk.tend(0.5)
    assert desk.indices == [0, 2, 3]
    assert desk.asked == []


def test_what_comes_very_late_still_mends_the_stream_without_a_key_frame() -> None:
    desk = Desk()
    key, lost, waiting = pieces((1, True), (2, False), (1, False))
    desk.take(*key, lost[1], *waiting)
    desk.tend(0.5)
    desk.take(lost[0])
    assert desk.indices == [0, 1, 2]
    assert not any(frame.skipped for frame in desk.frames)
    desk.tend(9.0)
    assert desk.asked == [0.5]


def test_padding_holds_its_place_and_shows_nothing() -> None:
    desk = Desk()
    desk.take(*pieces((2, True))[0])
    desk.take(Piece(2, 0, 0.0, b""), Piece(3, 0, 0.0, b""), *pieces((1, False), first=4)[0])
    assert len(desk.frames) == 2


def test_a_sender_without_marker_bits_is_understood_by_its_time_stamps() -> None:
    desk = Desk()
    desk.take(
        Piece(0, 0, 0.0, b"a", first=True, key=True), Piece(1, 0, 0.0, b"b"), Piece(2, 3000, 0.0, b"c", first=True)
    )
    assert [frame.data for frame in desk.frames] == [b"ab"]


def test_what_was_broken_off_does_not_come_back() -> None:
    desk = Desk()
    key, one, two, new = pieces((1, True), (2, False), (1, False), (1, True))
    desk.take(*key, one[1], *two)
    desk.state = break_off(desk.state)
    desk.take(*one, *two, *new)
    assert desk.indices == [0, 3]


frames = st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=12).map(
    lambda some: [(some[0][0], True), *some[1:]]
)


@given(frames, st.randoms(use_true_random=False), st.integers(0, 2**17))
def test_any_order_with_doubles_gives_every_frame_once_in_order(
    shape: list[tuple[int, bool]], random: Random, first: int
) -> None:
    made = pieces(*shape, first=first)
    key, rest = made[0], [piece for frame in made[1:] for piece in frame]
    mixed = rest + random.sample(rest, len(rest) // 2)
    random.shuffle(mixed)
    desk = Desk()
    desk.take(*key, *mixed)
    assert desk.indices == list(range(len(shape)))
    assert [frame.data for frame in desk.frames] == [b"".join(piece.data for piece in frame) for frame in made]
    assert not desk.state.waiting


@given(frames, st.sets(st.integers(0, 60)), st.randoms(use_true_random=False))
def test_with_losses_every_frame_is_whole_and_follows_the_one_it_needs(
    shape: list[tuple[int, bool]], lost: set[int], random: Random
) -> None:
    made = pieces(*shape)
    come = [piece for frame in made for piece in frame if piece.number not in lost]
    random.shuffle(come)
    desk = Desk()
    for index, piece in enumerate(come):
        desk.take(piece)
        desk.tend(index * 0.1)
    desk.tend(1e6)
    previous = None
    for frame, index in zip(desk.frames, desk.indices, strict=True):
        assert frame.data == b"".join(piece.data for piece in made[index])
        assert frame.key or index - 1 == previous
        assert previous is None or index > previous
        previous = index
    intact = [index for index, frame in enumerate(made) if not lost & {piece.number for piece in frame}]
    keys = [index for index in intact if shape[index][1]]
    assert not keys or (previous is not None and previous >= keys[0])
