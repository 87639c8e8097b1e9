"""A file with any of its bits turned opens, or is made anew, with everything that only this PC knows."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind
from app.store.database import open_database
from app.store.files import Files, with_side_files
from app.store.local_store import LocalStore
from tests.store.builders import KEY, SettableClock, a_booking, put
from tests.store.schema_files import fill
from tests.store.spoiling import OWN, PAGE, copied, cut, flip, opened, ours, report, spoil

FLIPS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), min_size=1, max_size=6)
PAGES = st.lists(st.floats(0, 1, exclude_max=True), max_size=20)


@settings(max_examples=60)
@example(flips=[(0.0, 0)], pages=[])
@given(flips=FLIPS, pages=PAGES)
def test_any_damage_leaves_all_that_is_ours(
    clinic: Path, flips: list[tuple[float, int]], pages: list[float]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = copied(clinic, Path(folder))

        def change(data: bytearray) -> None:
            for where, bit in flips:
                data[int(where * len(data))] ^= 1 << bit
            for where in pages:
                start = int(where * len(data) / PAGE) * PAGE
                data[start : start + PAGE] = bytes(PAGE)

        spoil(path, change)
        assert opened(path) is None
        assert ours(path) == ours(clinic)
        assert report(path)["lost_actions"] == 0


@settings(max_examples=40)
@given(pages=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3))
def test_without_a_mirror_nothing_that_can_be_read_is_lost_and_what_is_lost_is_told(
    clinic: Path, pages: list[float]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = copied(clinic, Path(folder), mirror=False)
        count = path.stat().st_size // PAGE
        bad = {1 + int(where * (count - 1)) for where in pages}
        spoil(path, flip(*(page * PAGE + 99 for page in bad)))
        assert opened(path) is None
        before, after = ours(clinic), ours(path)
        for table in OWN:
            assert [row for row in after[table] if row not in before[table]] == []
        gone = len(before["pending_action"]) - len(after["pending_action"])
        lost = report(path)["lost_actions"]
        assert gone <= lost or (after["pending_action"] == [] and lost == 1), "how many there were, nobody knows"
        if not Files(path).set_aside():
            assert after == before, "only what is never read at a start was damaged"


@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.5123])
def test_a_truncated_or_empty_file(clinic: Path, tmp_path: Path, part: float) -> None:
    path = copied(clinic, tmp_path)
    spoilt = spoil(path, cut(part))
    assert opened(path) is None
    assert ours(path) == ours(clinic)
    [aside] = Files(path).set_aside()
    assert aside.read_bytes() == spoilt


def test_a_file_that_is_gone(clinic: Path, tmp_path: Path) -> None:
    path = copied(clinic, tmp_path)
    path.unlink()
    assert opened(path) is None
    assert ours(path) == ours(clinic)


def test_rubbish_without_a_mirror_is_set_aside_and_said_to_have_lost_something(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    path.write_bytes(b"not a database at all")
    assert opened(path) is None
    assert report(path)["lost_actions"] > 0
    assert [each.read_bytes() for each in Files(path).set_aside()] == [b"not a database at all"]


@pytest.mark.parametrize("part", [1.0, 0.5123])
@pytest.mark.parametrize("marked", [False, True])
def test_a_wrong_key_changes_nothing(clinic: Path, tmp_path: Path, part: float, marked: bool) -> None:
    path = copied(clinic, tmp_path)
    spoil(path, cut(part))
    if marked:
        Files(path).repair_wanted.touch()
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert opened(path, "00" * 32) is ErrorKind.DATABASE_KEY_WRONG
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
    assert opened(path) is None
    assert ours(path) == ours(clinic)


@pytest.mark.parametrize("where", [0.02, 0.3, 0.9])
async def test_a_torn_log(tmp_path: Path, where: float) -> None:
    running, path = tmp_path / "running.db", tmp_path / "clinic.db"
    database = open_database(running, KEY)
    store = LocalStore(database, SettableClock())
    await fill(store)
    await put(store, a_booking(), ActionKind.ENSURE_ROOM)
    database.close()
    database = open_database(running, KEY)
    store = LocalStore(database, SettableClock())
    for _ in range(5):
        await put(store, a_booking(), ActionKind.ENSURE_ROOM)
    await database.mirrored()
    for old in (running, Files(running).mirror):
        for each in with_side_files(old):
            if each.exists() and not each.name.endswith("-shm"):
                shutil.copyfile(each, each.with_name(each.name.replace("running", "clinic")))
    database.close()
    log = path.with_name(path.name + "-wal")
    spoil(log, flip(int(log.stat().st_size * where)))
    assert opened(path) is None
    assert ours(path) == ours(running)
