"""What only this PC knows - bookings, wishes, pictures, outbox - as plain rows that survive the file they were in.

All else is a copy of the practice system's and can be fetched again. The rows are kept by table and key, as SQL has
them, so that those of an older schema can be brought up to the newest by the very migrations of the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlcipher3 import dbapi2

from app.domain.actions import ActionKind
from app.domain.booking import BookingState
from app.store.migrate import Migration, run_step

Value = int | str | None
Row = dict[str, Value]
Rows = dict[str, dict[str, Row]]
"""The rows of each table by their key."""

OWN_TABLES = {
    "booking": "id",
    "assignment": "thread_id",
    "record_picture": "id",
    "pending_action": "id",
    "carried_key": "idempotency_key",
    "upkeep": "one",
}
"""The tables, each after those it refers to, with the columns that tell their rows apart."""

_OVER = frozenset({BookingState.CANCELLED.value, BookingState.SLOT_TAKEN.value, BookingState.ENDED.value})
_AHEAD = frozenset(state.value for state in BookingState) - _OVER
_WANTED_IN = {
    ActionKind.ENSURE_ROOM.value: _AHEAD,
    ActionKind.SEND_INVITATION.value: _AHEAD,
    ActionKind.WRITE_APPOINTMENT.value: _AHEAD | {BookingState.ENDED.value},
    ActionKind.CANCEL_APPOINTMENT.value: frozenset({BookingState.CANCELLED.value}),
    ActionKind.WRITE_OUTCOME.value: frozenset({BookingState.ENDED.value}),
}
"""The states of a booking in which somebody may still ask for a thing; what is not here is safe in every state.

