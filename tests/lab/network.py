"""Three places and the line between them: the clinic, a TURN server on good lines, and the patient on a bad one."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.driver.console import PROJECT
from tests.driver.processes import end_process, read_ready_line
from tests.lab.bridge import to_json
from tests.lab.link import Impairment
from tests.lab.namespaces import ip, namespaces
from tests.lab.tun import inside

CLINIC_ADDRESS = "10.231.0.1"
TURN_ADDRESS = "10.231.2.1"
_PATIENT_ADDRESSES = ("10.231.1.1", "10.231.1.2", "10.231.1.3")


@dataclass(slots=True)
class Network:
    """The line, and the names of the namespaces at its ends; `impair` changes it while it carries."""

    clinic: str
    patient: str
    turn: str
    line: asyncio.subprocess.Process
    moves: int = 0
    latest: float = 0.0
    """Seconds by which the line itself was late at worst: a busy machine makes it worse than it is told to be."""

    async def impair(self, impairment: Impairment) -> None:
        """Let the line be like this; it is when this returns."""
        assert self.line.stdin is not None
        assert self.line.stdout is not None
        self.line.stdin.write(to_json(impairment).encode() + b"\n")
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
    with namespaces("cpt") as (clinic, patient, turn):
        line = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.lab.bridge", clinic, patient, turn),
            cwd=PROJECT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            await read_ready_line(line)
            ends = ((clinic, CLINIC_ADDRESS), (patient, _PATIENT_ADDRESSES[0]), (turn, TURN_ADDRESS))
            for namespace, address in ends:
                ip("-n", namespace, "addr", "add", f"{address}/32", "dev", "line")
                ip("-n", namespace, "link", "set", "line", "up", "mtu", "1400")
                ip("-n", namespace, "route", "add", "default", "dev", "line", "src", address)
            with inside(clinic):
                yield Network(clinic, patient, turn, line)
        finally:
            await end_process(line)
