"""The search: patients, messages and consultations that have every word that was typed."""

from datetime import datetime

from sqlalchemy import Connection

from app.domain.search_query import read_query
from app.domain.views import Found
from app.store.search_bookings import find_bookings
from app.store.search_index import is_complete
from app.store.search_messages import find_messages
from app.store.search_people import find_patients


def read_found(connection: Connection, words: str, limit: int, now: datetime) -> Found:
    """Return at most `limit` of each kind; nothing is looked for without words."""
    query = read_query(words)
    if not query.terms:
        return Found()
    patients, more_patients = find_patients(connection, query, limit)
    messages, more_messages = find_messages(connection, query, limit)
    bookings, more_bookings = find_bookings(connection, query, limit, now)
    return Found(
        patients,
        messages,
        bookings,
        more=more_patients or more_messages or more_bookings,
        still_indexing=not is_complete(connection),
    )
