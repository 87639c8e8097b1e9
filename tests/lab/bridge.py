"""The line, a process of its own: joins the TUN devices of three places and does to packets what it is told.

`python -m tests.lab.bridge CLINIC PATIENT SERVICES` (network namespaces) prints `{"ready": true}`, then takes one
JSON object a line on standard input: whose line is how impaired in both directions from now on, answered by what
was carried since the last, and by how many seconds the latest packet came later than it should. It ends when
standard input does.
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
from tests.lab.nat import Nat, inward, outward
from tests.lab.tun import open_tun

CLINIC, PATIENT, SERVICES = 0, 1, 2
"""The places; the third byte of an address of the lab, 10.231.PLACE.x, says in which it is."""
_NETWORK = bytes((10, 231))
_NAT = 200
"""The last byte of the address of a place's NAT."""
_LARGEST = 65536
_AT_ONCE = 64
"""Packets taken from one device before the others get their turn."""

Send = Callable[[int, bytes], None]
Draw = Callable[[], float]


@dataclass(slots=True)
class Line:
    """The line of one place to all the others; `up` leads away from the place."""

    impairment: Impairment = field(default_factory=Impairment)
    up: Direction = field(default_factory=Direction)
    down: Direction = field(default_factory=Direction)
    nat: Nat | None = None


@dataclass(slots=True)
class Bridge:
    """Carries packets between places: over the line of where they come from, then over that of where they go.

    The services have a good line, which is none here.
    """

    send: Send
    draw: Draw
    lines: dict[int, Line] = field(default_factory=lambda: {CLINIC: Line(), PATIENT: Line()})
    waiting: list[tuple[float, int, tuple[int, ...], int, bytes]] = field(default_factory=list)
    number: int = 0
    carried: int = 0
    latest: float = 0.0

    def take(self, place: int, packet: bytes, now: float) -> None:
        """Put a packet that a place sent at `now` (s) on its way, or drop it."""
        header = read_header(packet)
        if header is None or header.destination[:2] != _NETWORK or header.destination[2] > SERVICES:
            return
        to = header.destination[2]
        if to == place:
            return
        if place in self.lines and (nat := self.lines[place].nat) is not None:
            self.lines[place].nat, translated = outward(nat, packet)
            if translated is None:
                return
            packet = translated
        way = tuple(end for end in (place, to) if end in self.lines)
        self._go_on(way, place, packet, now)

    def deliver(self, now: float) -> float | None:
        """Hand over what is due; returns the seconds until the next packet is, None when none is on its way."""
        while self.waiting and self.waiting[0][0] <= now:
            due, _, (crossed, *rest), come_from, packet = heapq.heappop(self.waiting)
            self.latest = max(self.latest, now - due)
            if not self.lines[crossed].impairment.cut:
                self._go_on(tuple(rest), come_from, packet, due)
        return self.waiting[0][0] - now if self.waiting else None

    def change(self, place: int, impairment: Impairment) -> tuple[int, float]:
        """Let a place's line be like this from now on; what was queued on the old one does not block the new one.

        Returns how many packets were taken along since the last change, and how late (s) the latest of them was.
        """
        done = (self.carried, self.latest)
        self.carried, self.latest = 0, 0.0
        line = self.lines[place]
        line.impairment = impairment
        if impairment.nat != (line.nat is not None):
            line.nat = Nat(_NETWORK + bytes((place, _NAT))) if impairment.nat else None
        line.up = Direction(last_due=line.up.last_due)
        line.down = Direction(last_due=line.down.last_due)
        return done

    def _go_on(self, way: tuple[int, ...], come_from: int, packet: bytes, now: float) -> None:
        """Send a packet over the first line of the rest of its way, or hand it over when there is none left."""
        header = read_header(packet)
        assert header is not None
        if not way:
            self._hand_over(header.destination[2], packet)
            return
        line = self.lines[way[0]]
        if not let_through(header, line.impairment):
            return
        dice = Dice(self.draw(), self.draw(), self.draw())
        if way[0] == come_from:
            line.up, due = travel(line.up, line.impairment, len(packet), now, dice)
        else:
            line.down, due = travel(line.down, line.impairment, len(packet), now, dice)
        if due is not None:
            self.number += 1
            heapq.heappush(self.waiting, (due, self.number, way, come_from, packet))

    def _hand_over(self, place: int, packet: bytes) -> None:
        if place in self.lines and (nat := self.lines[place].nat) is not None:
            translated = inward(nat, packet)
            if translated is None:
                return
            packet = translated
        self.carried += 1
        self.send(place, packet)


def to_json(place: int, impairment: Impairment) -> str:
    """Return the impairment of a place's line as one line."""
    return json.dumps({"place": place} | asdict(impairment) | {"udp": impairment.udp.name})


def from_json(line: str) -> tuple[int, Impairment]:
    """Read what `to_json` wrote."""
    entries = json.loads(line)
    place, bursts = entries.pop("place"), entries.pop("bursts")
    entries |= {"udp": Udp[entries["udp"]], "bursts": Bursts(**bursts) if bursts else None}
    return place, Impairment(**entries)


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
                count, latest = bridge.change(*from_json(line.decode()))
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
