"""How the installed program starts itself, its services, and other programs."""

import asyncio
import os
import sys

import pytest

from app.demo.module_command import RUN_MODULE, python_module_command
from scripts.installed import SERVICES, restore_environment


async def start(*arguments: str) -> tuple[int | None, str]:
    """Run what the installed program runs, from the sources; returns its exit code and all it wrote."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.installed", *arguments),
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_without_a_module_it_is_the_console() -> None:
    code, said = await start("--help")
    assert code == 0
    assert "--self-check" in said


@pytest.mark.parametrize("service", SERVICES)
async def test_services_get_their_own_arguments(service: str) -> None:
    code, said = await start(RUN_MODULE, service, "--help")
    assert code == 0
    assert f"usage: python -m {service}" in said


@pytest.mark.parametrize("wrong", [(), ("app.store",), ("os",)])
async def test_nothing_but_a_service_is_run(wrong: tuple[str, ...]) -> None:
    code, said = await start(RUN_MODULE, *wrong)
    assert code == 1
    assert "app.demo or app.room" in said


def test_a_module_is_run_by_the_interpreter_or_by_the_program_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert python_module_command("app.room") == [sys.executable, "-m", "app.room"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/klinikkonsol/klinikkonsol")
    assert python_module_command("app.room") == ["/opt/klinikkonsol/klinikkonsol", RUN_MODULE, "app.room"]


@pytest.mark.parametrize("before", [None, "/usr/local/lib"])
def test_other_programs_do_not_get_our_libraries(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/klinikkonsol/_internal")
    if before is None:
        monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    else:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    restore_environment()
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
