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
async def demo_clinic(directory: Path, user: str = "") -> AsyncIterator[Path]:
    """Run `app.demo` with its data in `directory`; yields the settings file for the console.

    `user` is whose console it is: a practitioner's id, its first part (`lone`) or a role (`secretary`); the
    clinic's first doctor's when empty. Several consoles meet in one clinic: the second finds the services of the
    first, and keeps them running when the first ends. Raises KlinikError(SETTINGS_INVALID) when the services do
    not come up within a minute, or nobody of that name works there.
    """
    services = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module; reading its pipe is done in a thread
        [*python_module_command("app.demo"), "--dir", str(directory), "--with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield await asyncio.wait_for(asyncio.to_thread(_settings_path, services, user), _START_SECONDS)
    finally:
        services.terminate()
        await asyncio.to_thread(_reap, services)


def _settings_path(services: "subprocess.Popen[bytes]", user: str) -> Path:
    for line in services.stdout or ():
        if line.startswith(b"{"):
            return _settings_of(json.loads(line)["consoles"], user)
    raise KlinikError(ErrorKind.SETTINGS_INVALID, "the demo clinic did not start")


def _settings_of(consoles: list[dict[str, str]], user: str) -> Path:
    for console in consoles:
        if user in ("", console["id"], console["id"].partition("-")[0], console["role"]):
            return Path(console["settings"])
    names = ", ".join(console["id"].partition("-")[0] for console in consoles)
    raise KlinikError(ErrorKind.SETTINGS_INVALID, f"at the demo clinic work {names}")


def _reap(services: "subprocess.Popen[bytes]") -> None:
    try:
        services.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        services.kill()
        services.wait()
    for pipe in (services.stdin, services.stdout):
        if pipe:
            pipe.close()
