"""What was chosen is there again after a restart, and nothing in the file can stop the program."""

import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.domain.devices import Choice, Remembered
from app.store.device_memory import FileDeviceMemory, decoded, encoded
from app.store.files import Files

NAMES = st.text(max_size=20)
PLACES = st.lists(
    st.builds(Remembered, st.frozensets(NAMES, max_size=5), st.builds(Choice, NAMES, NAMES, NAMES)), max_size=6
).map(tuple)


@given(PLACES)
def test_what_is_written_is_read(places: tuple[Remembered, ...]) -> None:
    assert decoded(encoded(places)) == places


@given(st.one_of(st.binary(), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.sampled_from(["place", "camera", "x"]), inner)),
).map(lambda value: repr(value).replace("'", '"').encode(errors="replace"))))  # fmt: skip
def test_no_content_raises(data: bytes) -> None:
    assert isinstance(decoded(data), tuple)


def test_it_is_kept_in_a_file_for_this_user_alone_that_a_wipe_takes(tmp_path: Path) -> None:
    files = Files(tmp_path / "console.db")
    memory = FileDeviceMemory(files.devices)
    assert memory.read() == ()
    places = (Remembered(frozenset({"camera: Brio"}), Choice("Brio")),)
    memory.write(places)
    assert FileDeviceMemory(files.devices).read() == places
    assert stat.S_IMODE(files.devices.stat().st_mode) == 0o600
    files.remove_everything()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_kept_is_lost_without_a_word_to_the_user(tmp_path: Path) -> None:
    memory = FileDeviceMemory(tmp_path / "no folder" / "console.db.devices")
    memory.write((Remembered(frozenset(), Choice()),))
    assert memory.read() == ()
