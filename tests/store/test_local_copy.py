from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from sqlcipher3 import dbapi2

from app.domain.changes import Changes
from app.domain.errors import ErrorKind
from app.domain.ids import MessageId, ThreadId
from app.domain.message import Direction, Message
from app.domain.ports.practice_system import ChangeBatch, Fetched, ReadPoint
from app.domain.private import Private
from app.inbox.triage import is_unanswered, is_urgent
from app.store.cipher import joined
from app.store.database import Database
from app.store.inbox_view import read_inbox
from app.store.local_store import LocalStore
from app.store.migrate import packaged_migrations, run_step
from app.store.resources import store_batch
from app.store.schema import resource, thread
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    NOW,
    SettableClock,
    a_message,
    a_patient,
    a_slot,
    an_appointment,
    fetched,
    gone,
    keep,
    minutes,
    read_to_the_end,
)


async def kept(database: Database) -> dict[str, tuple[str, bytes, bool]]:
    rows = await database.run(lambda c: c.execute(select(resource)).all())
    return {f"{row.type}/{row.id}": (row.version, row.raw, row.deleted) for row in rows}


async def test_raw_is_kept_verbatim(store: LocalStore, database: Database) -> None:
    raw = b'{"a": 1.10, "b":\t"\xc3\xa6"}\n'
    await store.store(ChangeBatch("Patient", (fetched(a_patient(), raw=raw),), NOW))
    assert await kept(database) == {"Patient/anna": ("1", raw, False)}


async def test_a_kind_the_console_only_keeps(store: LocalStore, database: Database) -> None:
    charge = Fetched("ChargeItem", "1", "1", NOW, b"{}", deleted=False, item=None)
    await store.store(ChangeBatch("ChargeItem", (charge,), NOW))
    assert await kept(database) == {"ChargeItem/1": ("1", b"{}", False)}


async def test_each_item_can_be_read_again(store: LocalStore, views: StoreViews) -> None:
    slot, message = a_slot(), a_message(urgent=True, attachments=2)
    await keep(store, a_patient(), slot, message)
    assert await store.patient(ANNA) == a_patient()
    assert await store.slot(slot.id) == slot
    shown = await views.thread(message.thread_id)
    assert shown is not None
    assert shown.messages == (message,)


async def test_people_with_nothing_but_a_name(store: LocalStore) -> None:
    bare = replace(a_patient(), cpr=None, birth_date=None, phone=None, address=None)
    await keep(store, bare)
    assert await store.patient(ANNA) == bare


async def test_a_known_version_changes_nothing(store: LocalStore, database: Database) -> None:
    heard: list[Changes] = []
    await keep(store, a_patient())
    await read_to_the_end(store)
    store.subscribe(heard.append)
    await store.store(ChangeBatch("Patient", (fetched(a_patient(name="Another"), raw=b"other"),), NOW))
    assert await kept(database) == {"Patient/anna": ("1", b"{}", False)}
    assert await store.patient(ANNA) == a_patient()
    assert heard == []


async def test_a_new_version_replaces_and_an_older_one_does_not(store: LocalStore) -> None:
    await keep(store, a_patient())
    await keep(store, a_patient(name="Anna Ny"), version="2", at=NOW + minutes(1))
    await keep(store, a_patient(name="Anna Gammel"), version="0", at=NOW - minutes(1))
    assert await store.patient(ANNA) == a_patient(name="Anna Ny")


async def test_doubles_within_a_batch(store: LocalStore, database: Database) -> None:
    first = fetched(a_patient())
    second = fetched(a_patient(name="Anna Ny"), version="2", at=NOW + minutes(1), raw=b"2")
    await store.store(ChangeBatch("Patient", (first, first, second, second, first), None))
    assert await kept(database) == {"Patient/anna": ("2", b"2", False)}


async def test_two_versions_of_one_server_instant_come_in_the_servers_order(
    store: LocalStore, database: Database
) -> None:
    first, second = (fetched(a_patient(), version=version, raw=b"") for version in ("1", "2"))
    await store.store(ChangeBatch("Patient", (first, second), None))
    assert await kept(database) == {"Patient/anna": ("2", b"", False)}


