"""The second copy of what only this PC knows: the same as the first soon after each commit, and in nobody's way."""

import shutil
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.actions import ActionKind
from app.domain.booking import BookingState
from app.domain.outcome import Outcome, OutcomeKind
from app.domain.ports.store import AssignmentTransition, Transition
from app.domain.private import Private
from app.store import mirror_file
from app.store.cipher import unlock_to_read
from app.store.database import Database, open_database
from app.store.files import Files
from app.store.local_store import LocalStore
from app.store.own_rows import OWN_TABLES, Own, Row, Rows, merged, read_own
from tests.store.builders import KEY, NOW, SettableClock, a_booking, a_wish, put, thread_effect

ROOM, WRITE, SMS = ActionKind.ENSURE_ROOM, ActionKind.WRITE_APPOINTMENT, ActionKind.SEND_INVITATION


def both(path: Path) -> tuple[Own | None, Own]:
    with closing(unlock_to_read(path, KEY)) as driver:
        return mirror_file.read_mirror(Files(path).mirror, KEY), read_own(driver)


def assert_same(path: Path) -> None:
    mirror, main = both(path)
    assert mirror is not None
    assert (mirror.version, mirror.generation) == (main.version, main.generation)
    for each in (mirror, main):
        each.rows["upkeep"]["1"].pop("generation")
    for table in OWN_TABLES:
        assert mirror.rows.get(table, {}) == main.rows[table]


async def test_every_kind_of_change_arrives(database: Database, store: LocalStore, path: Path) -> None:
    booking, wish = a_booking(), a_wish()
    await put(store, booking, ROOM, WRITE, SMS)
    await database.mirrored()
    assert_same(path)
    room, write, text = await store.waiting_for(booking.id)
    await store.begin(write.id)
    await store.postpone(write.id, NOW, None)
    await store.transition(booking.id, lambda _: None, finished=room.id)
    await store.transition(booking.id, lambda _: None, withdrawn=[text])
    asked = AssignmentTransition(wish, (thread_effect(wish),))
    await store.assign(wish.thread_id, lambda _: asked)
    await database.mirrored()
    assert_same(path)
    ended = replace(booking, state=BookingState.ENDED)
    await store.transition(booking.id, lambda _: Transition(ended))
    [action] = [each for each in await store.due_actions(NOW) if each.thread_id]
    await store.assign(wish.thread_id, lambda _: AssignmentTransition(None), finished=action.id)
    await database.mirrored()
    assert_same(path)
    mirror, _ = both(path)
    assert mirror is not None
    assert "assignment" not in mirror.rows


async def test_what_a_failed_step_touched_is_not_in_it(database: Database, store: LocalStore, path: Path) -> None:
    booking = a_booking()
    await put(store, booking)

    def broken(_: object) -> Transition:
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await store.transition(booking.id, broken)
    await database.mirrored()
    assert_same(path)


async def test_no_click_waits_for_it(
    database: Database, store: LocalStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, a_booking())
    await database.mirrored()
    go_on, real = threading.Event(), mirror_file.update

    def slow(*given: Any) -> None:
        assert go_on.wait(30)
        real(*given)

    monkeypatch.setattr(mirror_file, "update", slow)
    try:
        for _ in range(5):
            await put(store, a_booking(), ROOM)
        assert len(await store.due_actions(NOW)) == 5
    finally:
        go_on.set()
    await database.mirrored()
    assert_same(path)


async def test_a_write_that_fails_is_made_good_by_the_next(
    database: Database, store: LocalStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, a_booking(), ROOM)
    await database.mirrored()

    def full(*_: Any) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(mirror_file, "update", full)
        await put(store, a_booking(), ROOM)
        await database.mirrored()
    await put(store, a_booking(), ROOM)
    await database.mirrored()
    assert_same(path)


