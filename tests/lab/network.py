"""Three places and the lines between them: the clinic, the patient, and services whose line is always good."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.driver.console import PROJECT
from tests.driver.processes import end_process, read_ready_line
from tests.lab.bridge import CLINIC, PATIENT, to_json
from tests.lab.link import Impairment
from tests.lab.namespaces import ip, namespaces
from tests.lab.tun import inside

CLINIC_ADDRESS = "10.231.0.1"
TURN_ADDRESS = "10.231.2.1"
ROOM_ADDRESS = "10.231.2.2"
_PATIENT_ADDRESSES = ("10.231.1.1", "10.231.1.2", "10.231.1.3")


@dataclass(slots=True)
class Network:
    """The lines, and the names of the namespaces at their ends; they change while they carry."""

    clinic: str
    patient: str
    services: str
    line: asyncio.subprocess.Process
    moves: int = 0
    latest: float = 0.0
    """Seconds by which the line itself was late at worst: a busy machine makes it worse than it is told to be."""

    async def impair(self, impairment: Impairment) -> None:
        """Let the patient's line be like this; it is when this returns."""
        await self._change(PATIENT, impairment)

    async def impair_clinic(self, impairment: Impairment) -> None:
        """Let the clinic's line be like this, to the patient and to all the services; it is when this returns."""
        await self._change(CLINIC, impairment)

    def unplug_clinic(self) -> None:
        """Take the clinic's address away, as when the cable is pulled."""
        ip("-n", self.clinic, "addr", "flush", "dev", "line")

    def plug_clinic_in(self) -> None:
        """Give the clinic the address that it had."""
        _settle(self.clinic, CLINIC_ADDRESS)

    def hide(self, service: str) -> None:
        """Let nothing that is sent to a service's address arrive, and nobody say so."""
        ip("-n", self.services, "addr", "del", f"{service}/32", "dev", "line")

    def unhide(self, service: str) -> None:
        """Let a hidden service be reached again."""
        ip("-n", self.services, "addr", "add", f"{service}/32", "dev", "line")

    async def _change(self, place: int, impairment: Impairment) -> None:
        assert self.line.stdin is not None
        assert self.line.stdout is not None
        self.line.stdin.write(to_json(place, impairment).encode() + b"\n")
        await self.line.stdin.drain()
        told = json.loads(await asyncio.wait_for(self.line.stdout.readline(), 10))
        self.latest = max(self.latest, told["latest"])

    def move_patient(self) -> None:
        """Give the patient another address, as when a telephone goes from one network to another."""
        old = _PATIENT_ADDRESSES[self.moves % len(_PATIENT_ADDRESSES)]
        self.moves += 1
        new = _PATIENT_ADDRESSES[self.moves % len(_PATIENT_ADDRESSES)]
        ip("-n", self.patient, "addr", "del", f"{old}/32", "dev", "line")
        ip("-n", self.patient, "addr", "add", f"{new}/32", "dev", "line")
        ip("-n", self.patient, "route", "replace", "default", "dev", "line", "src", new)


@asynccontextmanager
async def lab_network() -> AsyncIterator[Network]:
    """Build the places and the line, and stand in the clinic while it lasts: processes started here live there.

    Raises LabError or OSError. Nothing but the lab's own addresses can be reached.
    """
    with namespaces("cps") as (clinic, patient, services):
        line = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.lab.bridge", clinic, patient, services),
            cwd=PROJECT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await read_ready_line(line)
            for namespace in (clinic, patient, services):
                ip("-n", namespace, "link", "set", "line", "up", "mtu", "1400")
            _settle(clinic, CLINIC_ADDRESS)
            _settle(patient, _PATIENT_ADDRESSES[0])
            _settle(services, TURN_ADDRESS, ROOM_ADDRESS)
            with inside(clinic):
                yield Network(clinic, patient, services, line)
        finally:
            await end_process(line)


def _settle(namespace: str, *addresses: str) -> None:
    for address in addresses:
        ip("-n", namespace, "addr", "add", f"{address}/32", "dev", "line")
    ip("-n", namespace, "route", "replace", "default", "dev", "line", "src", addresses[0])
