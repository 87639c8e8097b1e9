"""A clinic of many thousand patients, for benchmarks and for trying the console at full size.

`python -m app.demo.large_clinic --dir DIR` fills DIR; `python -m app.demo --dir DIR` then runs it.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from app.demo.large_calendar import calendar_events
from app.demo.large_letters import Event, Letters
from app.demo.neighbours import neighbours
from app.demo.practice_system.store import ResourceStore
from app.demo.seed_files import DemoPatient, SeedFiles, read_seed_files
from app.demo.seed_resources import organization, patient, practitioner, schedule
from app.demo.sole_stack import SoleStack
from app.domain.clinic_time import clinic_date, clinic_local, utc_now

SPAN = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True)
class Size:
    """How many resources of each kind; the clinic, its staff and the demo's own patients come on top."""

    patients: int = 8_000
    messages: int = 50_000
    slots: int = 26_000
    appointments: int = 16_000


def fill(store: ResourceStore, size: Size, now: datetime, number: int = 1) -> int:
    """Fill an empty practice system and return how many resources it then has.

    The same `size`, `now` and `number` always give the same. Raises ValueError when the store is not empty, nobody
    is to write the messages or hold the appointments, or the calendar has no room for so many slots.
    """
    if store.newest_seq():
        raise ValueError("the practice system is not empty")
    if not size.patients and (size.messages or size.appointments):
        raise ValueError("messages and appointments need patients")
    files = read_seed_files()
    local, since = clinic_local(now), clinic_local(now - SPAN)
    people = neighbours(size.patients, clinic_date(now))
    clinicians = [person for person in files.practitioners if person.slot_minutes]
    letters = Letters(people, clinicians, files.organization.id, now=local, number=number)
    events = [
        *_people(files, people, since, now, number),
        *letters.events(size.messages, since),
        *calendar_events(
            size.slots,
            size.appointments,
            patients=people,
            clinicians=clinicians,
            reasons=files.reasons,
            since=since,
            now=local,
            number=number,
        ),
    ]
    events.sort(key=lambda event: event[0])
    return store.load((at, write()) for at, write in events)


def _people(
    files: SeedFiles, people: Sequence[DemoPatient], since: datetime, now: datetime, number: int
) -> Iterator[Event]:
    rng = random.Random(f"{number}:people")  # noqa: S311 - a plan, not a secret
    first, last = int(since.timestamp() * 1000), int(now.timestamp() * 1000)
    yield first, partial(organization, files.organization)
    for person in files.practitioners:
        yield first, partial(practitioner, person)
        if person.slot_minutes:
            yield first, partial(schedule, person)
    for one in (*files.patients, *people):
        yield rng.randint(first, last), partial(patient, one, files.organization.id)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill a directory's practice system; returns the exit code."""
    options = _parse_options(arguments)
    size = Size(options.patients, options.messages, options.slots, options.appointments)
    start = time.monotonic()
    with closing(SoleStack(options.dir)) as sole:
        if not sole.take():
            sys.stderr.write("a demo is running in this directory\n")
            return 1
        with closing(ResourceStore(options.dir / "practice.db", utc_now)) as store:
            try:
                count = fill(store, size, utc_now(), options.seed)
            except ValueError as error:
                sys.stderr.write(f"{error}\n")
                return 1
    sys.stdout.write(f"{count} resources in {time.monotonic() - start:.1f} s\n")
    return 0


def _parse_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m app.demo.large_clinic", description="Fill the demo's practice system with a large clinic."
    )
    parser.add_argument("--dir", type=Path, required=True, help="the demo's directory, without a practice system")
    whole = Size()
    for name in ("patients", "messages", "slots", "appointments"):
        default = getattr(whole, name)
        parser.add_argument(f"--{name}", type=_count, default=default, help=f"how many (default {default})")
    parser.add_argument("--seed", type=int, default=1, help="another number gives another clinic")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("a whole number, not below 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