def spoil_mirror(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for page in range(0, len(data), 4096):
        data[page + 99] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("lose", [Path.unlink, spoil_mirror])
async def test_one_that_is_gone_or_damaged_is_made_anew(path: Path, lose: Callable[[Path], None]) -> None:
    database = open_database(path, KEY)
    await put(LocalStore(database, SettableClock()), a_booking(), ROOM)
    database.close()
    lose(Files(path).mirror)
    database = open_database(path, KEY)
    await database.mirrored()
    database.close()
    assert_same(path)


async def test_one_that_was_left_behind_catches_up(path: Path, tmp_path: Path) -> None:
    database = open_database(path, KEY)
    store = LocalStore(database, SettableClock())
    await put(store, a_booking(), ROOM)
    database.close()
    shutil.copyfile(Files(path).mirror, tmp_path / "older")
    database = open_database(path, KEY)
    store = LocalStore(database, SettableClock())
    await put(store, a_booking(), ROOM)
    for action in await store.due_actions(NOW):
        await store.transition(a_booking().id, lambda _: None, finished=action.id)
    database.close()
    shutil.copyfile(tmp_path / "older", Files(path).mirror)
    open_database(path, KEY).close()
    assert_same(path)
    _, main = both(path)
    assert main.rows["pending_action"] == {}, "what was done is not asked for again"


async def test_it_is_as_secret_as_the_database(database: Database, store: LocalStore, path: Path) -> None:
    note = "Kanariefugl Ærøskøbing"
    outcome = Outcome(OutcomeKind.COMPLETED, NOW, NOW, None, "", Private(note))
    await put(store, a_booking(state=BookingState.ENDED, outcome=outcome), ActionKind.WRITE_OUTCOME)
    await database.mirrored()
    files = [each for each in path.parent.iterdir() if each.name.startswith(Files(path).mirror.name)]
    assert files
    for each in files:
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
        data = each.read_bytes()
        for canary in (note.encode(), note.encode("unicode_escape"), b"SQLite format", b"+4520123456"):
            assert canary not in data


def rows(waiting: dict[str, int], carried: set[str], changed: dict[str, int], generation: int) -> Rows:
    return {
        "booking": {key: {"id": key, "changed_at": at} for key, at in changed.items()},
        "assignment": {},
        "pending_action": {
            f"{key}{number}": {
                "id": f"{key}{number}",
                "sequence": number,
                "idempotency_key": key,
                "booking_id": key,
                "kind": ROOM.value,
            }
            for key, number in waiting.items()
        },
        "carried_key": {key: {"idempotency_key": key} for key in carried},
        "upkeep": {"1": {"one": 1, "generation": generation}},
    }


@st.composite
def two_files(draw: st.DrawFn) -> tuple[Own, Own]:
    """A database of which some pages cannot be read, and a mirror from before its last changes.

    Each key was asked for with one number, and where it was taken back since, perhaps again with a higher one.
    """
    then, now, carried = dict[str, int](), dict[str, int](), set[str]()
    for number, key in enumerate("abcdef"):
        match draw(st.sampled_from(["never", "waits", "carried", "taken back", "asked again", "new"])):
            case "waits":
                then[key] = now[key] = number
            case "carried":
                then[key] = number
                carried.add(key)
            case "taken back":
                then[key] = number
            case "asked again":
                then[key], now[key] = number, 10 + number
            case "new":
                now[key] = 20 + number
            case _:
                pass
    unread = draw(st.sets(st.sampled_from("abcdef")))
    readable = {key: number for key, number in now.items() if key not in unread}
    lost = frozenset(now[key] for key in unread & now.keys())
    numbers = frozenset(now.values()) if draw(st.booleans()) else None
    main = Own(2, 8, rows(readable, carried, {}, 8), whole=not lost, lost=lost, numbers=numbers)
    return main, Own(2, 5, rows(then, set(), {}, 5))


@given(two_files())
def test_nothing_that_may_wait_is_forgotten_and_nothing_done_is_asked_for_again(files: tuple[Own, Own]) -> None:
    main, mirror = files
    found = merged(main, mirror)
    assert found is not None
    waiting = {row["idempotency_key"]: row["sequence"] for row in found.rows["pending_action"].values()}
    readable = {row["idempotency_key"]: row["sequence"] for row in main.rows["pending_action"].values()}
    assert len(set(waiting.values())) == len(waiting) == len(found.rows["pending_action"])
    assert readable.items() <= waiting.items()
    assert not main.rows["carried_key"].keys() & waiting.keys()
    known = {row["sequence"] for row in mirror.rows["pending_action"].values()}
    assert found.lost == (main.lost - known if main.lost else frozenset())
    if main.whole:
        assert waiting == readable
    if main.numbers is not None:
        assert set(waiting.values()) <= main.numbers
        assert known & main.numbers <= set(waiting.values()), "what is known to wait is kept"


def a_row(kind: ActionKind, number: int = 1) -> Row:
    row: Row = {"id": kind.value, "sequence": number, "kind": kind.value, "idempotency_key": kind.value}
    return {**row, "booking_id": "b", "thread_id": None}


def only_in_mirror(kind: ActionKind, state: BookingState, *, newest_in_main: bool = True) -> set[str]:
    """What still waits when an action is in the mirror alone, and the booking had this state since."""
    then: Row = {"id": "b", "state": BookingState.CONFIRMED.value, "changed_at": 1}
    since: Row = {"id": "b", "state": state.value, "changed_at": 2}
    here, there = (since, then) if newest_in_main else (then, since)
    main = Own(2, None, {"booking": {"b": here}, "pending_action": {}, "carried_key": {}}, whole=False)
    mirror = Own(2, 5, {"booking": {"b": there}, "pending_action": {kind.value: a_row(kind)}})
    found = merged(main, mirror)
    assert found is not None
    return set(found.rows["pending_action"])


OVER = [BookingState.CANCELLED, BookingState.SLOT_TAKEN, BookingState.ENDED]


@pytest.mark.parametrize("newest_in_main", [True, False])
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        *((ROOM, state) for state in OVER),
        *((SMS, state) for state in OVER),
        (WRITE, BookingState.CANCELLED),
        (WRITE, BookingState.SLOT_TAKEN),
        *((ActionKind.CANCEL_APPOINTMENT, state) for state in BookingState if state is not BookingState.CANCELLED),
        *((ActionKind.WRITE_OUTCOME, state) for state in BookingState if state is not BookingState.ENDED),
    ],
)
def test_what_a_booking_wants_no_more_is_not_taken_from_the_mirror(
    kind: ActionKind, state: BookingState, newest_in_main: bool
) -> None:
    assert only_in_mirror(kind, state, newest_in_main=newest_in_main) == set()


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        *((kind, state) for kind in (ROOM, SMS, WRITE) for state in BookingState if state not in OVER),
        (WRITE, BookingState.ENDED),
        (ActionKind.CANCEL_APPOINTMENT, BookingState.CANCELLED),
        (ActionKind.WRITE_OUTCOME, BookingState.ENDED),
        *((ActionKind.CLOSE_ROOM, state) for state in OVER),
        *((ActionKind.SEND_CANCELLATION, state) for state in OVER),
        *((ActionKind.MOVE_APPOINTMENT, state) for state in BookingState),
    ],
)
def test_what_a_booking_may_still_want_is_taken_from_the_mirror(kind: ActionKind, state: BookingState) -> None:
    assert only_in_mirror(kind, state) == {kind.value}


