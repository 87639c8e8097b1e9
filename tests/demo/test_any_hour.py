from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from app.booking.slot_choice import SlotRule, choose_slots
from app.demo.calendar_plan import extra_video_slots
from app.domain.booking import ROOM_MARGIN
from app.domain.clinic_time import clinic_local
from app.domain.ids import ClinicianId, SlotId
from app.domain.slot import Slot, SlotKind

SATURDAY_EVENING = datetime(2026, 11, 21, 19, 3, tzinfo=UTC)
NEARLY_MIDNIGHT = datetime(2026, 11, 20, 22, 58, tzinfo=UTC)


A_YEAR = st.integers(0, 366 * 24 * 60).map(lambda minutes: NEARLY_MIDNIGHT + timedelta(minutes=minutes))


@given(A_YEAR)
@example(SATURDAY_EVENING)
@example(NEARLY_MIDNIGHT)
def test_a_click_in_the_demo_books_a_time_whose_room_is_open(now: datetime) -> None:
    free = [
        Slot(SlotId(str(number)), ClinicianId("c"), slot.start, slot.end, SlotKind.VIDEO, True, "1")
        for number, slot in enumerate(extra_video_slots(clinic_local(now), ()))
    ]
    first = choose_slots(free, now, SlotRule()).first
    assert first is not None
    assert first.start - now <= ROOM_MARGIN - timedelta(minutes=1)