What was cancelled while it was being made is cancelled by an action of its own, which needs no appointment.
"""


@dataclass(frozen=True, slots=True)
class Own:
    """What was read out of one file.

    `generation` tells which of two files is newer, None when it could not be read; `lost` are the numbers of the
    actions known to have been there that could not be read, and `whole` says that nothing is missing. `numbers` are
    those of all actions that were there, read or lost, and None when there may have been others.
    """

    version: int
    generation: int | None
    rows: Rows = field(repr=False)
    whole: bool = True
    lost: frozenset[int] = frozenset()
    numbers: frozenset[int] | None = None


def read_own(driver: dbapi2.Connection) -> Own:
    """Read all of it out of a sound database, in one transaction or none."""
    version = int(driver.execute("PRAGMA user_version").fetchone()[0])
    there = {str(name) for (name,) in driver.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    rows = {table: read_table(driver, table) for table in OWN_TABLES if table in there}
    return Own(version, generation_in(rows), rows)


def read_table(
    driver: dbapi2.Connection, table: str, where: str = "", parameters: Sequence[Value] = ()
) -> dict[str, Row]:
    """Read the rows of one table by their key."""
    cursor = driver.execute(f"SELECT * FROM {table} {where}", tuple(parameters))  # noqa: S608 - names of ours
    names = [column[0] for column in cursor.description]
    found = (dict(zip(names, values, strict=True)) for values in cursor)
    return {str(row[OWN_TABLES[table]]): row for row in found}


def generation_in(rows: Rows) -> int | None:
    """Return which state of the database the rows are of."""
    found = rows.get("upkeep", {}).get("1", {}).get("generation")
    return found if isinstance(found, int) else None


def numbers_in(rows: Rows) -> frozenset[int]:
    """Return the numbers of the actions among the rows."""
    return frozenset(_number(row) for row in _actions(rows))


def put_own(driver: dbapi2.Connection, rows: Rows) -> frozenset[int]:
    """Put rows in the place of those that are there, within a transaction of the caller's.

    An action whose booking, picture or wish is missing cannot be carried out and is left out; returns the
    numbers of those. So is a picture without its booking.
    """
    stray = frozenset(_number(row) for row in _actions(rows) if not _has_subject(row, rows))
    for table in reversed(OWN_TABLES):
        if table in rows:
            driver.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
    for table in OWN_TABLES:
        for row in rows.get(table, {}).values():
            if table == "pending_action" and _number(row) in stray:
                continue
            if table == "record_picture" and row["booking_id"] not in rows.get("booking", {}):
                continue
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            into = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
            driver.execute(into, tuple(row.values()))
    return stray


def lifted(own: Own, steps: Sequence[Migration]) -> Own:
    """Bring rows of an older schema up to the newest, by migrating them in memory."""
    if own.version >= len(steps):
        return own
    driver = dbapi2.connect(":memory:", isolation_level=None)
    try:
        for step in steps[: own.version]:
            run_step(driver, step)
        stray = put_own(driver, own.rows)
        for step in steps[own.version :]:
            run_step(driver, step)
        rows = read_own(driver).rows
    finally:
        driver.close()
    return Own(len(steps), own.generation, rows, own.whole, own.lost | stray, own.numbers)


def merged(main: Own | None, mirror: Own | None) -> Own | None:
    """Join what two files of the newest schema say; None when there is neither.

    The mirror is written after the database, so one that is not behind it is all there was. Otherwise whatever
    either has is kept - to do a thing twice changes nothing, to forget it does - but for what was carried out, and
    what was certainly taken back: the newer file has it no more, or its booking is where nobody asks for it.
    """
    if main is None or mirror is None:
        return main or mirror
    if main.generation is not None and mirror.generation is not None and mirror.generation >= main.generation:
        return mirror
    if main.whole:
        return main
    rows = {table: {**mirror.rows.get(table, {}), **main.rows.get(table, {})} for table in OWN_TABLES}
    for table in ("booking", "record_picture"):
        for key, row in mirror.rows.get(table, {}).items():
            if _changed_at(row) > _changed_at(rows[table][key]):
                rows[table][key] = row
    newer = main.generation is not None and mirror.generation is not None
    rest = _not_taken_back(mirror.rows, main.rows, rows["booking"], main.numbers if newer else None)
    rows["pending_action"] = _either(main.rows, rest, rows["carried_key"])
    for thread in _threads(mirror.rows) - _threads(rows) - main.rows.get("assignment", {}).keys():
        rows["assignment"].pop(thread, None)  # The wish was granted, lost or taken back, and then forgotten.
    for picture in _unsent(mirror.rows) - _pictures(rows) - main.rows.get("record_picture", {}).keys():
        rows["record_picture"].pop(picture)  # The record has it by now, or it was taken back.
    found = numbers_in(main.rows) | numbers_in(mirror.rows)
    generations = [each.generation for each in (main, mirror) if each.generation is not None]
    return Own(main.version, max(generations, default=None), rows, whole=False, lost=main.lost - found)


def _not_taken_back(
    mirror: Rows, main: Rows, bookings: dict[str, Row], numbers: frozenset[int] | None
) -> list[Row]:
    """Return the mirror's actions that may still wait; `numbers` are those the newer file has, if all are known."""

    def may_wait(row: Row) -> bool:
        booking = bookings.get(str(row.get("booking_id")))
        states = _WANTED_IN.get(str(row["kind"]))
        wanted = booking is None or states is None or booking["state"] in states
        return wanted and (numbers is None or _number(row) in numbers)

    here = main.get("pending_action", {})
    return [row for row in _actions(mirror) if str(row["id"]) in here or may_wait(row)]


def _either(main: Rows, rest: list[Row], carried: dict[str, Row]) -> dict[str, Row]:
    """Return what waits in either and was not carried out; of two under one key the one asked for later."""
    waiting: dict[Value, Row] = {}
    for row in sorted((*rest, *_actions(main)), key=_number):
        if row["idempotency_key"] not in carried:
            waiting[row["idempotency_key"]] = row
    return {str(row["id"]): row for row in {_number(row): row for row in waiting.values()}.values()}


def _actions(rows: Rows) -> list[Row]:
    return list(rows.get("pending_action", {}).values())


def _threads(rows: Rows) -> set[str]:
    return {str(row["thread_id"]) for row in _actions(rows) if row.get("thread_id") is not None}


def _pictures(rows: Rows) -> set[str]:
    return {str(row["picture_id"]) for row in _actions(rows) if row.get("picture_id") is not None}


def _unsent(rows: Rows) -> set[str]:
    return {key for key, row in rows.get("record_picture", {}).items() if row["jpeg"] is not None}


def _number(row: Row) -> int:
    return int(row["sequence"] or 0)


def _has_subject(row: Row, rows: Rows) -> bool:
    if row.get("picture_id") is not None and row["picture_id"] not in rows.get("record_picture", {}):
        return False
    if row.get("booking_id") is not None:
        return row["booking_id"] in rows.get("booking", {})
    return row.get("thread_id") in rows.get("assignment", {})


def _changed_at(row: Row) -> int:
    return int(row.get("changed_at") or row.get("made_at") or 0)
