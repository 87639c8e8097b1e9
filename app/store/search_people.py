"""Finds patients by name, CPR number, birth date, telephone number and address."""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, select, text

from app.domain.ids import PatientId
from app.domain.patient import Patient
from app.domain.search_query import Query
from app.domain.search_text import plain, words_of
from app.domain.views import FoundPatient
from app.store.items import parse_patient
from app.store.schema import among, patient
from app.store.search_expression import of_patients

_WHO = "name number"
_LOOKED_AT = 1000
_READ_AT_MOST = 60

# A prefix of two letters may have thousands: of so many, no more are put in order.
_BY_NAME = text("""
    SELECT p.id FROM (
        SELECT rowid AS place FROM patient_words WHERE patient_words MATCH :sought LIMIT :looked_at) AS w
    CROSS JOIN patient_place AS p ON p.place = w.place
    ORDER BY p.name, p.id LIMIT :most
""")
_ANY = text("""
    SELECT p.id FROM patient_words AS w CROSS JOIN patient_place AS p ON p.place = w.rowid
    WHERE patient_words MATCH :sought LIMIT :most
""")


def patients_called(connection: Connection, query: Query, most: int) -> list[str]:
    """Return the ids of patients who have every word of a query in the name or a number, any so many of them."""
    return list(connection.scalars(_ANY, {"sought": of_patients(query, _WHO), "most": most}))


def find_patients(connection: Connection, query: Query, limit: int) -> tuple[tuple[FoundPatient, ...], bool]:
    """Return patients, first those who are called what was typed, and whether there are more.

    Who only lives in a place of that name comes last.
    """
    ids: dict[str, None] = {}
    for sought in (of_patients(query, _WHO, whole=True), of_patients(query, _WHO), of_patients(query)):
        if len(ids) <= limit:
            asked = {"sought": sought, "looked_at": _LOOKED_AT, "most": max(_READ_AT_MOST, limit + 1)}
            ids |= dict.fromkeys(connection.scalars(_BY_NAME, asked))
    found = sorted(_read(connection, list(ids)), key=lambda each: _rank(each, query))
    return tuple(FoundPatient(each) for each in found[:limit]), len(ids) > limit


def names_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return patients' names by id."""
    rows = connection.execute(
        select(patient.c.id, patient.c.name).where(patient.c.id.in_(among("ids"))), {"ids": json.dumps(list(ids))}
    )
    return {row.id: row.name for row in rows}


def _read(connection: Connection, ids: list[str]) -> list[Patient]:
    rows = connection.execute(select(patient).where(patient.c.id.in_(among("ids"))), {"ids": json.dumps(ids)})
    return [parse_patient(row) for row in rows]


def _rank(each: Patient, query: Query) -> tuple[int, int, str, PatientId]:
    """Return what a patient is sorted by: how many words begin one of the name's, and how many are one of them."""
    name = each.name.reveal()
    words = words_of(name)
    plain_words = {plain(word) for word in words}
    begun = whole = 0
    for term in query.terms:
        sought = [word for way in term.ways for word in way]
        begun += any(plain_word.startswith(plain(word)) for word in sought for plain_word in plain_words)
        whole += any(word in words for word in sought)
    return -begun, -whole, name.casefold(), each.id
