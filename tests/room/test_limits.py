"""Rate limits: who is held back, for how long, and that remembering costs bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room.limits import Rate, RateLimiter, address_key


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_the_allowance_comes_back() -> None:
    seconds = Seconds()
    limiter = RateLimiter(Rate(burst=3, seconds=30), seconds)
    assert [limiter.take("a") for _ in range(4)] == [True, True, True, False]
    assert not limiter.has("a")
    assert limiter.has("b")
    seconds.now = 10
    assert limiter.has("a")
    assert [limiter.take("a") for _ in range(2)] == [True, False]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 5)), max_size=60))
def test_no_more_than_the_rate_ever_passes(visits: list[tuple[str, float]]) -> None:
    seconds = Seconds()
    limiter = RateLimiter(Rate(burst=3, seconds=10), seconds)
    passed = dict.fromkeys("abcdef", 0)
    for key, wait in visits:
        seconds.now += wait
        passed[key] += limiter.take(key)
    assert all(count <= 3 + seconds.now * 3 / 10 + 1e-6 for count in passed.values())


def test_memory_is_bounded_and_the_newest_are_kept() -> None:
    limiter = RateLimiter(Rate(burst=1, seconds=1000), Seconds(), keys=100)
    for number in range(1000):
        limiter.take(str(number))
    assert len(limiter) == 100
    assert not limiter.has("999")
    assert limiter.has("0")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("rubbish", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_visitor_counts_as_his_network(address: str | None, key: str) -> None:
    assert address_key(address) == key
