"""An accepted click survives kill -9 at any instruction, and half a click is none."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.ids import BookingId
from app.store.database import open_database
from app.store.local_store import LocalStore
from tests.store.builders import KEY, SettableClock
from tests.store.victim import KINDS


def killed_after(path: Path, when: str, lines: int) -> list[str]:
    """Start a victim, read so many lines of it, kill it; returns every line it managed to write."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.store.victim", str(path), when],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(lines)]
        victim.kill()
        said += victim.stdout.readlines()
    return [line.strip() for line in said if line.endswith("\n")]


async def bookings_and_actions(path: Path) -> dict[str, int]:
    """How many actions each booking in the file has."""
    database = open_database(path, KEY)
    store = LocalStore(database, SettableClock())
    found = {booking.id: 0 for booking in await store.live_bookings()}
    rows = await database.run(
        lambda c: c.exec_driver_sql("SELECT booking_id, count(*) FROM pending_action GROUP BY booking_id").all()
    )
    integrity = await database.run(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    database.close()
    assert integrity == "ok"
    return found | {BookingId(booking_id): number for booking_id, number in rows}


async def test_killed_right_after_the_call_returned(path: Path) -> None:
    [booking_id] = killed_after(path, "after", 1)
    assert await bookings_and_actions(path) == {booking_id: len(KINDS)}


async def test_killed_in_the_middle_of_the_transaction(path: Path) -> None:
    assert killed_after(path, "inside", 1) == ["inside"]
    assert await bookings_and_actions(path) == {}


@pytest.mark.parametrize("lines", [3, 20, 41])
async def test_killed_anywhere(path: Path, lines: int) -> None:
    told = killed_after(path, "many", lines)
    kept = await bookings_and_actions(path)
    assert len(told) >= lines
    assert set(told) <= kept.keys()
    assert len(kept) <= len(told) + 1
    assert set(kept.values()) == {len(KINDS)}
