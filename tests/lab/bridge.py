"""The line, a process of its own: joins the TUN devices of three places and does to packets what it is told.

`python -m tests.lab.bridge CLINIC PATIENT TURN` (network namespaces) prints `{"ready": true}`, then takes one JSON
object a line on standard input: the impairment of both directions from now on, answered by what was carried since
the last, and by how many seconds the latest packet came later than it should. It ends when standard input does.
"""

import heapq
import json
import os
import random
import select
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from tests.lab.link import Bursts, Dice, Direction, Impairment, Udp, let_through, read_header, travel
from tests.lab.tun import open_tun

CLINIC, PATIENT, TURN = 0, 1, 2
"""The places; the third byte of an address of the lab, 10.231.PLACE.x, says in which it is."""
_NETWORK = bytes((10, 231))
_LARGEST = 65536
_AT_ONCE = 64
"""Packets taken from one device before the others get their turn."""

Send = Callable[[int, bytes], None]
Draw = Callable[[], float]


@dataclass(slots=True)
class Bridge:
    """Carries packets between places; only what comes from or goes to the patient crosses the bad line."""

    send: Send
    draw: Draw
    impairment: Impairment = field(default_factory=Impairment)
    up: Direction = field(default_factory=Direction)
    down: Direction = field(default_factory=Direction)
    waiting: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    number: int = 0
    carried: int = 0
    latest: float = 0.0

    def take(self, place: int, packet: bytes, now: float) -> None:
        """Put a packet that a place sent at `now` (s) on its way, or drop it."""
        header = read_header(packet)
        if header is None or header.destination[:2] != _NETWORK or header.destination[2] > TURN:
            return
        to = header.destination[2]
        if PATIENT not in (place, to):
            self.send(to, packet)
            return
        if not let_through(header, self.impairment):
            return
        upward = place == PATIENT
        dice = Dice(self.draw(), self.draw(), self.draw())
        before = self.up if upward else self.down
        after, due = travel(before, self.impairment, len(packet), now, dice)
        if upward:
            self.up = after
        else:
            self.down = after
        if due is not None:
            self.number += 1
            self.carried += 1
            heapq.heappush(self.waiting, (due, self.number, to, packet))

    def deliver(self, now: float) -> float | None:
        """Hand over what is due; returns the seconds until the next packet is, None when none is on its way."""
        while self.waiting and self.waiting[0][0] <= now:
            due, _, to, packet = heapq.heappop(self.waiting)
            self.latest = max(self.latest, now - due)
            if not self.impairment.cut:
                self.send(to, packet)
        return self.waiting[0][0] - now if self.waiting else None

    def change(self, impairment: Impairment) -> tuple[int, float]:
        """Let the line be like this from now on; what was queued on the old one does not block the new one.

        Returns how many packets were taken along since the last change, and how late (s) the latest of them was.
        """
        done = (self.carried, self.latest)
        self.carried, self.latest = 0, 0.0
        self.impairment = impairment
        self.up = Direction(last_due=self.up.last_due)
        self.down = Direction(last_due=self.down.last_due)
        return done


def to_json(impairment: Impairment) -> str:
    """Return an impairment as one line."""
    return json.dumps(asdict(impairment) | {"udp": impairment.udp.name})


def from_json(line: str) -> Impairment:
    """Read what `to_json` wrote."""
    entries = json.loads(line)
    bursts = entries.pop("bursts")
    return Impairment(**entries | {"udp": Udp[entries["udp"]], "bursts": Bursts(**bursts) if bursts else None})


def carry(devices: dict[int, int], control: int) -> None:
    """Carry packets between the devices (place: file) until `control` ends."""
    chance = random.Random(1)
    bridge = Bridge(lambda place, packet: _write(devices[place], packet), chance.random)
    poll = select.epoll()
    places = {file: place for place, file in devices.items()}
    for file in (*places, control):
        poll.register(file, select.EPOLLIN)
    told = b""
    wait: float | None = None
    while True:
        for file, _ in poll.poll(wait):
            if file != control:
                _read_all(bridge, places[file], file)
                continue
            read = os.read(control, _LARGEST)
            if not read:
                return
            *lines, told = (told + read).split(b"\n")
            for line in lines:
                count, latest = bridge.change(from_json(line.decode()))
                print(json.dumps({"carried": count, "latest": latest}), flush=True)
        wait = bridge.deliver(time.monotonic())


def _read_all(bridge: Bridge, place: int, file: int) -> None:
    for _ in range(_AT_ONCE):
        try:
            packet = os.read(file, _LARGEST)
        except BlockingIOError:
            return
        bridge.take(place, packet, time.monotonic())


def _write(file: int, packet: bytes) -> None:
    """Hand a packet to the kernel; one that it does not take (a full queue, a device that is down) is lost."""
    try:
        os.write(file, packet)
    except OSError:
        return


def main() -> int:
    """Open the devices and carry until told to end; returns the exit code."""
    # A line does not wait for the processor, however busy the two ends keep it.
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    namespaces = sys.argv[1:4]
    devices = {place: open_tun(namespace, "line") for place, namespace in enumerate(namespaces)}
    print(json.dumps({"ready": True}), flush=True)
    carry(devices, sys.stdin.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