async def test_the_same_id_in_two_types(store: LocalStore, database: Database) -> None:
    await keep(store, a_slot("1"), an_appointment("1"))
    assert set(await kept(database)) == {"Slot/1", "Appointment/1"}


async def test_a_deleted_resource_leaves_a_tombstone_and_nothing_to_read(
    store: LocalStore, database: Database, views: StoreViews
) -> None:
    message = a_message()
    await keep(store, a_patient(), message)
    await store.store(ChangeBatch("Patient", (gone(a_patient()),), None))
    await store.store(ChangeBatch("Communication", (gone(message),), None))
    assert await store.patient(ANNA) is None
    assert await views.inbox() == ()
    assert await views.thread(message.thread_id) is None
    assert await kept(database) == {"Patient/anna": ("2", b"", True), "Communication/m1": ("2", b"", True)}


async def test_a_deleted_resource_may_come_back(store: LocalStore) -> None:
    await keep(store, a_patient())
    await store.store(ChangeBatch("Patient", (gone(a_patient()),), None))
    await keep(store, a_patient(name="Anna Igen"), version="3", at=NOW + minutes(1))
    assert await store.patient(ANNA) == a_patient(name="Anna Igen")


async def test_a_deletion_that_is_told_with_the_version_it_deleted(store: LocalStore) -> None:
    await keep(store, a_patient())
    await store.store(ChangeBatch("Patient", (gone(a_patient(), version="1"),), None))
    assert await store.patient(ANNA) is None


async def test_a_resource_that_can_no_longer_be_read_is_not_shown_as_it_was(store: LocalStore) -> None:
    await keep(store, a_patient())
    unread = replace(fetched(a_patient(), version="2"), item=None)
    await store.store(ChangeBatch("Patient", (unread,), None))
    assert await store.patient(ANNA) is None


async def test_what_the_server_no_longer_lists_is_deleted(store: LocalStore, database: Database) -> None:
    stays, goes, new = (
        a_message(id=MessageId("stays")),
        a_message(id=MessageId("goes")),
        a_message(id=MessageId("new")),
    )
    await keep(store, a_patient(), stays, goes)
    sweep = ChangeBatch("Communication", (fetched(new),), None, present=frozenset({"stays"}))
    await store.store(sweep)
    deleted = {key: row[2] for key, row in (await kept(database)).items()}
    assert deleted == {
        "Patient/anna": False, "Communication/stays": False, "Communication/goes": True, "Communication/new": False,
    }  # fmt: skip


async def test_deleting_what_never_came(store: LocalStore) -> None:
    await store.store(ChangeBatch("Patient", (gone(a_patient()),), None))
    assert await store.patient(ANNA) is None


async def test_watermarks_move_forward_only_and_apart(store: LocalStore) -> None:
    for at in (NOW, NOW + minutes(2), NOW + minutes(1)):
        await store.store(ChangeBatch("Patient", (), at))
    await store.store(ChangeBatch("Slot", (), NOW))
    await store.store(ChangeBatch("Slot", (fetched(a_slot(), at=NOW + minutes(9)),), None))
    await store.store(ChangeBatch("Communication", (), None))
    assert await store.read_points() == {
        "Patient": ReadPoint(NOW + minutes(2), complete=False),
        "Slot": ReadPoint(NOW, complete=False),
        "Communication": ReadPoint(None, complete=False),
    }


async def test_a_batch_and_its_watermark_are_one_commit(store: LocalStore) -> None:
    naive = fetched(a_slot(start=NOW.replace(tzinfo=None)))
    with pytest.raises(TypeError, match="offset-naive"):
        await store.store(ChangeBatch("Slot", (naive,), NOW))
    assert await store.read_points() == {}
    assert await store.slot(a_slot().id) is None


async def test_answers_and_failures(store: LocalStore, views: StoreViews) -> None:
    await store.note_answer(NOW)
    await store.note_failure(NOW + minutes(1), ErrorKind.PRACTICE_SLOW)
    await store.note_failure(NOW + minutes(2), ErrorKind.PRACTICE_UNREACHABLE)
    status = await views.sync_status()
    assert (status.last_answer_at, status.failing_since) == (NOW, NOW + minutes(1))
    assert status.failure is ErrorKind.PRACTICE_UNREACHABLE
    await store.note_answer(NOW + minutes(3))
    status = await views.sync_status()
    assert (status.last_answer_at, status.failing_since, status.failure) == (NOW + minutes(3), None, None)