def test_what_the_database_itself_has_is_kept_whatever_the_booking_says() -> None:
    over: Row = {"id": "b", "state": BookingState.CANCELLED.value, "changed_at": 2}
    here: Rows = {"booking": {"b": over}, "pending_action": {WRITE.value: a_row(WRITE)}, "carried_key": {}}
    found = merged(Own(2, 8, here, whole=False), Own(2, 5, {"booking": {"b": over}, "pending_action": {}}))
    assert found is not None
    assert set(found.rows["pending_action"]) == {WRITE.value}


def test_a_wish_for_a_thread_is_taken_from_the_mirror() -> None:
    wish: Row = {**a_row(ActionKind.ASSIGN_THREAD), "booking_id": None, "thread_id": "t"}
    mirror = Own(2, 5, {"assignment": {"t": {"thread_id": "t"}}, "pending_action": {str(wish["id"]): wish}})
    found = merged(Own(2, 8, {"pending_action": {}, "carried_key": {}}, whole=False), mirror)
    assert found is not None
    assert set(found.rows["pending_action"]) == {wish["id"]}


def test_what_the_database_is_known_to_have_no_more_is_not_taken_from_a_mirror_behind_it() -> None:
    mirror = Own(2, 5, rows({"a": 1, "b": 2, "c": 3}, set(), {}, 5))
    here = rows({"a": 1}, set(), {}, 8)
    for numbers, kept in ((frozenset({1, 3}), {"a1", "c3"}), (frozenset({1}), {"a1"}), (None, {"a1", "b2", "c3"})):
        lost = frozenset({3}) if numbers and 3 in numbers else frozenset[int]()
        found = merged(Own(2, 8, here, whole=False, lost=lost, numbers=numbers), mirror)
        assert found is not None
        assert set(found.rows["pending_action"]) == kept
        assert found.lost == frozenset()
    # Without a generation nobody knows which of the two is behind.
    unknown = merged(Own(2, None, here, whole=False, numbers=frozenset({1})), mirror)
    assert unknown is not None
    assert set(unknown.rows["pending_action"]) == {"a1", "b2", "c3"}


def test_a_mirror_that_is_not_behind_is_all_there_was() -> None:
    main = Own(2, 8, rows({"a": 1}, set(), {}, 8), whole=False, lost=frozenset({2}))
    level, ahead = (Own(2, number, rows({"a": 1, "b": 2}, set(), {}, number)) for number in (8, 9))
    assert merged(main, level) is level
    assert merged(main, ahead) is ahead
    assert merged(main, None) is main
    assert merged(None, level) is level
    assert merged(None, None) is None


def test_of_a_booking_in_both_the_one_changed_last_is_kept() -> None:
    main = Own(2, None, rows({}, set(), {"a": 5, "b": 5}, 0), whole=False)
    mirror = Own(2, 7, rows({}, set(), {"a": 4, "b": 6, "c": 1}, 7))
    found = merged(main, mirror)
    assert found is not None
    assert {key: row["changed_at"] for key, row in found.rows["booking"].items()} == {"a": 5, "b": 6, "c": 1}
