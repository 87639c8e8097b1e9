"""Two clocks, one short queue: bounded, in order, silent when dry."""

from hypothesis import given
from hypothesis import strategies as st

from app.video.sound.sound_queue import FRAME_BYTES, SILENCE, SoundQueue


def frame(number: int) -> bytes:
    return bytes([number % 255 + 1]) * FRAME_BYTES


@given(st.lists(st.one_of(st.integers(1, 3 * FRAME_BYTES // 2).map(lambda half: 2 * half), st.none()), max_size=60))
def test_sound_comes_out_in_order_and_never_more_than_the_limit(steps: list[int | None]) -> None:
    queue, number, heard = SoundQueue(prefill=2, limit=6), 0, b""
    stream = b"".join(frame(index) for index in range(200))
    for step in steps:
        if step is None:
            pulled = queue.pull()
            assert len(pulled) == FRAME_BYTES
            heard += pulled if pulled != SILENCE else b""
        else:
            queue.push(stream[number : number + step])
            number += step
    frames = [heard[index : index + FRAME_BYTES] for index in range(0, len(heard), FRAME_BYTES)]
    places = [stream.index(one) for one in frames]
    assert places == sorted(set(places))
    rest = 0
    while queue.pull() != SILENCE:
        rest += 1
    assert rest <= 6
    assert len(frames) + rest + queue.dropped <= number // FRAME_BYTES


def test_after_running_dry_it_waits_for_two_frames() -> None:
    queue = SoundQueue(prefill=2)
    queue.push(frame(1))
    assert queue.pull() == SILENCE
    queue.push(frame(2))
    assert [queue.pull(), queue.pull(), queue.pull()] == [frame(1), frame(2), SILENCE]


def test_the_oldest_is_dropped_first() -> None:
    queue = SoundQueue(prefill=1, limit=2)
    queue.push(frame(1) + frame(2) + frame(3))
    assert queue.dropped == 1
    assert queue.pull() == frame(2)
    queue.clear()
    assert queue.pull() == SILENCE
