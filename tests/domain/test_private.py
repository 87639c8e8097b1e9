import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.private import Private

CANARY = "Kanarie Testfugl"


def test_no_way_of_printing_shows_the_value() -> None:
    held = Private(CANARY)
    shown = [
        repr(held),
        str(held),
        f"{held}",
        f"{held:>40}",
        f"{held} {held!r}",
        repr([held]),
        repr({1: held}),
    ]
    assert not any(CANARY in text for text in shown)


def test_it_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Private(CANARY))


@given(st.text(), st.text())
def test_it_compares_and_hashes_as_its_value(one: str, other: str) -> None:
    assert (Private(one) == Private(other)) == (one == other)
    assert hash(Private(one)) == hash(Private(one))
    assert Private(one).reveal() == one