async def test_the_age_of_what_is_shown_is_this_pcs_time_of_fetching(
    store: LocalStore, views: StoreViews, clock: SettableClock
) -> None:
    fetched_at = clock.move(minutes(7))
    await keep(store, a_patient(), at=NOW - minutes(9999))
    card = await views.patient_card(ANNA)
    assert card is not None
    assert card.fetched_at == fetched_at


@pytest.fixture(scope="module")
def tables() -> Iterator[Connection]:
    """The tables as the migrations make them, empty and in memory."""
    driver = dbapi2.connect(":memory:", isolation_level=None)
    for step in packaged_migrations():
        run_step(driver, step)
    connection = joined(driver)
    yield connection
    connection.close()
    connection.engine.dispose()


MESSAGES = st.lists(
    st.builds(
        a_message,
        message_id=st.sampled_from([f"m{n}" for n in range(6)]),
        at=st.integers(0, 5).map(lambda n: NOW + minutes(n)),
        thread_id=st.sampled_from([ThreadId("t1"), ThreadId("t2")]),
        direction=st.sampled_from(Direction),
        subject=st.sampled_from([Private("a"), Private("b")]),
        urgent=st.booleans(),
        attachments=st.integers(0, 3),
    )
    | st.sampled_from([MessageId(f"m{n}") for n in range(6)]),
    max_size=25,
)


def summary(messages: Sequence[Message]) -> tuple[object, ...]:
    ordered = sorted(messages, key=lambda each: (each.sent_at, each.id))
    newest = ordered[-1]
    return (
        newest.subject.reveal(),
        newest.sent_at,
        is_unanswered(ordered),
        is_urgent(ordered),
        len(ordered),
        sum(each.attachments for each in ordered),
    )


@given(events=MESSAGES, size=st.integers(1, 5))
def test_threads_follow_their_messages_however_these_come_change_and_go(
    tables: Connection, events: list[Message | MessageId], size: int
) -> None:
    now: dict[MessageId, Message] = {}
    batch: list[Fetched] = []
    with tables.begin() as example:
        for number, event in enumerate(events):
            at, version = NOW + minutes(number), str(number)
            if isinstance(event, Message):
                now[event.id] = event
                batch.append(fetched(event, version, at))
            else:
                now.pop(event, None)
                batch.append(gone(a_message(event), version, at))
            if len(batch) == size or number == len(events) - 1:
                store_batch(tables, ChangeBatch("Communication", tuple(batch), None), NOW)
                batch = []
        rows = tables.execute(select(thread)).all()
        shown = [row.thread_id for row in read_inbox(tables, 10)]
        example.rollback()
    found = {
        row.id: (row.subject, row.newest_at, row.unanswered, row.urgent, row.messages, row.attachments)
        for row in rows
    }
    threads = {each.thread_id for each in now.values()}
    assert found == {key: summary([each for each in now.values() if each.thread_id == key]) for key in threads}
    of_thread = {key: [each for each in now.values() if each.thread_id == key] for key in threads}
    assert shown == sorted(threads, key=lambda key: triaged(of_thread[key]))


def triaged(messages: Sequence[Message]) -> tuple[object, ...]:
    """Where a thread stands in the inbox: urgent before waiting before the rest, the newest first."""
    newest = max(each.sent_at for each in messages)
    waits = is_unanswered(messages)
    return not (waits and is_urgent(messages)), not waits, NOW - newest, messages[0].thread_id


async def test_what_is_held_of_a_type_is_what_the_server_still_had(store: LocalStore) -> None:
    await keep(store, a_slot("a"), a_slot("b"), a_patient())
    assert await store.held("Slot") == {"a", "b"}
    await store.store(ChangeBatch("Slot", (), None, frozenset({"a"})))
    assert await store.held("Slot") == {"a"}
