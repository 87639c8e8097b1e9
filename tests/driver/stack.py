"""The demo clinic's services as processes of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.driver.console import PROJECT
from tests.driver.processes import end_process, read_ready_line


@dataclass(frozen=True, slots=True)
class Stack:
    """Where the practice system, the gateway, the patient's phone and the room service answer."""

    pid: int
    settings: Path
    practice: str
    sms: str
    phone: str
    room: str
    consoles: dict[str, Path]
    """The settings file of each who works there, by the first part of their id."""

    @property
    def headers(self) -> dict[str, str]:
        """What lets a person, or a test, into the practice system."""
        token = (self.settings.parent / "practice.token").read_text(encoding="utf-8").strip()
        return {"Authorization": f"Bearer {token}"}

    async def resources(self, resource_type: str, **query: str) -> list[dict[str, Any]]:
        """Return what the practice system holds of a type."""
        address = f"{self.practice}/{resource_type}"
        async with (
            aiohttp.ClientSession(headers=self.headers, raise_for_status=True) as session,
            session.get(address, params={"_count": "1000", **query}) as answer,
        ):
            bundle = await answer.json(content_type=None)
        return [entry["resource"] for entry in bundle.get("entry", [])]

    async def put(self, resource: dict[str, Any]) -> None:
        """Change a resource as another program of the clinic does, in place of the version it holds."""
        headers = self.headers | {"If-Match": f'W/"{resource["meta"]["versionId"]}"'}
        address = f"{self.practice}/{resource['resourceType']}/{resource['id']}"
        async with (
            aiohttp.ClientSession(headers=headers, raise_for_status=True) as session,
            session.put(address, json=resource),
        ):
            pass

    async def fault(self, service: str, **fault: object) -> None:
        """Set a fault of the practice system (`practice`) or the gateway (`sms`); mode none ends it."""
        base = (self.practice if service == "practice" else self.sms).removesuffix("/fhir")
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{base}/demo/faults", json=fault, raise_for_status=True),
        ):
            pass

    def kill_room_service(self) -> None:
        """Let the room service die without a warning, as of a power cut; only a new stack brings it back."""
        (room,) = (child for child in psutil.Process(self.pid).children() if "app.room" in child.cmdline())
        room.kill()


@asynccontextmanager
async def running_stack(directory: Path, *options: str) -> AsyncIterator[Stack]:
    """Start all demo services with their data in `directory`, and end them."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "services.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.demo", "--dir", str(directory), *options),
            cwd=PROJECT,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        ready = await read_ready_line(process)
        services = {name: ready[name] for name in ("practice", "sms", "phone", "room")}
        consoles = {one["id"].partition("-")[0]: Path(one["settings"]) for one in ready["consoles"]}
        yield Stack(process.pid, Path(ready["settings"]), **services, consoles=consoles)
    finally:
        await end_process(process)
