from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.booking.slot_choice import BusySpan, SlotProposal, SlotRule, choose_slots
from app.domain.booking import ConsultationForm
from app.domain.clinic_time import clinic_date, clinic_local
from app.domain.ids import SlotId
from app.domain.slot import Slot, SlotKind
from tests.booking.fakes import DOCTOR, NOW, slot

RULE = SlotRule()
DAY = 24 * 60


def starts(proposal: SlotProposal) -> list[str]:
    chosen = () if proposal.first is None else (proposal.first,)
    return [slot.id for slot in (*chosen, *proposal.alternatives)]


def test_a_slot_marked_for_video_wins_over_an_earlier_unmarked_one_of_the_same_day() -> None:
    free = [slot(30, kind=SlotKind.ANY), slot(90, kind=SlotKind.VIDEO), slot(60, kind=SlotKind.ANY)]
    assert starts(choose_slots(free, NOW, RULE)) == ["slot-90", "slot-30", "slot-60"]


def test_nobody_waits_a_day_for_a_marked_slot() -> None:
    free = [slot(DAY + 30, kind=SlotKind.VIDEO), slot(60, kind=SlotKind.ANY)]
    assert starts(choose_slots(free, NOW, RULE)) == ["slot-60", f"slot-{DAY + 30}"]


def test_slots_set_aside_for_other_forms_are_left_alone() -> None:
    free = [slot(30, kind=SlotKind.TELEPHONE), slot(45, kind=SlotKind.IN_PERSON), slot(60)]
    assert starts(choose_slots(free, NOW, RULE)) == ["slot-60"]
    by_phone = replace(RULE, form=ConsultationForm.TELEPHONE)
    assert starts(choose_slots(free, NOW, by_phone)) == ["slot-30"]


def test_lead_time_hours_weekends_and_busy_spans() -> None:
    just_in_time, too_soon = slot(2), slot(1)
    assert starts(choose_slots([too_soon, just_in_time], NOW, RULE)) == ["slot-2"]
    late = slot(7 * 60 - 14, kind=SlotKind.ANY)  # 15.46-16.01 at the clinic
    last = slot(7 * 60 - 15, kind=SlotKind.ANY)  # 15.45-16.00
    assert starts(choose_slots([late, last], NOW, RULE)) == [last.id]
    saturday = slot(4 * DAY, kind=SlotKind.ANY)
    assert choose_slots([saturday], NOW, RULE) == SlotProposal(None)
    meant = replace(saturday, kind=SlotKind.VIDEO)  # the clinic has set it aside for video, Saturday or not
    assert starts(choose_slots([meant], NOW, RULE)) == [meant.id]
    busy = [BusySpan(NOW + timedelta(minutes=70), NOW + timedelta(minutes=80))]
    assert starts(choose_slots([slot(60), slot(75), slot(90)], NOW, RULE, busy)) == ["slot-90"]
    assert choose_slots([replace(slot(60), free=False)], NOW, RULE) == SlotProposal(None)


def test_hours_are_the_clinics_own_in_summer_and_winter() -> None:
    rule = replace(RULE, opens=time(8), closes=time(9))
    for month, utc_hour in [(1, 7), (7, 6)]:
        start = datetime(2027, month, 6, utc_hour, tzinfo=UTC)
        opening = Slot(SlotId("s"), DOCTOR, start, start + timedelta(hours=1), SlotKind.ANY, True, "1")
        assert choose_slots([opening], start - timedelta(hours=1), rule).first == opening
        early = replace(opening, start=start - timedelta(minutes=1))
        assert choose_slots([early], start - timedelta(hours=1), rule).first is None


def test_five_more_are_offered_by_start() -> None:
    free = [slot(15 * number) for number in range(10, 0, -1)]
    offered = [f"slot-{15 * number}" for number in range(1, 7)]
    assert starts(choose_slots(free, NOW, RULE)) == offered
    assert starts(choose_slots(free, NOW, replace(RULE, alternatives=0))) == offered[:1]


slots = st.lists(
    st.builds(
        slot,
        minutes=st.integers(-DAY, 8 * DAY),
        length=st.integers(0, 60),
        kind=st.sampled_from(SlotKind),
        name=st.uuids().map(str),
    ),
    max_size=25,
)
spans = st.lists(
    st.tuples(st.integers(0, 2 * DAY), st.integers(1, 120)).map(
        lambda pair: BusySpan(NOW + timedelta(minutes=pair[0]), NOW + timedelta(minutes=pair[0] + pair[1]))
    ),
    max_size=4,
)


@given(slots, spans, st.randoms())
def test_what_is_proposed_is_suitable_and_does_not_overlap(
    free: list[Slot], busy: list[BusySpan], random: Random
) -> None:
    proposal = choose_slots(free, NOW, RULE, busy)
    offered = [*([proposal.first] if proposal.first else []), *proposal.alternatives]
    assert len(proposal.alternatives) <= RULE.alternatives
    assert list(proposal.alternatives) == sorted(proposal.alternatives, key=lambda slot: slot.start)
    for index, one in enumerate(offered):
        local = clinic_local(one.start)
        assert one in free
        assert one.kind in (SlotKind.VIDEO, SlotKind.ANY)
        assert one.start >= NOW + RULE.lead_time
        if one.kind is SlotKind.ANY:
            assert local.weekday() < 5
            assert RULE.opens <= local.time() < clinic_local(one.end).time() <= RULE.closes
        assert not any(one.overlaps(span.start, span.end) for span in busy)
        assert not any(one.overlaps(other.start, other.end) for other in offered[:index])
    shuffled = list(free)
    random.shuffle(shuffled)
    assert choose_slots(shuffled, NOW, RULE, busy) == proposal


@given(slots)
def test_the_first_is_never_on_a_later_day_than_any_other_choice(free: list[Slot]) -> None:
    proposal = choose_slots(free, NOW, RULE)
    if proposal.first is None:
        assert not proposal.alternatives
        return
    singles = [single for one in free if (single := choose_slots([one], NOW, RULE).first) is not None]
    assert clinic_date(proposal.first.start) == min(clinic_date(one.start) for one in singles)
    same_day = [one for one in singles if clinic_date(one.start) == clinic_date(proposal.first.start)]
    marked = [one for one in same_day if one.kind is SlotKind.VIDEO]
    assert proposal.first.start == min(one.start for one in marked or same_day)
