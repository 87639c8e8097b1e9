"""A dead line is found in seconds, a slow one that loses packets is let live, and our own sleep proves nothing."""

import random

from hypothesis import given
from hypothesis import strategies as st

from app.video.rooms.pulse import PING_EVERY, Pulse, heard, look, opened

NAMED_WITHIN = 4.0
"""Seconds in which a service that hangs must be found, on a line as most are."""
times = st.floats(0, 1e6)


def lived(pulse: Pulse, trips: list[float]) -> tuple[Pulse, float | None]:
    """Let each ping be answered after one of the trips (s), in order as TCP has it; returns when the line died."""
    pongs: list[tuple[float, bytes]] = []
    now, sent = pulse.looked_at, 0
    while sent < len(trips):
        pulse, ping, dead = look(pulse, now)
        if dead:
            return pulse, now
        if ping is not None:
            pongs.append((max([now + trips[sent], *(due for due, _ in pongs)]), ping))
            sent += 1
        due = min((due for due, _ in pongs), default=float("inf"))
        if due <= now + pulse.wait:
            now, pong = pongs.pop(0)
            pulse = heard(pulse, now, pong)
        else:
            now += pulse.wait
    return pulse, None


def over_tcp(draw: random.Random, trip: float, loss: float) -> float:
    """Return how long a pong takes where ping or pong are lost so often each.

    It is sent again as RFC 6298 has it, twice as late each time, or when the next ping shows the gap (RFC 8985).
    """
    took, again = trip, max(0.2, 1.2 * trip)
    while draw.random() < 1 - (1 - loss) ** 2:
        took, again = took + again, min(2 * again, PING_EVERY + trip)
    return took


@given(st.floats(0.001, 0.15), times)
def test_a_line_as_most_are_that_falls_silent_is_found_in_seconds(trip: float, now: float) -> None:
    pulse, died = lived(opened(trip * 4, now), [trip] * 30)
    assert died is None
    silent_since = pulse.heard_at
    _, died = lived(pulse, [1e9] * 30)
    assert died is not None
    assert died - silent_since < NAMED_WITHIN


def test_a_line_of_500_ms_that_loses_a_tenth_each_way_holds() -> None:
    hours, broke, draw = 8, 0, random.Random(3)
    for _ in range(hours):
        _, died = lived(opened(2.0, 0.0), [over_tcp(draw, 0.5, 0.1) for _ in range(3600)])
        broke += died is not None
    assert broke <= 1


@given(st.floats(0.001, 2.0), times)
def test_a_line_whose_every_pong_comes_in_time_never_dies(trip: float, now: float) -> None:
    assert lived(opened(trip, now), [trip] * 100)[1] is None


@given(st.floats(0.001, 1.0), times, st.floats(2.1, 1e5))
def test_this_pc_may_sleep_and_the_line_still_has_its_time_to_answer(trip: float, now: float, slept: float) -> None:
    pulse, _ = lived(opened(trip, now), [trip] * 5)
    _, _, dead = look(pulse, pulse.looked_at + slept)
    assert not dead


@given(st.floats(0.001, 5.0), times, st.binary(max_size=16))
def test_whatever_stands_in_a_pong_counts_as_a_sign_of_life_and_no_more(
    took: float, now: float, pong: bytes
) -> None:
    pulse = heard(opened(took, now), now + 1, pong)
    assert pulse.heard_at == now + 1
    assert 0 <= pulse.trip <= 20


@given(st.floats(0.001, 5.0), times, st.lists(st.floats(0.001, 30), max_size=30))
def test_a_look_is_due_no_later_than_the_next_ping(took: float, now: float, trips: list[float]) -> None:
    pulse, died = lived(opened(took, now), trips)
    assert died is not None or pulse.wait <= PING_EVERY
