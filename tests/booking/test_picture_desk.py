"""Saving a picture: once however often it is asked for or answered, kept when it is refused, gone when it is in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.desk import BookingDesk
from app.booking.outbox_desk import OutboxDesk
from app.booking.picture_desk import REFUSED_AGAIN, PictureDesk, to_whom_it_is_about
from app.booking.picture_steps import again, answer, ask, take_back
from app.domain.actions import ActionKind, ActionResult, Carried, NotYet, PendingAction, PictureSaved, Refused
from app.domain.booking import Booking, RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId
from app.domain.patient import Clinician, Role
from app.domain.private import Private
from app.domain.record_picture import LARGEST_JPEG, SMALLEST_JPEG, RecordPicture, picture_row
from app.store.database import open_database
from app.store.local_store import LocalStore
from tests.store.builders import KEY, LISE, NOW, SettableClock, a_booking, a_picture, put

TOO_LARGE, REFUSED = Refused(ErrorKind.PICTURE_TOO_LARGE), Refused(ErrorKind.PICTURE_REFUSED)
SAVED = PictureSaved("DocumentReference/d1")
MOLE = b"\xff\xd8 mole"


@dataclass
class Desk:
    """The desk over a real file; `fitted` is what was asked to fit into how much."""

    store: LocalStore
    clock: SettableClock
    booking: Booking
    fitted: list[tuple[int, int]] = field(default_factory=list)
    nudges: int = 0
    unreadable: bool = False

    def __post_init__(self) -> None:
        user = Clinician(LISE, "Lise Holm", Role.CLINICIAN)
        self.desk = PictureDesk(self.store, self.store, user, self.clock, self._nudge, self._fit)

    def _nudge(self) -> None:
        self.nudges += 1

    async def _fit(self, data: bytes, most: int) -> bytes:
        if self.unreadable:
            raise KlinikError(ErrorKind.PICTURE_UNREADABLE)
        self.fitted.append((len(data), most))
        return data[:most]

    async def save(self, data: bytes = MOLE) -> RecordPicture:
        return await self.desk.save(self.booking, data, NOW - timedelta(minutes=1), asked=True)

    async def action(self) -> PendingAction:
        [action] = await self.store.waiting_for(self.booking.id)
        return action

    async def tried(self, result: ActionResult) -> None:
        """Let the sync loop try the picture, and answer."""
        [action] = await self.store.due_actions(self.clock())
        assert await self.store.begin(action.id)
        await self.desk.on_result(action, result)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = SettableClock()
    database = open_database(tmp_path / "clinic.db", KEY)
    made = Desk(LocalStore(database, clock), clock, a_booking())
    await put(made.store, made.booking)
    yield made
    database.close()


async def test_a_picture_is_saved_once_and_its_bytes_go_when_the_record_has_them(desk: Desk) -> None:
    first = await desk.save()
    again_saved = await desk.save()
    assert first == again_saved
    assert first.author == LISE
    assert first.consent_at == NOW - timedelta(minutes=1)
    assert first.jpeg is not None
    assert first.jpeg.reveal() == MOLE
    assert desk.fitted == [(len(MOLE), LARGEST_JPEG)]
    assert desk.nudges == 1
    action = await desk.action()
    await desk.tried(NotYet(timedelta(seconds=1)))
    await desk.tried(SAVED)
    saved = await desk.store.picture(first.id)
    assert saved == replace(first, row_state=RowState.CONFIRMED, reference="DocumentReference/d1", jpeg=None)
    assert await desk.store.waiting_for(desk.booking.id) == ()
    assert await desk.save() == saved, "saving it again is nothing to do"
    await desk.desk.retry(first.id)
    await desk.desk.on_result(action, REFUSED)
    assert await desk.store.picture(first.id) == saved, "an answer that comes late changes nothing"
    assert await desk.store.waiting_for(desk.booking.id) == ()


async def test_what_is_refused_stays_and_is_tried_again_in_an_hour(desk: Desk) -> None:
    picture = await desk.save()
    await desk.tried(REFUSED)
    kept = await desk.store.picture(picture.id)
    assert kept == replace(picture, row_state=RowState.CONFLICT, failure=ErrorKind.PICTURE_REFUSED)
    action = await desk.action()
    assert (action.not_before, action.last_failure) == (NOW + REFUSED_AGAIN, ErrorKind.PICTURE_REFUSED)
    assert not action.begun, "a no says that it is not there"
    assert await desk.store.due_actions(NOW + timedelta(minutes=59)) == ()
    desk.clock.move(REFUSED_AGAIN)
    await desk.tried(SAVED)
    kept = await desk.store.picture(picture.id)
    assert kept is not None
    assert (kept.row_state, kept.failure, kept.jpeg) == (RowState.CONFIRMED, None, None)


async def test_trying_again_is_at_once_and_smaller_when_it_was_too_large(desk: Desk) -> None:
    data = bytes(4 * SMALLEST_JPEG)
    picture = await desk.save(data)
    sizes = []
    for _ in range(4):
        await desk.tried(TOO_LARGE)
        await desk.desk.retry(picture.id)
        now = await desk.store.picture(picture.id)
        assert now is not None
        assert now.jpeg is not None
        assert (now.row_state, now.failure) == (RowState.SAVED_HERE, None)
        sizes.append(len(now.jpeg.reveal()))
    assert sizes == [2 * SMALLEST_JPEG, SMALLEST_JPEG, SMALLEST_JPEG, SMALLEST_JPEG]
    assert (await desk.action()).last_failure is None
    assert await desk.save(data) == await desk.store.picture(picture.id), "it is still the same picture"


async def test_trying_again_what_cannot_be_sent_just_now_changes_only_when(desk: Desk) -> None:
    picture = await desk.save()
    action = await desk.action()
    await desk.store.begin(action.id)
    await desk.store.postpone(action.id, NOW + timedelta(minutes=1), ErrorKind.PRACTICE_UNREACHABLE)
    await desk.desk.retry(picture.id)
    [due] = await desk.store.due_actions(NOW)
    assert due.last_failure is ErrorKind.PRACTICE_UNREACHABLE
    assert await desk.store.picture(picture.id) == picture
    assert len(desk.fitted) == 1


async def test_taken_back_before_it_left_or_after_a_no_it_is_gone_here(desk: Desk) -> None:
    for refused in (False, True):
        picture = await desk.save()
        if refused:
            await desk.tried(REFUSED)
        await desk.desk.withdraw(await desk.action())
        assert await desk.store.picture(picture.id) is None
        assert await desk.store.waiting_for(desk.booking.id) == ()
    assert (await desk.save()).row_state is RowState.SAVED_HERE, "it can be saved after all"


async def test_what_is_under_way_is_not_taken_back(desk: Desk) -> None:
    picture = await desk.save()
    as_it_was = await desk.action()
    await desk.store.begin(as_it_was.id)
    for action in (as_it_was, await desk.action()):
        with pytest.raises(KlinikError) as failure:
            await desk.desk.withdraw(action)
        assert failure.value.kind is ErrorKind.NOT_WITHDRAWABLE
    assert await desk.store.picture(picture.id) == picture


async def test_what_cannot_be_saved_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(KlinikError, match="unexpected"):
        await desk.desk.save(a_booking(), MOLE, NOW, asked=False)
    desk.unreadable = True
    with pytest.raises(KlinikError, match="unreadable"):
        await desk.save()
    assert await desk.store.due_actions(NOW) == ()


async def test_results_go_to_the_desk_they_are_for(desk: Desk) -> None:
    told: list[str] = []

    async def bookings(action: PendingAction, result: ActionResult) -> None:
        told.append("bookings")

    async def pictures(action: PendingAction, result: ActionResult) -> None:
        told.append("pictures")

    await desk.save()
    action = await desk.action()
    tell = to_whom_it_is_about(bookings, pictures)
    await tell(action, SAVED)
    await tell(replace(action, picture_id=None), Carried())
    assert told == ["pictures", "bookings"]


async def test_the_list_of_what_waits_does_the_same(desk: Desk) -> None:
    async def no_thread(action: PendingAction) -> None:
        raise AssertionError("no thread here")

    bookings = BookingDesk(desk.store, desk.store, desk.clock, desk._nudge)
    listed = OutboxDesk(desk.store, bookings, no_thread, desk.desk, desk._nudge, desk.clock)
    picture = await desk.save(bytes(4 * SMALLEST_JPEG))
    await desk.tried(TOO_LARGE)
    await listed.retry((await desk.action()).id)
    smaller = await desk.store.picture(picture.id)
    assert smaller is not None
    assert smaller.jpeg is not None
    assert len(smaller.jpeg.reveal()) == 2 * SMALLEST_JPEG
    await listed.withdraw((await desk.action()).id)
    assert await desk.store.picture(picture.id) is None
    assert (await desk.store.booking(desk.booking.id)) == desk.booking, "the booking is as it was"


results = st.sampled_from([SAVED, REFUSED, TOO_LARGE, Carried()])
deeds = st.one_of(
    st.tuples(st.just("answer"), results), st.tuples(st.sampled_from(["ask", "again", "back"]), results)
)


@given(st.lists(deeds, max_size=12))
def test_the_bytes_are_here_exactly_as_long_as_the_record_has_them_not(
    deeds: list[tuple[str, ActionResult]],
) -> None:
    wanted = a_picture(a_booking())
    picture: RecordPicture | None = None
    for deed, result in deeds:
        before = picture
        transition = {
            "answer": answer(before, result, NOW),
            "ask": ask(before, wanted),
            "again": again(before, b"less", NOW),
            "back": take_back(before),
        }[deed]
        if transition is not None:
            picture = transition.picture
        if before is not None and before.row_state is RowState.CONFIRMED:
            assert picture == before, "what is in the record stays so"
        if picture is not None:
            confirmed = picture.row_state is RowState.CONFIRMED
            assert confirmed == (picture.jpeg is None) == bool(picture.reference)
            assert (picture.failure is not None) == (picture.row_state is RowState.CONFLICT)


def test_a_row_says_no_more_than_is_known() -> None:
    picture = a_picture(a_booking())
    waiting = PendingAction(
        id=ActionId("1"), sequence=1, kind=ActionKind.SAVE_PICTURE, booking_id=picture.booking_id,
        patient_id=picture.patient_id, idempotency_key="", made_at=NOW, not_before=NOW, queue="",
    )  # fmt: skip
    tried = replace(waiting, begun=True)
    failing = replace(tried, last_failure=ErrorKind.PRACTICE_UNREACHABLE)
    refused = replace(picture, row_state=RowState.CONFLICT, failure=ErrorKind.PICTURE_REFUSED)
    shown = [picture_row(picture, each) for each in (waiting, tried, failing)]
    assert [(row.row_state, row.failure) for row in shown] == [
        (RowState.SAVED_HERE, None),
        (RowState.SENT, None),
        (RowState.QUEUED, ErrorKind.PRACTICE_UNREACHABLE),
    ]
    row = picture_row(refused, failing)
    assert (row.row_state, row.failure) == (RowState.CONFLICT, ErrorKind.PICTURE_REFUSED)
    done = picture_row(replace(picture, row_state=RowState.CONFIRMED, jpeg=None), None)
    assert (done.row_state, done.action_id) == (RowState.CONFIRMED, None)
    assert repr(Private(MOLE)) in repr(replace(picture, jpeg=Private(MOLE))), "bytes are never printed"
