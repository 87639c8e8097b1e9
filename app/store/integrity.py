"""Reads a whole database file and tells whether it is sound; takes seconds for a large one, and holds nobody up."""

from sqlalchemy import Connection

_FITS_TOGETHER = (
    "PRAGMA quick_check",
    "PRAGMA integrity_check(pending_action)",
    "PRAGMA integrity_check(assignment)",
    "PRAGMA integrity_check(booking)",
    "PRAGMA integrity_check(record_picture)",
)


def is_sound(connection: Connection) -> bool:
    """Tell whether every page is as it was written, and what is in them fits together.

    The connection is one that only reads. A page that is being written at the very moment may look damaged, so one
    counts as such when it is found damaged twice.
    """
    if _unreadable(connection) & _unreadable(connection):
        return False
    if any(connection.exec_driver_sql(check).scalar() != "ok" for check in _FITS_TOGETHER):
        return False
    return not connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()


def _unreadable(connection: Connection) -> set[str]:
    return {str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")}
