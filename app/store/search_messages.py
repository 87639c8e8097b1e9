"""Finds messages by their words, newest first; reads the text of no more of them than it has to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, text

from app.domain.ids import PatientId, ThreadId
from app.domain.private import Private
from app.domain.search_marks import excerpt
from app.domain.search_query import Query, holds
from app.domain.views import FoundMessage
from app.store.instant import as_instant
from app.store.search_expression import as_plain, as_written, needs_reading
from app.store.search_people import names_of, patients_called

_READ_AT_MOST = 150
"""So many messages are read to tell real matches from those the index cannot tell apart."""
_READ_OF_PATIENTS = 100
_PATIENTS_MEANT = 20
_AT_A_TIME = 25

_COLUMNS = "m.number, m.thread_id, m.patient_id, m.subject, m.body, m.sent_at"
# Only the texts that are shown are fetched: a cross join is not reordered, so the index is walked from its newest
# end, and the walk ends with the last row taken.
_MATCHING = text(f"""
    SELECT {_COLUMNS} FROM message_words AS w
    CROSS JOIN message_place AS p ON p.place = w.rowid
    CROSS JOIN message AS m ON m.number = p.number
    WHERE message_words MATCH :sought ORDER BY w.rowid DESC LIMIT :most
""")  # noqa: S608
_OF_PATIENTS = text(f"""
    SELECT {_COLUMNS} FROM (
        SELECT place, number FROM message_place
        WHERE patient_id IN (SELECT value FROM json_each(:ids)) ORDER BY place DESC LIMIT :most) AS p
    CROSS JOIN message AS m ON m.number = p.number ORDER BY p.place DESC
""")  # noqa: S608


def find_messages(connection: Connection, query: Query, limit: int) -> tuple[tuple[FoundMessage, ...], bool]:
    """Return messages that have every word, or whose patient is called by some of them, and whether there are more.

    Newest first, but those written as was typed come before those that only have the same plain letters.
    """
    found = _matching(connection, query, as_written(query), limit + 1)
    found |= {row.number: row for row in _of_patients_called(connection, query, limit)}
    rows = _newest_first(found)
    if len(rows) <= limit and as_plain(query) != as_written(query):
        alike = _matching(connection, query, as_plain(query), limit + 1)
        rows += _newest_first({number: row for number, row in alike.items() if number not in found})
    names = names_of(connection, {row.patient_id for row in rows[:limit]})
    return tuple(_found(row, query, names) for row in rows[:limit]), len(rows) > limit


def _newest_first(found: dict[int, Row[Any]]) -> list[Row[Any]]:
    return sorted(found.values(), key=lambda row: (row.sent_at, row.number), reverse=True)


def _matching(connection: Connection, query: Query, sought: str, most: int) -> dict[int, Row[Any]]:
    """Return the newest messages an expression finds, at least so many if there are, and read those in doubt."""
    read = needs_reading(query)
    found: dict[int, Row[Any]] = {}
    with connection.execute(_MATCHING, {"sought": sought, "most": max(most, _READ_AT_MOST)}) as rows:
        while len(found) < most and (some := rows.fetchmany(_AT_A_TIME)):
            found |= {row.number: row for row in some if not read or _holds(row, query)}
    return found


def _of_patients_called(connection: Connection, query: Query, limit: int) -> Iterator[Row[Any]]:
    """Yield messages of the few patients that some of the words name, which have the rest of the words."""
    for named, rest in _namings(connection, query):
        ids = patients_called(connection, named, _PATIENTS_MEANT + 1)
        if len(ids) > _PATIENTS_MEANT:
            return
        if not ids:
            continue
        yielded = 0
        with connection.execute(_OF_PATIENTS, {"ids": json.dumps(ids), "most": _READ_OF_PATIENTS}) as rows:
            while yielded <= limit and (some := rows.fetchmany(_AT_A_TIME)):
                for row in some:
                    if not rest.terms or _holds(row, rest):
                        yielded += 1
                        yield row
        return


def _holds(row: Row[Any], query: Query) -> bool:
    return holds(query, f"{row.subject}\n{row.body}")


def _namings(connection: Connection, query: Query) -> Iterator[tuple[Query, Query]]:
    """Yield which terms may name the patient, and the others: all that can, then all but the last, or the first."""
    can = tuple(term for term in query.terms if patients_called(connection, Query((term,)), 1))
    for names in dict.fromkeys((can, can[:-1], can[1:])):
        if names:
            yield Query(names), replace(query, terms=tuple(term for term in query.terms if term not in names))


def _found(row: Row[Any], query: Query, names: dict[str, str]) -> FoundMessage:
    shown, marks = excerpt(row.body, query)
    return FoundMessage(
        thread_id=ThreadId(row.thread_id),
        patient_id=PatientId(row.patient_id),
        patient_name=Private(names.get(row.patient_id, "")),
        subject=Private(row.subject),
        excerpt=Private(shown),
        marks=marks,
        sent_at=as_instant(row.sent_at),
    )
