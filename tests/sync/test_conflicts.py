"""The three-way rule: what may be merged, what is done already, and what a person has to settle."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.arrangement import Arrangement, ArrangementField, Standing, Wish, changed_fields
from app.domain.ids import ClinicianId, SlotId
from app.sync.conflicts import Clash, Done, Merged, merge

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEEN = Arrangement(NINE, NINE + timedelta(minutes=15), SlotId("a"), ClinicianId("åse"), "video", Standing.BOOKED)


@st.composite
def arrangements(draw: st.DrawFn) -> Arrangement:
    start = NINE + timedelta(minutes=15 * draw(st.integers(0, 3)))
    return Arrangement(
        start=start,
        end=start + timedelta(minutes=draw(st.sampled_from([15, 30]))),
        slot_id=draw(st.sampled_from([SlotId("a"), SlotId("b"), SlotId("c"), None])),
        clinician_id=draw(st.sampled_from([ClinicianId("åse"), ClinicianId("bo"), None])),
        form=draw(st.sampled_from(["video", "telephone", ""])),
        standing=draw(st.sampled_from(Standing)),
    )


@st.composite
def asked(draw: st.DrawFn) -> tuple[Wish, Arrangement, Arrangement]:
    """A wish a person could have: what it starts from, and what it makes of that."""
    wish, before = draw(st.sampled_from(Wish)), draw(arrangements())
    if wish is Wish.MOVE:
        return wish, before, replace(draw(arrangements()), standing=Standing.BOOKED)
    ended = st.sampled_from([Standing.ENDED, Standing.CANCELLED])
    standing = Standing.CANCELLED if wish is Wish.CANCEL else draw(ended)
    return wish, before, replace(before, standing=standing)


@given(asked(), arrangements())
def test_a_clashing_change_of_theirs_is_never_overwritten(
    wish: tuple[Wish, Arrangement, Arrangement], theirs: Arrangement
) -> None:
    kind, before, mine = wish
    decision = merge(kind, before, mine, theirs)
    overlap = changed_fields(before, mine) & changed_fields(before, theirs)
    if isinstance(decision, Merged):
        assert overlap == frozenset()
        assert ArrangementField.STANDING not in changed_fields(before, theirs)
    if isinstance(decision, Clash):
        kept = decision.conflict
        assert (kept.wish, kept.before, kept.mine, kept.theirs) == (kind, before, mine, theirs)


@given(asked(), arrangements())
def test_what_mine_leaves_alone_is_kept_from_theirs(
    wish: tuple[Wish, Arrangement, Arrangement], theirs: Arrangement
) -> None:
    kind, before, mine = wish
    decision = merge(kind, before, mine, theirs)
    if isinstance(decision, Merged):
        merged = decision.arrangement
        assert changed_fields(theirs, merged) <= changed_fields(before, mine)
        # What mine changed is there, and what theirs changed is there.
        assert changed_fields(before, mine).isdisjoint(changed_fields(mine, merged))
        assert changed_fields(before, theirs).isdisjoint(changed_fields(theirs, merged))


@given(asked(), arrangements())
def test_a_wish_repeated_after_a_lost_answer_is_done(
    wish: tuple[Wish, Arrangement, Arrangement], theirs: Arrangement
) -> None:
    kind, before, mine = wish
    first = merge(kind, before, mine, theirs)
    if isinstance(first, Merged) and kind is not Wish.OUTCOME:
        assert merge(kind, before, mine, first.arrangement) == Done()


@given(asked())
def test_where_nobody_changed_anything_the_wish_is_written_or_done(
    wish: tuple[Wish, Arrangement, Arrangement],
) -> None:
    kind, before, mine = wish
    decision = merge(kind, before, mine, before)
    assert isinstance(decision, Merged | Done)
    if isinstance(decision, Merged):
        assert changed_fields(decision.arrangement, mine) == frozenset()
        assert decision.arrangement.slot_id == mine.slot_id
    else:
        assert changed_fields(before, mine) == frozenset()


@given(asked(), asked())
def test_two_wishes_end_the_same_in_either_order_or_clash_in_both(
    one: tuple[Wish, Arrangement, Arrangement], other: tuple[Wish, Arrangement, Arrangement]
) -> None:
    """Whoever comes second: either both can stand, with one result, or the second is asked."""
    before = one[1]
    first = (one[0], _applied(one, before))
    second = (other[0], _applied(other, before))

    def after(earlier: tuple[Wish, Arrangement], later: tuple[Wish, Arrangement]) -> Arrangement | None:
        decision = merge(later[0], before, later[1], earlier[1])
        if isinstance(decision, Clash):
            return None
        return decision.arrangement if isinstance(decision, Merged) else earlier[1]

    ended = (after(first, second), after(second, first))
    if None not in ended and Wish.OUTCOME not in (one[0], other[0]):
        assert changed_fields(*ended) == frozenset()  # type: ignore[arg-type]


def _applied(wish: tuple[Wish, Arrangement, Arrangement], before: Arrangement) -> Arrangement:
    kind, _, mine = wish
    if kind is Wish.MOVE:
        return replace(before, start=mine.start, end=mine.end, slot_id=mine.slot_id)
    return replace(before, standing=mine.standing)


LATER = replace(
    SEEN, start=NINE + timedelta(hours=1), end=NINE + timedelta(hours=1, minutes=15), slot_id=SlotId("b")
)
OTHER = replace(
    SEEN, start=NINE + timedelta(hours=2), end=NINE + timedelta(hours=2, minutes=15), slot_id=SlotId("c")
)
CANCELLED = replace(SEEN, standing=Standing.CANCELLED)


@pytest.mark.parametrize(
    ("wish", "mine", "theirs"),
    [
        (Wish.MOVE, LATER, OTHER),
        (Wish.MOVE, LATER, CANCELLED),
        (Wish.MOVE, LATER, replace(LATER, standing=Standing.CANCELLED)),
        (Wish.MOVE, LATER, replace(SEEN, clinician_id=ClinicianId("bo"))),
        (Wish.MOVE, LATER, replace(SEEN, slot_id=SlotId("c"))),
        (Wish.CANCEL, CANCELLED, LATER),
        (Wish.CANCEL, CANCELLED, replace(SEEN, standing=Standing.ENDED)),
        (Wish.OUTCOME, replace(SEEN, standing=Standing.ENDED), CANCELLED),
        (Wish.OUTCOME, replace(SEEN, standing=Standing.ENDED), replace(SEEN, standing=Standing.ENDED)),
    ],
)
def test_these_are_for_a_person_to_settle(wish: Wish, mine: Arrangement, theirs: Arrangement) -> None:
    decision = merge(wish, SEEN, mine, theirs, "Læge Bo", NINE)
    assert isinstance(decision, Clash)
    assert (decision.conflict.by, decision.conflict.at) == ("Læge Bo", NINE)


@pytest.mark.parametrize(
    ("wish", "mine", "theirs", "merged"),
    [
        (Wish.MOVE, LATER, replace(SEEN, form="telephone"), replace(LATER, form="telephone")),
        (Wish.MOVE, LATER, replace(SEEN, slot_id=None), LATER),
        (Wish.MOVE, replace(SEEN, slot_id=SlotId("d")), SEEN, replace(SEEN, slot_id=SlotId("d"))),
        (Wish.CANCEL, CANCELLED, replace(SEEN, form="telephone"), replace(CANCELLED, form="telephone")),
        (Wish.OUTCOME, replace(SEEN, standing=Standing.ENDED), LATER, replace(LATER, standing=Standing.ENDED)),
    ],
)
def test_these_can_both_stand(wish: Wish, mine: Arrangement, theirs: Arrangement, merged: Arrangement) -> None:
    assert merge(wish, SEEN, mine, theirs) == Merged(merged)


@pytest.mark.parametrize(
    ("wish", "mine", "theirs"),
    [
        (Wish.MOVE, LATER, replace(LATER, slot_id=None)),
        (Wish.MOVE, LATER, replace(LATER, start=LATER.start + timedelta(seconds=40))),
        (Wish.CANCEL, CANCELLED, replace(LATER, standing=Standing.CANCELLED)),
    ],
)
def test_these_are_what_was_asked_for(wish: Wish, mine: Arrangement, theirs: Arrangement) -> None:
    assert merge(wish, SEEN, mine, theirs) == Done()
