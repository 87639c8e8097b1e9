"""One SQLCipher connection: unlocked, set up, and what is known of a file that does not open."""

import re
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, event
from sqlcipher3 import dbapi2

from app.domain.errors import ErrorKind, KlinikError

_BUSY_MILLISECONDS = 5000
_CACHE_KIB = 16 * 1024


def require_key(key: str) -> None:
    """Raise KlinikError(DATABASE_KEY_WRONG) unless a key is 32 bytes as 64 hexadecimal digits."""
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise KlinikError(ErrorKind.DATABASE_KEY_WRONG, "not 64 hexadecimal digits")


def unlock(path: Path, key: str) -> dbapi2.Connection:
    """Connect to a file for reading and writing; whether the key fits is found out by the first statement."""
    return _keyed(dbapi2.connect(path, isolation_level=None), key)


def unlock_to_read(path: Path, key: str) -> dbapi2.Connection:
    """Connect to a file that must not be changed, not even by folding its log in."""
    driver = _keyed(dbapi2.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None), key)
    driver.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    driver.execute("PRAGMA temp_store = MEMORY")
    return driver


def configure(driver: dbapi2.Connection) -> None:
    """Set up what durability and secrecy rest on; raises dbapi2.Error when the file may not be written."""
    driver.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    driver.execute("PRAGMA foreign_keys = ON")
    driver.execute("PRAGMA secure_delete = ON")
    driver.execute("PRAGMA auto_vacuum = INCREMENTAL")
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = FULL")
    # A file that may not be written is told of now, not at the first click.
    driver.execute("BEGIN IMMEDIATE")
    driver.execute("ROLLBACK")


def joined(driver: dbapi2.Connection, begin: str = "BEGIN IMMEDIATE") -> Connection:
    """Return the connection as SQLAlchemy knows it; its transactions take the right to write at once."""
    # hide_parameters: they are patients' data, and would end up in tracebacks.
    engine = create_engine(
        "sqlite://", module=dbapi2, creator=lambda: driver, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine.connect()


def no_page_fits(path: Path, key: str) -> bool:
    """Tell a wrong key, which no page's checksum fits, from damage, which leaves most pages whole."""
    driver = unlock_to_read(path, key)
    try:
        page_size = int(driver.execute("PRAGMA cipher_page_size").fetchone()[0])
        pages = path.stat().st_size // page_size
        said = driver.execute("PRAGMA cipher_integrity_check").fetchall()
    finally:
        driver.close()
    return pages > 0 and sum("HMAC" in str(row[0]) for row in said) >= pages


def _keyed(driver: dbapi2.Connection, key: str) -> dbapi2.Connection:
    driver.execute("PRAGMA cipher_log_level = NONE")
    driver.execute("PRAGMA cipher_memory_security = OFF")
    driver.execute(f"PRAGMA key = \"x'{key}'\"")
    return driver
