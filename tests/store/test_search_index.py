"""The index follows the rows: changed, deleted, many at once, interrupted, and those that were there before it."""

import asyncio
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlcipher3 import dbapi2

from app.domain.changes import Changes
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ThreadId
from app.domain.ports.practice_system import ChangeBatch
from app.domain.private import Private
from app.store import search_indexer
from app.store.cipher import configure, unlock
from app.store.database import Database, open_database
from app.store.local_store import LocalStore
from app.store.migrate import packaged_migrations, run_step
from app.store.search_index import NEWS, SLICE, enter_slice, is_complete
from app.store.search_indexer import SearchIndexer
from app.store.views import StoreViews
from tests.store.builders import KEY, NOW, a_message, a_patient, fetched, gone, keep

BEFORE_THE_SEARCH = packaged_migrations()[:2]


async def store_messages(store: LocalStore, count: int, first: int = 0) -> None:
    """Store messages `hoste 0`, `hoste 1` and so on, a minute apart, in one batch."""
    messages = [
        a_message(
            f"m{number}", NOW + timedelta(minutes=number), thread_id=ThreadId(f"t{number}"),
            subject=Private(""), body=Private(f"hoste {number}"),
        )
        for number in range(first, first + count)
    ]  # fmt: skip
    await store.store(ChangeBatch("Communication", tuple(map(fetched, messages)), None))


async def found(views: StoreViews, words: str, limit: int = 500) -> int:
    return len((await views.search(words, limit)).messages)


async def entered(database: Database) -> tuple[int, int, int]:
    """Return how many messages are in the index, have a place, and wait."""

    def count(connection: Connection) -> tuple[int, int, int]:
        tables = ("message_words_docsize", "message_place", "message_backlog")
        one, two, three = (connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables)
        return one, two, three

    return await database.run(count)


async def test_news_are_found_at_once(store: LocalStore, views: StoreViews, database: Database) -> None:
    await store_messages(store, NEWS)
    assert await found(views, "hoste") == NEWS
    assert await entered(database) == (NEWS, NEWS, 0)
    assert not (await views.search("hoste")).still_indexing


async def test_a_changed_message_is_found_by_its_new_words_only(
    store: LocalStore, views: StoreViews, database: Database
) -> None:
    await keep(store, a_message())
    await keep(store, a_message(body=Private("Nu er det feber"), subject=Private("Ny")), version="2")
    assert await found(views, "udslæt") == 0
    assert await found(views, "feber") == 1
    assert await entered(database) == (1, 1, 0)


async def test_a_message_that_only_came_again_is_left_as_it_is(store: LocalStore, database: Database) -> None:
    await keep(store, a_message())
    before = await database.run(lambda connection: connection.scalar(text("SELECT place FROM message_place")))
    await keep(store, a_message(urgent=True), version="2")
    assert await entered(database) == (1, 1, 0)
    assert before == await database.run(lambda each: each.scalar(text("SELECT place FROM message_place")))


async def test_what_is_deleted_is_found_no_more(store: LocalStore, views: StoreViews, database: Database) -> None:
    await keep(store, a_message(), a_patient())
    await store.store(ChangeBatch("Communication", (gone(a_message()),), None))
    await store.store(ChangeBatch("Patient", (gone(a_patient()),), None))
    nothing = await views.search("udslæt")
    assert (nothing.messages, (await views.search("anna")).patients) == ((), ())
    assert await entered(database) == (0, 0, 0)


async def test_rows_deleted_in_another_way_leave_the_index_too(
    store: LocalStore, views: StoreViews, database: Database
) -> None:
    await store_messages(store, 9)
    await database.run(lambda connection: connection.execute(text("DELETE FROM message WHERE number > 4")))
    assert await found(views, "hoste") == 4
    assert await entered(database) == (4, 4, 0)


async def test_a_renamed_patient(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_patient())
    await keep(store, a_patient(name="Anna Nielsen"), version="2")
    assert (await views.search("berggren")).patients == ()
    assert len((await views.search("nielsen")).patients) == 1


