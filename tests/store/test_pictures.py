"""Pictures for the record in the file: secret, told of, mirrored, rescued, handed out, gone when they are in."""

import asyncio
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app.domain.actions import ActionKind
from app.domain.booking import BookingState, RowState
from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ports.pictures import Parked, PictureTransition
from app.domain.views import Withdrawal
from app.store import mirror_file
from app.store.cipher import unlock_to_read
from app.store.database import Database, open_database
from app.store.files import Files
from app.store.local_store import LocalStore
from app.store.own_rows import Own, Row, Rows, merged, put_own, read_own
from app.store.upkeep import LocalDataKeeper
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    KEEP_DAYS,
    KEY,
    NOW,
    SettableClock,
    a_booking,
    a_patient,
    a_picture,
    keep,
    minutes,
    picture_action,
    put,
    put_picture,
)

BYTES = bytes(range(256)) * 2000


async def confirmed(store: LocalStore, picture_id: str) -> None:
    """Let the record have a picture."""
    picture = await store.picture(picture_id)  # type: ignore[arg-type]
    assert picture is not None
    action = await picture_action(store, picture)
    assert action is not None
    after = replace(
        picture, row_state=RowState.CONFIRMED, jpeg=None, reference="DocumentReference/d", changed_at=NOW
    )
    await store.change_picture(picture.id, lambda _: PictureTransition(after), finished=action.id)


async def test_a_picture_of_any_bytes_is_kept_with_its_action(store: LocalStore) -> None:
    booking = a_booking()
    await put(store, booking, ActionKind.WRITE_APPOINTMENT)
    for asked in (True, False):
        picture = a_picture(booking, BYTES[asked:], asked=asked, failure=ErrorKind.PICTURE_REFUSED)
        action = await put_picture(store, picture)
        assert await store.picture(picture.id) == picture
        assert action is not None
        assert (action.kind, action.booking_id, action.picture_id) == (
            ActionKind.SAVE_PICTURE,
            booking.id,
            picture.id,
        )
        assert action.queue == f"picture:{picture.id}"
    assert len(await store.due_actions(NOW)) == 3, "none waits behind another"
    with pytest.raises(ValueError, match="keep to its picture"):
        await store.change_picture(a_picture(booking).id, lambda _: PictureTransition(picture))


async def test_a_refused_action_stays_for_later_and_counts_as_not_done(store: LocalStore) -> None:
    booking = a_booking()
    await put(store, booking)
    picture = a_picture(booking)
    action = await put_picture(store, picture)
    assert action is not None
    assert await store.begin(action.id)
    parked = Parked(action.id, NOW + minutes(60), ErrorKind.PICTURE_REFUSED)
    await store.change_picture(picture.id, lambda _: None, parked=parked)
    stays = await picture_action(store, picture)
    assert stays == replace(
        action, not_before=NOW + minutes(60), attempts=1, last_failure=ErrorKind.PICTURE_REFUSED, begun=False
    )


async def test_the_screens_are_told_of_every_step(store: LocalStore, views: StoreViews) -> None:
    booking = a_booking(state=BookingState.CONFIRMED, row_state=RowState.CONFIRMED)
    await keep(store, a_patient())
    await put(store, booking)
    heard: list[Changes] = []
    store.subscribe(heard.append)

    async def shown() -> tuple[RowState, ErrorKind | None]:
        await asyncio.sleep(0)
        assert heard
        assert heard.pop() & (Changes.PICTURES | Changes.OUTBOX)
        heard.clear()
        [row] = await views.pictures(booking.id)
        return row.row_state, row.failure

    picture = a_picture(booking)
    action = await put_picture(store, picture)
    assert action is not None
    assert await shown() == (RowState.SAVED_HERE, None)
    await store.begin(action.id)
    assert await shown() == (RowState.SENT, None)
    await store.postpone(action.id, NOW + minutes(1), ErrorKind.PRACTICE_SLOW)
    assert await shown() == (RowState.QUEUED, ErrorKind.PRACTICE_SLOW)
    [waiting] = await views.waiting_actions()
    assert (waiting.kind, waiting.patient_id, waiting.booking_start) == (
        ActionKind.SAVE_PICTURE,
        ANNA,
        booking.start,
    )
    assert waiting.withdrawal is Withdrawal.NOT_POSSIBLE
    assert (await views.sync_status()).failing_actions == 1
    card = await views.patient_card(ANNA)
    assert card is not None
    assert [each.row_state for each in card.bookings] == [RowState.CONFIRMED], "the booking is as it was"
    await confirmed(store, picture.id)
    assert await shown() == (RowState.CONFIRMED, None)
    assert await views.waiting_actions() == ()


async def test_one_that_has_not_left_can_be_taken_back(store: LocalStore, views: StoreViews) -> None:
    booking = a_booking(state=BookingState.ENDED)
    await put(store, booking)
    await put_picture(store, a_picture(booking))
    [waiting] = await views.waiting_actions()
    assert waiting.withdrawal is Withdrawal.DROPS_PICTURE, "also when the consultation is over"


