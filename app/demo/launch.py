"""Starts the demo clinic's services beside a console and ends them with it."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.demo.module_command import python_module_command
from app.domain.errors import ErrorKind, KlinikError

_START_SECONDS = 60.0
_END_SECONDS = 10.0


@asynccontextmanager
async def demo_clinic(directory: Path) -> AsyncIterator[Path]:
    """Run `app.demo` with its data in `directory`; yields the settings file for the console.

    Raises KlinikError(SETTINGS_INVALID) when the services do not come up within a minute.
    """
    services = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module; reading its pipe is done in a thread
        [*python_module_command("app.demo"), "--dir", str(directory), "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield await asyncio.wait_for(asyncio.to_thread(_settings_path, services), _START_SECONDS)
    finally:
        services.terminate()
        await asyncio.to_thread(_reap, services)


def _settings_path(services: "subprocess.Popen[bytes]") -> Path:
    for line in services.stdout or ():
        if line.startswith(b"{"):
            return Path(json.loads(line)["settings"])
    raise KlinikError(ErrorKind.SETTINGS_INVALID, "the demo clinic did not start")


def _reap(services: "subprocess.Popen[bytes]") -> None:
    try:
        services.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        services.kill()
        services.wait()
    for pipe in (services.stdin, services.stdout):
        if pipe:
            pipe.close()