async def test_many_messages_of_one_moment_all_find_a_place(
    store: LocalStore, views: StoreViews, database: Database
) -> None:
    for number in range(40):
        await keep(store, a_message(f"m{number}", NOW, body=Private("samme tid")))
    assert await found(views, "samme tid") == 40
    assert await entered(database) == (40, 40, 0)


async def test_a_large_batch_is_left_to_the_indexer_which_announces_the_end(
    store: LocalStore, views: StoreViews, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_indexer, "PAUSE", 0)
    told: list[Changes] = []
    done = asyncio.Event()

    def announce(changes: Changes) -> None:
        told.append(changes)
        done.set()

    await store_messages(store, SLICE + 50)
    unfinished = await views.search("hoste")
    assert unfinished.still_indexing
    assert unfinished.messages == ()
    working = asyncio.create_task(SearchIndexer(database, store, announce).run())
    await done.wait()
    assert await found(views, "hoste") == SLICE + 50
    assert not (await views.search("hoste")).still_indexing
    done.clear()
    await store_messages(store, NEWS + 1, first=1000)
    await done.wait()
    assert await found(views, "hoste") == SLICE + 50 + NEWS + 1
    assert told == [Changes.MESSAGES | Changes.PATIENTS] * 2
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_a_failure_does_not_end_the_indexer(
    store: LocalStore, views: StoreViews, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter((KlinikError(ErrorKind.DISK_FULL), ValueError("unexpected")))
    done = asyncio.Event()

    def enter(connection: Connection) -> bool:
        for failure in failures:
            raise failure
        return enter_slice(connection)

    monkeypatch.setattr(search_indexer, "PAUSE", 0)
    monkeypatch.setattr(search_indexer, "AFTER_FAILURE", 0)
    monkeypatch.setattr(search_indexer, "enter_slice", enter)
    await store_messages(store, NEWS + 1)
    working = asyncio.create_task(SearchIndexer(database, store, lambda _: done.set()).run())
    await done.wait()
    assert await found(views, "hoste") == NEWS + 1
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_the_newest_are_entered_first(store: LocalStore, views: StoreViews, database: Database) -> None:
    await store_messages(store, SLICE + 100)
    assert await database.run(enter_slice)
    assert await found(views, "hoste 14") > 0
    newest = (await views.search("hoste")).messages[0]
    assert newest.excerpt.reveal() == f"hoste {SLICE + 99}"


async def test_what_was_there_before_the_search_is_entered_in_slices_over_several_starts(path: Path) -> None:
    count = 2 * SLICE + 30
    await an_older_file(path, count)
    for left in (True, True, True, False):
        database = open_database(path, KEY)
        assert not await database.run(is_complete)
        assert await database.run(enter_slice) is left
        database.close()
    database = open_database(path, KEY)
    assert (await entered(database))[:2] == (count, count)
    assert await database.run(is_complete)
    database.close()


async def an_older_file(path: Path, messages: int) -> None:
    """Make a file as a program without a search has left it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with closing(unlock(path, KEY)) as old:
        configure(old)
        for step in BEFORE_THE_SEARCH:
            run_step(old, step)
        _insert_old(old, messages)


def _insert_old(driver: dbapi2.Connection, count: int) -> None:
    rows = [(f"m{number}", f"hoste {number}", number * 10**9) for number in range(count)]
    driver.executemany(
        "INSERT INTO message (id, thread_id, patient_id, direction, subject, body, sent_at, urgent, attachments)"
        " VALUES (?, 't', 'anna', 'from_patient', '', ?, ?, 0, 0)",
        rows,
    )
    driver.execute("INSERT INTO patient (id, name, fetched_at) VALUES ('anna', 'Anna Berg', 0)")


async def test_news_among_old_messages_are_entered_once(path: Path) -> None:
    await an_older_file(path, 10)
    database = open_database(path, KEY)
    changed = text("UPDATE message SET body = 'feber' WHERE id = 'm3'")
    await database.run(lambda connection: connection.execute(changed))
    while await database.run(enter_slice):
        pass
    assert await entered(database) == (10, 10, 0)
    database.close()
