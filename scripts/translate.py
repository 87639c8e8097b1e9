"""Keeps the Danish texts complete: run with `update`, `check` or `release`.

python scripts/translate.py update    read the sources, add new strings to the .ts file, drop those gone
python scripts/translate.py check     fail when a string is untranslated, or the .ts file does not match the sources
python scripts/translate.py release   compile the .ts file to the .qm file the program loads
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "app" / "ui"
DANISH = ROOT / "resources" / "translations" / "klinikkonsol_da.ts"


def main() -> int:
    """Run one command and return the exit status."""
    parser = argparse.ArgumentParser(description="Danish texts of the console.")
    parser.add_argument("command", choices=("update", "check", "release"))
    command = parser.parse_args().command
    if command == "update":
        update(DANISH)
        return 0
    if command == "release":
        release(DANISH)
        return 0
    faults = check(DANISH)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def update(catalogue: Path) -> None:
    """Bring a .ts file in line with the sources; translations of unchanged strings stay."""
    sources = sorted(str(path) for path in SOURCES.rglob("*.py"))
    options = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", "da_DK"]
    _run("pyside6-lupdate", *sources, *options, "-ts", str(catalogue))


def release(catalogue: Path) -> Path:
    """Compile a .ts file; returns the .qm file beside it."""
    compiled = catalogue.with_suffix(".qm")
    _run("pyside6-lrelease", str(catalogue), "-qm", str(compiled))
    return compiled


def check(catalogue: Path) -> list[str]:
    """Return what is wrong with a .ts file: untranslated strings, and strings missing from it or gone."""
    faults = [f"not translated: {context}: {source}" for context, source in unfinished(catalogue)]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / catalogue.name
        shutil.copy(catalogue, fresh)
        update(fresh)
        before, after = set(messages(catalogue)), set(messages(fresh))
    faults += [
        f"not in the catalogue, run update: {context}: {source}" for context, source in sorted(after - before)
    ]
    faults += [
        f"no longer in the sources, run update: {context}: {source}" for context, source in sorted(before - after)
    ]
    return faults


def messages(catalogue: Path) -> list[tuple[str, str]]:
    """Return context and source of every message in a .ts file."""
    return [
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ET.parse(catalogue).getroot().iter("context")
        for message in context.iter("message")
    ]


def unfinished(catalogue: Path) -> list[tuple[str, str]]:
    """Return context and source of every message without a finished translation."""
    return [
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ET.parse(catalogue).getroot().iter("context")
        for message in context.iter("message")
        if not _finished(message.find("translation"))
    ]


def _finished(translation: ET.Element | None) -> bool:
    if translation is None or translation.get("type") == "unfinished":
        return False
    forms = translation.findall("numerusform")
    return all(form.text for form in forms) if forms else bool(translation.text)


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(tool)
    found = str(program) if program.exists() else shutil.which(tool)
    if found is None:
        raise SystemExit(f"{tool} is not installed")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{tool} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    raise SystemExit(main())
