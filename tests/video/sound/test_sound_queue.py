"""Two clocks, one short queue: bounded, in order, silent when dry."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ports.media import FRAME_SAMPLES, SAMPLE_RATE
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
    assert queue.pull() == SILENCE
    queue.push(frame(1) + frame(2) + frame(3))
    assert queue.dropped == 1
    assert queue.pull() == frame(2)
    queue.clear()
    assert queue.pull() == SILENCE


def test_what_waited_before_anyone_listened_does_not_make_the_sound_late() -> None:
    queue = SoundQueue(prefill=2, limit=6)
    queue.push(b"".join(frame(number) for number in range(6)))
    assert [queue.pull(), queue.pull(), queue.pull()] == [frame(4), frame(5), SILENCE]


@given(st.integers(1, 3), st.integers(0, 4))
def test_what_a_stall_left_waiting_is_caught_up_with(burst: int, late: int) -> None:
    queue = SoundQueue(prefill=2, limit=6)
    queue.push(frame(1) * burst)
    waiting = burst
    for step in range(1000):
        if step == 10:
            queue.push(frame(7) * late)
            waiting += late
        if step % burst == 0:
            queue.push(frame(2) * burst)
            waiting += burst
        waiting -= queue.pull() != SILENCE
    waiting -= queue.dropped
    assert waiting <= burst + 1, "no more than comes at once, and one"


def test_of_what_waits_the_quietest_goes_and_leaves_no_edge() -> None:
    queue = SoundQueue(prefill=1, limit=6)
    seconds = np.arange(70 * FRAME_SAMPLES) / SAMPLE_RATE
    loudness = np.where((seconds > 65 / 66) & (seconds < 68 / 66), 2000, 8000)
    sound = (loudness * np.sin(2 * np.pi * 33 * seconds)).astype(np.int16).tobytes()
    frames = [sound[at : at + FRAME_BYTES] for at in range(0, len(sound), FRAME_BYTES)]
    heard = [queue.pull()]
    queue.push(frames[0] + frames[1])
    for one in frames[2:]:
        queue.push(one)
        heard.append(queue.pull())
    assert queue.dropped == 1
    assert b"".join(heard[1:]) != sound[: FRAME_BYTES * (len(heard) - 1)]
    loud = [one for one in heard[1:] if np.abs(np.frombuffer(one, np.int16).astype(int)).max() > 3000]
    assert len(loud) == len(heard) - 1, "the quiet frame has gone"
    whole = np.frombuffer(b"".join(heard[1:]), np.int16).astype(int)
    assert np.abs(np.diff(whole)).max() < 1000, "faded"