async def test_its_bytes_are_in_the_mirror_until_the_record_has_them(
    database: Database, store: LocalStore, path: Path
) -> None:
    booking = a_booking()
    await put(store, booking)
    picture = a_picture(booking, BYTES)
    await put_picture(store, picture)

    async def mirrored() -> str | None:
        await database.mirrored()
        mirror = mirror_file.read_mirror(Files(path).mirror, KEY)
        assert mirror is not None
        return mirror.rows["record_picture"][picture.id]["jpeg"]  # type: ignore[return-value]

    held = await mirrored()
    assert held
    assert held[:40].encode() not in path.read_bytes()
    assert held[:40].encode() not in Files(path).mirror.read_bytes()
    await confirmed(store, picture.id)
    assert await mirrored() is None


async def test_it_is_rescued_whole_when_the_file_is_lost(path: Path) -> None:
    database = open_database(path, KEY, SettableClock())
    store = LocalStore(database, SettableClock())
    booking = a_booking()
    await put(store, booking)
    picture = a_picture(booking, BYTES)
    action = await put_picture(store, picture)
    await database.mirrored()
    database.close()
    path.write_bytes(bytes(path.stat().st_size))
    database = open_database(path, KEY, SettableClock())
    store = LocalStore(database, SettableClock())
    assert await store.picture(picture.id) == picture
    assert await picture_action(store, picture) == action
    database.close()


async def test_it_is_among_what_is_handed_out_and_tidied_only_with_its_booking(
    store: LocalStore, database: Database, keeper: LocalDataKeeper, clock: SettableClock, tmp_path: Path
) -> None:
    await keep(store, a_patient())
    long_ago = NOW - minutes(60 * 24 * (KEEP_DAYS + 1))
    done, waits = (a_booking(start=long_ago, state=BookingState.ENDED) for _ in range(2))
    for booking in (done, waits):
        await put(store, booking)
        await put_picture(store, a_picture(booking))
    await confirmed(store, a_picture(done).id)
    await keeper.export_patient(ANNA, tmp_path / "anna.json")
    handed_out = json.loads((tmp_path / "anna.json").read_text())["pictures_for_the_record"]
    assert sorted((each["reference"], each["jpeg"] is None) for each in handed_out) == [
        ("", False),
        ("DocumentReference/d", True),
    ]
    await keeper.tidy()
    assert await store.picture(a_picture(done).id) is None
    assert await store.picture(a_picture(waits).id) is not None
    assert await keeper.check()


def own(booking: str, *, picture: str | None, waits: bool, generation: int, at: int = 1) -> Own:
    rows: Rows = {"booking": {booking: {"id": booking, "changed_at": 1, "made_at": 1, "state": "in_call"}}}
    rows["record_picture"] = {"p": {"id": "p", "booking_id": booking, "jpeg": picture, "changed_at": at}}
    action: Row = {"id": "a", "sequence": 1, "kind": "save_picture", "booking_id": booking, "picture_id": "p"}
    rows["pending_action"] = {"a": {**action, "thread_id": None, "idempotency_key": "k"}} if waits else {}
    rows["carried_key"] = {} if waits or picture else {"k": {"idempotency_key": "k"}}
    return Own(6, generation, rows, whole=False, numbers=frozenset({1}) if waits else frozenset())


def test_of_two_files_the_newer_says_whether_a_picture_is_in_the_record() -> None:
    before, after = (
        own("b", picture="x", waits=True, generation=1),
        own("b", picture=None, waits=False, generation=2, at=2),
    )
    joined = merged(after, before)
    assert joined is not None
    assert joined.rows["record_picture"]["p"]["jpeg"] is None
    assert joined.rows["pending_action"] == {}


def test_one_taken_back_is_not_brought_back_by_an_older_mirror() -> None:
    mirror, main = own("b", picture="x", waits=True, generation=1), own("b", picture="x", waits=False, generation=2)
    main.rows["record_picture"].clear()
    joined = merged(main, mirror)
    assert joined is not None
    assert joined.rows["record_picture"] == {}
    main.rows["record_picture"].clear()
    unknown = merged(replace(main, numbers=None), mirror)
    assert unknown is not None
    assert unknown.rows["record_picture"].keys() == {"p"}, "what may wait is kept, with its picture"
    assert unknown.rows["pending_action"].keys() == {"a"}


def test_what_lost_its_booking_or_its_picture_is_left_out(path: Path) -> None:
    open_database(path, KEY).close()
    whole = own("b", picture="x", waits=True, generation=1).rows
    with closing(unlock_to_read(path, KEY)) as driver:
        assert read_own(driver).rows["record_picture"] == {}
    for missing in ("booking", "record_picture"):
        rows = {**whole, "booking": {}, "carried_key": {}, missing: {}}
        with closing(dbapi2.connect(":memory:")) as driver:
            driver.executescript(
                "CREATE TABLE booking (id TEXT PRIMARY KEY, changed_at, made_at, state);"
                "CREATE TABLE carried_key (x);"
                "CREATE TABLE record_picture (id TEXT, booking_id TEXT REFERENCES booking (id), jpeg, changed_at);"
                "CREATE TABLE pending_action (id, sequence, kind, booking_id, picture_id, thread_id,"
                " idempotency_key);"
                "PRAGMA foreign_keys = ON;"
            )
            if missing == "record_picture":
                rows["booking"] = whole["booking"]
            assert put_own(driver, rows) == {1}
            assert driver.execute("SELECT count(*) FROM pending_action").fetchone() == (0,)
