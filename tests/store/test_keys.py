import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.backends import fail, null

from app.domain.errors import ErrorKind, KlinikError
from app.domain.ports.keys import Keys
from app.store.database import open_database
from app.store.keys import FileKeys, OsKeys, database_key


class MemoryKeyring(keyring.backend.KeyringBackend):
    """What a desktop's keyring does, without the desktop."""

    priority = 1.0

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[service, username]


@pytest.fixture(autouse=True)
def own_keyring() -> Iterator[MemoryKeyring]:
    before, memory = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture(params=["os", "file"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Keys:
    return OsKeys("klinikkonsol-test") if request.param == "os" else FileKeys(tmp_path / "keys" / "keys.json")


@pytest.mark.contract
class TestKeys:
    def test_keeps_what_it_is_given(self, keys: Keys) -> None:
        keys.write("a", "hemmelig æøå")
        keys.write("b", "2")
        keys.write("b", "3")
        assert (keys.read("a"), keys.read("b")) == ("hemmelig æøå", "3")

    def test_what_is_deleted_is_gone_and_nothing_else_is(self, keys: Keys) -> None:
        keys.write("a", "1")
        keys.write("b", "2")
        for _ in range(2):
            keys.delete("a")
        assert (keys.read("a"), keys.read("b")) == (None, "2")

    def test_knows_nothing_else(self, keys: Keys) -> None:
        assert keys.read("a") is None


def test_two_services_do_not_meet() -> None:
    OsKeys("one").write("a", "1")
    assert OsKeys("two").read("a") is None


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_no_keyring_is_said_before_anything_is_lost(backend: type, path: Path) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(KlinikError) as failure:
        database_key(OsKeys("klinikkonsol-test"), path)
    assert failure.value.kind is ErrorKind.KEYRING_MISSING


def test_key_file_is_the_users_alone(tmp_path: Path) -> None:
    FileKeys(tmp_path / "keys.json").write("a", "1")
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_a_first_start_makes_a_key_and_later_ones_find_it(keys: Keys, path: Path) -> None:
    key = database_key(keys, path)
    assert len(bytes.fromhex(key)) == 32
    open_database(path, key).close()
    assert database_key(keys, path) == key


def test_keys_are_random(tmp_path: Path) -> None:
    made = {database_key(FileKeys(tmp_path / f"{n}.json"), tmp_path / "none.db") for n in range(5)}
    assert len(made) == 5


def test_a_key_made_before_a_crash_is_used_for_the_file_made_after(keys: Keys, path: Path) -> None:
    assert database_key(keys, path) == database_key(keys, path)


def test_a_database_without_its_key_never_gets_another(keys: Keys, path: Path) -> None:
    open_database(path, "11" * 32).close()
    with pytest.raises(KlinikError) as failure:
        database_key(keys, path)
    assert failure.value.kind is ErrorKind.DATABASE_KEY_MISSING
    assert keys.read("database-key") is None


def test_what_only_the_mirror_has_is_not_closed_off_by_another_key(keys: Keys, path: Path) -> None:
    open_database(path, "11" * 32).close()
    path.unlink()
    with pytest.raises(KlinikError) as failure:
        database_key(keys, path)
    assert failure.value.kind is ErrorKind.DATABASE_KEY_MISSING
