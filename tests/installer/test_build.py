"""What goes into the installable folder, as far as it can be told without the minute that building takes."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from build_installer import PARTS, add_licences, data_files, is_unwanted, options, trim
from scripts.translate import DANISH, ROOT, release


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A folder with the program's modules and with the data files that are packed, and nothing else."""
    release(DANISH)
    for path in (*(ROOT / "app").rglob("*.py"), *data_files()):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


async def self_check(folder: Path) -> tuple[int | None, dict[str, bool]]:
    """Let the program in a folder check itself; returns its exit code and which checks it passed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "--self-check"),
        cwd=folder,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await process.communicate()
    lines = [line.partition(":")[0].split(maxsplit=1) for line in output.decode().splitlines()]
    return process.returncode, {name: word == "ok" for word, name in lines}


def test_every_file_beside_the_sources_is_packed() -> None:
    packed = set(data_files())
    beside = {path for path in (ROOT / "app").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path for path in beside if path.suffix != ".py"} <= packed
    resources = {path for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert resources - packed == {DANISH}


async def test_the_program_finds_all_it_needs_in_what_is_packed(packed: Path) -> None:
    code, passed = await self_check(packed)
    assert code == 0
    assert len(passed) == 15
    assert all(passed.values())


async def test_the_self_check_names_what_is_missing(packed: Path) -> None:
    (packed / "app/store/migrations/0001_local_copy.sql").unlink()
    for name in ("translations/klinikkonsol_da.qm", "patient_page/static/call.js", "demo/clinic.toml"):
        (packed / "resources" / name).unlink()
    shutil.rmtree(packed / "resources/icons")
    (packed / "resources/message_templates/reminder.da.toml").write_text("kind = ", encoding="utf-8")
    (packed / "resources/fee_codes.toml").write_text("[[fee]]", encoding="utf-8")
    code, passed = await self_check(packed)
    assert code == 1
    failed = {name for name, well in passed.items() if not well}
    assert failed == {
        *("language", "icons", "database", "patient page", "message templates", "fee codes", "demo clinic")
    }


def test_pyinstaller_is_told_of_data_and_of_parts_started_by_name() -> None:
    told = options(Path("dist"))
    data = {option.removeprefix("--add-data=") for option in told if option.startswith("--add-data=")}
    sql = "app/store/migrations/0001_local_copy.sql"
    assert f"{ROOT / sql}{os.pathsep}app/store/migrations" in data
    assert {f"--hidden-import={part}" for part in PARTS} <= set(told)


@pytest.mark.parametrize(
    ("path", "unwanted"),
    [
        ("_internal/PySide6/Qt/plugins/platformthemes/libqgtk3.so", True),
        ("_internal/libgtk-3.so.0", True),
        ("_internal/PySide6/Qt/lib/libQt6VirtualKeyboard.so.6", True),
        ("_internal/PySide6/Qt/plugins/imageformats/libqpdf.so", True),
        ("_internal/PySide6/Qt/translations/qtbase_de.qm", True),
        ("_internal/PySide6/Qt/translations/qtbase_da.qm", False),
        ("_internal/resources/translations/klinikkonsol_da.qm", False),
        ("_internal/PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("_internal/PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so", False),
        ("_internal/PySide6/Qt/plugins/imageformats/libqsvg.so", False),
        ("klinikkonsol", False),
    ],
)
def test_what_is_unwanted(path: str, unwanted: bool) -> None:
    assert is_unwanted(Path(path)) is unwanted


def test_trimming_takes_files_links_and_emptied_folders(tmp_path: Path) -> None:
    library = tmp_path / "_internal" / "PySide6" / "Qt" / "lib" / "libQt6Pdf.so.6"
    library.parent.mkdir(parents=True)
    library.touch()
    (tmp_path / "_internal" / library.name).symlink_to("PySide6/Qt/lib/libQt6Pdf.so.6")
    program = tmp_path / "klinikkonsol"
    program.touch()
    trim(tmp_path)
    assert list(tmp_path.iterdir()) == [program]


def test_licences_travel_with_the_program(tmp_path: Path) -> None:
    add_licences(Path(sys.prefix), tmp_path / "licences")
    kept = {path.relative_to(tmp_path / "licences").as_posix() for path in (tmp_path / "licences").rglob("*")}
    assert {"NOTICE.txt", "klinikkonsol.txt", "python.txt", "LGPL-3.txt", "GPL-3.txt"} <= kept
    assert any(name.startswith("aiortc-") and name.endswith("LICENSE") for name in kept)
