import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.errors import ErrorKind, KlinikError
from app.store.sole_use import sole_use

HOLD = """
import sys
from pathlib import Path
from app.store.sole_use import sole_use
with sole_use(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_console_is_turned_away_until_the_first_has_ended(tmp_path: Path) -> None:
    with sole_use(tmp_path / "console"):
        with pytest.raises(KlinikError) as refused, sole_use(tmp_path / "console"):
            raise AssertionError("two consoles on one folder")
        with sole_use(tmp_path / "other"):
            pass
    assert refused.value.kind is ErrorKind.ALREADY_RUNNING
    with sole_use(tmp_path / "console"):
        pass


def test_a_console_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(KlinikError), sole_use(tmp_path):
            raise AssertionError("two consoles on one folder")
        other.kill()
    with sole_use(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_left_to_the_database_to_tell(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with sole_use(tmp_path / "file" / "console"):
        pass
