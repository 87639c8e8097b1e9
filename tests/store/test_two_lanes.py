"""What may wait lets the rest go first; nothing is lost, and an end finishes all of it."""

import threading

import pytest

from app.store.two_lanes import TwoLanes


def test_what_is_asked_for_later_goes_first_when_it_may_not_wait() -> None:
    lanes, may_go, done = TwoLanes("test"), threading.Event(), list[str]()
    lanes.first.submit(may_go.wait)
    for name in ("a", "b"):
        lanes.later.submit(done.append, f"later {name}")
    for name in ("a", "b"):
        lanes.first.submit(done.append, f"first {name}")
    may_go.set()
    lanes.shutdown()
    assert done == ["first a", "first b", "later a", "later b"]


def test_a_failure_is_told_and_ends_nothing() -> None:
    lanes = TwoLanes("test")
    failing = lanes.first.submit(int, "x")
    following = lanes.later.submit(int, "7")
    with pytest.raises(ValueError, match="invalid literal"):
        failing.result()
    assert following.result() == 7
    lanes.shutdown()


def test_what_nobody_wants_any_more_is_not_done() -> None:
    lanes, may_go, done = TwoLanes("test"), threading.Event(), list[int]()
    lanes.first.submit(may_go.wait)
    unwanted, wanted = lanes.first.submit(done.append, 1), lanes.first.submit(done.append, 2)
    assert unwanted.cancel()
    may_go.set()
    wanted.result()
    lanes.shutdown()
    assert done == [2]


def test_nothing_is_taken_after_the_end() -> None:
    lanes = TwoLanes("test")
    lanes.shutdown()
    with pytest.raises(RuntimeError):
        lanes.first.submit(int)
    assert not lanes.first.waiting
