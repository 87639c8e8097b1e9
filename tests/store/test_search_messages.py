"""Finding messages: newest first, as written before plain, by their patient too, and no syntax gets through."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from app.domain.ids import PatientId, ThreadId
from app.domain.private import Private
from app.domain.search_query import holds, read_query
from app.domain.search_text import words_of
from app.domain.views import Found
from app.store.local_store import LocalStore
from app.store.migrate import packaged_migrations
from app.store.search_expression import as_plain, as_written, entered, needs_reading, of_patients
from app.store.views import StoreViews
from tests.store.builders import ANNA, BO, NOW, a_message, a_patient, keep, minutes


def bodies(found: Found) -> list[str]:
    return [each.excerpt.reveal() for each in found.messages]


async def say(store: LocalStore, *texts: str, first: datetime = NOW, patient_id: PatientId = ANNA) -> None:
    """Keep messages a minute apart, each in a thread of its own."""
    for number, body in enumerate(texts):
        message_id = f"{patient_id}-{first:%d%H%M%S}-{number}"
        at = first + minutes(number)
        message = a_message(
            message_id,
            at,
            subject=Private(""),
            body=Private(body),
            thread_id=ThreadId(message_id),
            patient_id=patient_id,
        )
        await keep(store, message)


async def test_newest_first_whatever_order_they_were_read_in(store: LocalStore, views: StoreViews) -> None:
    for day in (3, 1, 2):
        await say(store, f"udslæt {day}", first=NOW - timedelta(days=day))
    assert bodies(await views.search("udslæt")) == ["udslæt 1", "udslæt 2", "udslæt 3"]
    found = await views.search("udslæt", limit=2)
    assert bodies(found) == ["udslæt 1", "udslæt 2"]
    assert found.more


async def test_all_that_is_shown_of_one(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_patient(), a_message("m1"))
    [row] = (await views.search("uds arm")).messages
    assert (row.thread_id, row.patient_id, row.patient_name) == ("t1", ANNA, a_patient().name)
    assert (row.subject.reveal(), row.sent_at) == ("Udslæt", NOW)
    assert row.excerpt.reveal() == "Kære læge, jeg har fået udslæt på armen."
    assert [row.excerpt.reveal()[start:end] for start, end in row.marks] == ["uds", "arm"]


async def test_subject_and_body_together(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_message(subject=Private("Knæ"), body=Private("Det gør ondt.")))
    assert bodies(await views.search("knæ ondt")) == ["Det gør ondt."]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("hår", ["Mit hår falder af", "Jeg har ondt"]),
        ("haar", ["Mit hår falder af", "Jeg har ondt"]),
        ("har", ["Jeg har ondt", "Mit hår falder af"]),
        ("ører", ["Ondt i ører", "ondt i orer"]),
        ("oerer", ["Ondt i ører", "ondt i orer"]),
        ("orer", ["ondt i orer", "Ondt i ører"]),
        ("jeg har ondt", ["Jeg har ondt"]),
        ("e-kons", ["Tak for e-konsultationen"]),
        ("ekonsultation", ["Tak for e-konsultationen"]),
        ("+45 20 12 34 56", ["Ring 20123456", "Ring 20 12 34 56"]),
        ('"tak for', ["Tak for e-konsultationen"]),
        ('"for tak"', []),
    ],
)
async def test_however_it_is_written(store: LocalStore, views: StoreViews, words: str, shown: list[str]) -> None:
    texts = ("Mit hår falder af", "Jeg har ondt", "ondt i orer", "Ondt i ører", "Tak for e-konsultationen")
    await say(store, *texts, "Ring 20 12 34 56", "Ring 20123456")
    assert bodies(await views.search(words)) == shown


async def test_the_letters_that_were_typed_keep_the_others_out(store: LocalStore, views: StoreViews) -> None:
    await say(store, *(f"før {number}" for number in range(5)))
    await say(store, *(f"for {number}" for number in range(5)), first=NOW + minutes(60))
    assert bodies(await views.search("før", limit=5)) == [f"før {number}" for number in (4, 3, 2, 1, 0)]
    assert bodies(await views.search("for", limit=5)) == [f"for {number}" for number in (4, 3, 2, 1, 0)]
    assert len(bodies(await views.search("før", limit=8))) == 8


async def test_words_longer_than_what_is_entered_are_told_apart(store: LocalStore, views: StoreViews) -> None:
    await say(store, "blodtryksmedicinen", "blodtryksmedicinering", "blodtryksmedicinerne")
    assert bodies(await views.search("blodtryksmediciner")) == ["blodtryksmedicinerne", "blodtryksmedicinering"]
    assert bodies(await views.search("blodtryksmedicinerne")) == ["blodtryksmedicinerne"]
    assert len(bodies(await views.search("blodtryksmed"))) == 3


async def test_by_who_wrote_it(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_patient(), a_patient(BO, "Bo Febe Test"))
    await say(store, "feber og hoste", "nyt udslæt", patient_id=ANNA)
    await say(store, "feber og udslæt", patient_id=BO, first=NOW - minutes(9))
    assert bodies(await views.search("anna feber")) == ["feber og hoste"]
    assert bodies(await views.search("udslæt berggren")) == ["nyt udslæt"]
    assert bodies(await views.search("anna feb")) == ["feber og hoste"], "a word may also begin somebody's name"
    assert bodies(await views.search("anna")) == ["nyt udslæt", "feber og hoste"]
    assert bodies(await views.search("bo feber")) == ["feber og udslæt"]


async def test_a_common_name_is_not_taken_for_everybodys_messages(store: LocalStore, views: StoreViews) -> None:
    people = [PatientId(f"jensen{number}") for number in range(30)]
    await keep(store, *(a_patient(each, "Ida Jensen") for each in people))
    for each in people:
        await say(store, "hoste", patient_id=each)
    assert bodies(await views.search("jensen hoste")) == []


SPELLED = st.sampled_from("aeoåæøubcdst ÅØéü")
SPELLABLE = st.text(st.sampled_from("aeoåæøubc -'1234+\"*():^~{}"), max_size=40)


@pytest.fixture(scope="module")
def tables() -> Iterator[dbapi2.Connection]:
    """The index alone, as the migration makes it."""
    with closing(dbapi2.connect(":memory:")) as driver:
        driver.executescript("".join(step.sql for step in packaged_migrations()))
        yield driver


@given(st.text(max_size=80) | SPELLABLE)
def test_nothing_typed_is_syntax(tables: dbapi2.Connection, typed: str) -> None:
    query = read_query(typed)
    if query.terms:
        for expression in (as_written(query), as_plain(query)):
            tables.execute(
                "SELECT count(*) FROM message_words WHERE message_words MATCH ?", (expression,)
            ).fetchone()
        for expression in (of_patients(query), of_patients(query, "name number", whole=True)):
            tables.execute(
                "SELECT count(*) FROM patient_words WHERE patient_words MATCH ?", (expression,)
            ).fetchone()


@given(st.text(max_size=60) | SPELLABLE, st.text(max_size=60) | SPELLABLE)
def test_the_index_finds_what_reading_finds(tables: dbapi2.Connection, body: str, typed: str) -> None:
    query = read_query(typed)
    if query.terms and not needs_reading(query):
        tables.execute("DELETE FROM message_words")
        tables.execute("INSERT INTO message_words (rowid, words) VALUES (1, ?)", (entered(words_of(body)),))
        found = tables.execute(
            "SELECT count(*) FROM message_words WHERE message_words MATCH ?", (as_plain(query),)
        ).fetchone()[0]
        assert bool(found) is holds(query, body)


@given(st.text(SPELLED, min_size=1, max_size=30), st.data())
def test_every_word_of_a_message_finds_it_as_far_as_it_is_typed(
    tables: dbapi2.Connection, body: str, data: st.DataObject
) -> None:
    words = re.findall(r"[^\W_]+", body)
    if words:
        tables.execute("DELETE FROM message_words")
        tables.execute("INSERT INTO message_words (rowid, words) VALUES (1, ?)", (entered(words_of(body)),))
        word = data.draw(st.sampled_from(words))
        typed = word[: data.draw(st.integers(1, len(word)))]
        sought = as_plain(read_query(typed))
        assert tables.execute("SELECT rowid FROM message_words WHERE message_words MATCH ?", (sought,)).fetchall()
