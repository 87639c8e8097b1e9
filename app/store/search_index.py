"""Enters the words of messages and patients for the search, news in the transaction that brings them."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Row, text

from app.domain.search_text import name_words, number_words, plain, words_of, written
from app.store.schema import message, patient
from app.store.search_expression import entered

NEWS = 64
"""A batch of more than this is left to the indexer, so that the first reading is not held up."""
SLICE = 50
"""So many rows are entered at a time: some ten ms of the database's thread, which a click may have to wait for."""
_PLACE = 16_000_000
"""Microseconds of sending time to a place in the index."""


def enter_news(connection: Connection, table: str, ids: Sequence[str]) -> None:
    """Enter rows of `message` or `patient` that were written a moment ago, unless they are many."""
    if len(ids) > NEWS:
        return
    if table == message.name:
        _enter_messages(connection, list(connection.scalars(_NUMBERS, {"ids": json.dumps(ids)})))
    elif table == patient.name:
        _enter_patients(connection, ids)


def enter_slice(connection: Connection, most: int = SLICE) -> bool:
    """Enter one slice of what waits, newest messages first; returns whether more is left."""
    patients = list(connection.scalars(_PATIENT_BACKLOG, {"most": most}))
    if patients:
        _enter_patients(connection, patients)
    else:
        waiting = list(connection.scalars(_BACKLOG, {"most": most}))
        _enter_messages(connection, waiting or _old_messages(connection, most))
    return not is_complete(connection)


def is_complete(connection: Connection) -> bool:
    """Tell whether every row has been entered, so that a search finds all there is."""
    return not connection.scalar(_ANYTHING_LEFT)


_ANYTHING_LEFT = text("""
    SELECT EXISTS (SELECT 1 FROM message_backlog) OR EXISTS (SELECT 1 FROM patient_backlog)
        OR (SELECT old_messages > 0 FROM search_state)
""")
_NUMBERS = text("SELECT number FROM message WHERE id IN (SELECT value FROM json_each(:ids))")
_BACKLOG = text("SELECT number FROM message_backlog ORDER BY number DESC LIMIT :most")
_OLD = text("""
    SELECT number FROM message WHERE number <= (SELECT old_messages FROM search_state)
    ORDER BY number DESC LIMIT :most
""")
_OLD_DONE = text("UPDATE search_state SET old_messages = :left")
_TO_ENTER = text("""
    SELECT m.number, m.patient_id, m.subject, m.body, m.sent_at FROM json_each(:numbers) AS wanted
    JOIN message AS m ON m.number = wanted.value
    WHERE NOT EXISTS (SELECT 1 FROM message_place AS known WHERE known.number = m.number)
    ORDER BY m.sent_at, m.id
""")
_DONE = text("DELETE FROM message_backlog WHERE number IN (SELECT value FROM json_each(:numbers))")
_TAKEN = text("SELECT place FROM message_place WHERE place IN (SELECT value FROM json_each(:places))")
_ENTER_PLACE = text("INSERT INTO message_place VALUES (:place, :number, :patient_id)")
_ENTER_WORDS = text("INSERT INTO message_words (rowid, words) VALUES (:place, :words)")

_PATIENT_BACKLOG = text("SELECT id FROM patient_backlog LIMIT :most")
_PATIENTS = text("""
    SELECT p.id, p.name, p.cpr, p.birth_date, p.phone, p.address FROM patient AS p
    WHERE p.id IN (SELECT value FROM json_each(:ids))
        AND NOT EXISTS (SELECT 1 FROM patient_place AS known WHERE known.id = p.id)
""")
_PATIENTS_DONE = text("DELETE FROM patient_backlog WHERE id IN (SELECT value FROM json_each(:ids))")
_PATIENT_PLACE = text("INSERT INTO patient_place (id, name) VALUES (:id, :name) RETURNING place")
_PATIENT_WORDS = text(
    "INSERT INTO patient_words (rowid, name, number, address) VALUES (:place, :name, :number, :address)"
)


def _old_messages(connection: Connection, most: int) -> list[int]:
    """Take the next of the messages that were there before the search."""
    numbers = list(connection.scalars(_OLD, {"most": most}))
    connection.execute(_OLD_DONE, {"left": numbers[-1] - 1 if len(numbers) == most else 0})
    return numbers


def _enter_messages(connection: Connection, numbers: list[int]) -> None:
    if not numbers:
        return
    rows = connection.execute(_TO_ENTER, {"numbers": json.dumps(numbers)}).all()
    if rows:
        places = _free_places(connection, {row.number: row.sent_at // _PLACE for row in rows})
        connection.execute(
            _ENTER_PLACE,
            [{"place": places[row.number], "number": row.number, "patient_id": row.patient_id} for row in rows],
        )
        connection.execute(_ENTER_WORDS, [{"place": places[row.number], "words": _words(row)} for row in rows])
    connection.execute(_DONE, {"numbers": json.dumps(numbers)})


def _words(row: Row[Any]) -> str:
    return entered(words_of(f"{row.subject}\n{row.body}"))


def _free_places(connection: Connection, wanted: dict[int, int]) -> dict[int, int]:
    """Return a place of its own for each number: the wanted one, or one soon after it where that is taken.

    The further rounds it takes, the wider it is looked around, so that many messages of one moment find room too.
    """
    places: dict[int, int] = {}
    taken: set[int] = set()
    reach = 1
    while len(places) < len(wanted):
        tried = {
            number: first + crc32(f"{number}:{reach}".encode()) % reach
            for number, first in wanted.items()
            if number not in places
        }
        taken.update(_taken(connection, tried.values()))
        for number, place in tried.items():
            if place not in taken:
                places[number] = place
                taken.add(place)
        reach *= 2
    return places


def _taken(connection: Connection, places: Iterable[int]) -> Collection[int]:
    return connection.scalars(_TAKEN, {"places": json.dumps(list(places))}).all()


def _enter_patients(connection: Connection, ids: Sequence[str]) -> None:
    waiting = json.dumps(ids)
    for row in connection.execute(_PATIENTS, {"ids": waiting}).all():
        place = connection.scalar(_PATIENT_PLACE, {"id": row.id, "name": written(row.name)})
        connection.execute(_PATIENT_WORDS, {"place": place, **_patient_words(row)})
    connection.execute(_PATIENTS_DONE, {"ids": waiting})


def _patient_words(row: Row[Any]) -> dict[str, str]:
    return {
        "name": " ".join(name_words(row.name)),
        "number": " ".join(_numbers(row)),
        "address": " ".join({plain(word) for word in words_of(row.address or "")}),
    }


def _numbers(row: Row[Any]) -> set[str]:
    words: set[str] = set()
    if row.cpr:
        words |= {row.cpr, row.cpr[-4:]}
    if row.birth_date:
        born = date.fromisoformat(row.birth_date)
        words |= {f"{born:%d%m%y}", f"{born:%d%m%Y}"}
    if row.phone:
        words |= set(number_words(row.phone))
    return words
