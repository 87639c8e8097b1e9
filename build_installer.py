"""Builds the installable program: one folder with everything in it, checked by the program itself before it counts.

python build_installer.py    makes dist/klinikkonsol for the system it runs on (proved on Linux x86-64)

One folder and not one file: whoever gets it may exchange Qt's libraries, as the LGPL wants.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.translate import DANISH, ROOT, release

NAME = "klinikkonsol"
START = ROOT / "scripts" / "installed.py"
PARTS = ("app.__main__", "app.demo.__main__", "app.room.__main__")
"""What the program starts by name, so that PyInstaller cannot find it by reading imports."""
DATA = ("resources", "app/store/migrations")
"""Folders that the program reads files from."""
SOURCES_ONLY = (".ts",)
"""Files among the data that only the making of the program needs."""
UNWANTED = ("gtk-3", "gdk-3", "qgtk3", "virtualkeyboard", "qt6pdf", "qpdf", "eglfs", "linuxfb", "qvnc", "qminimal")
"""Parts of Qt that PyInstaller finds and we do not use; the virtual keyboard is not even LGPL.

Quick and Qml look as superfluous and are not: Qt's multimedia plugin is linked to them.
"""
LANGUAGES = ("_da.qm", "_en.qm")
NOTICE = ROOT / "resources" / "licences" / "NOTICE.txt"
LICENCE_TEXTS = Path("/usr/share/common-licenses")
"""Where Debian keeps the texts of the common licences; Qt's and FFmpeg's wheels do not bring theirs."""
COMMON_LICENCES = ("LGPL-3", "GPL-3", "LGPL-2.1", "GPL-2", "Apache-2.0")
LICENCE_NAMES = ("LICEN", "COPYING", "NOTICE")


def main() -> None:
    """Build, trim and check; ends with an exit status of its own when a step fails."""
    environment = ROOT / "build" / "installer-env"
    install_tools(environment)
    release(DANISH)
    folder = build(environment, ROOT / "dist")
    trim(folder)
    add_licences(environment, folder / "licences")
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(f"{folder.relative_to(ROOT)}: {size / 1e6:.0f} MB\n")
    sys.stdout.flush()
    self_check(folder)


def install_tools(environment: Path) -> None:
    """Bring the program's packages and PyInstaller, and no test tools, into an environment of their own."""
    uv = shutil.which("uv", path=os.pathsep.join((str(ROOT / ".uv" / "bin"), os.environ.get("PATH", ""))))
    if uv is None:
        raise SystemExit("uv is not installed; run scripts/setup.sh")
    asked = ("--frozen", "--quiet", "--no-default-groups", "--group=installer", f"--python={sys.executable}")
    places = {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON_DOWNLOADS": "never"}
    run(uv, "sync", *asked, environment=os.environ | places)


def build(environment: Path, dist: Path) -> Path:
    """Freeze the program; returns the folder it is in."""
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(str(python), "-m", "PyInstaller", *options(dist), str(START))
    return dist / NAME


def options(dist: Path) -> list[str]:
    """Return PyInstaller's command line but for the script."""
    work = ROOT / "build" / "installer"
    data = [f"--add-data={path}{os.pathsep}{path.parent.relative_to(ROOT)}" for path in data_files()]
    return [
        *("--noconfirm", "--log-level=WARN", "--windowed", f"--name={NAME}", f"--paths={ROOT}"),
        *(f"--distpath={dist}", f"--workpath={work}", f"--specpath={work}"),
        *("--hidden-import=tzdata", "--collect-data=tzdata"),
        *(f"--hidden-import={part}" for part in PARTS),
        *data,
    ]


def data_files() -> Iterator[Path]:
    """Every file that the program reads."""
    for folder in DATA:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in SOURCES_ONLY:
                yield path


def trim(folder: Path) -> None:
    """Delete what came along unasked."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if not path.is_dir() and is_unwanted(path.relative_to(folder)):
            path.unlink()
        elif path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def is_unwanted(path: Path) -> bool:
    """Whether a file, given by its path in the folder, is of no use to this program."""
    if path.parent.name == "translations" and "Qt" in path.parts:
        return not path.name.endswith(LANGUAGES)
    return any(part in path.as_posix().lower() for part in UNWANTED)


def add_licences(environment: Path, target: Path) -> None:
    """Put the licence texts of all that is in the folder beside it."""
    target.mkdir()
    shutil.copy(NOTICE, target)
    shutil.copy(ROOT / "LICENSE", target / f"{NAME}.txt")
    shutil.copy(Path(os.__file__).with_name("LICENSE.txt"), target / "python.txt")
    for name in COMMON_LICENCES:
        shutil.copy(LICENCE_TEXTS / name, target / f"{name}.txt")
    (packages,) = environment.rglob("site-packages")
    for text in packages.glob("*.dist-info/**/*"):
        if text.is_file() and text.name.upper().startswith(LICENCE_NAMES):
            package, *folders = text.relative_to(packages).parts
            kept = target.joinpath(package.removesuffix(".dist-info"), *folders)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(text, kept)


def self_check(folder: Path) -> None:
    """Let the program check itself with nothing of this project in reach, and on a screen where there is one."""
    screen, platform = (("xvfb-run", "-a"), "xcb") if shutil.which("xvfb-run") else ((), "offscreen")
    with tempfile.TemporaryDirectory() as home:
        bare = {"HOME": home, "LANG": "C.UTF-8", "PATH": os.defpath, "QT_QPA_PLATFORM": platform}
        run(*screen, str(folder / NAME), "--self-check", cwd=Path(home), environment=bare)


def run(*command: str, cwd: Path = ROOT, environment: Mapping[str, str] = os.environ) -> None:
    """Run a command; ends this program when it fails."""
    if subprocess.run(command, cwd=cwd, env=environment, check=False).returncode:  # noqa: S603 - our own commands
        raise SystemExit(f"{Path(command[0]).name} failed")


if __name__ == "__main__":
    main()
