"""What became of the writes that a killed console promised: looked for in its file and in the services' own."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp

from app.domain.booking import Booking, BookingState, RowState
from app.domain.ids import BookingId, derived_uuid
from app.domain.settings import read_settings
from tests.driver.stack import Stack
from tests.faults.open_parts import open_parts
from tests.faults.versions import STANDING, identifiers_of

_ONCE = ("Appointment", "Encounter", "ChargeItem", "DocumentReference")
_ROUNDED = timedelta(seconds=1)
_RECORDS = {"Encounter": "encounter", "ChargeItem": "charge", "DocumentReference": "note"}


@dataclass(frozen=True, slots=True)
class Promise:
    """What the console was asked; `certain` when it said yes before it died."""

    number: int
    deed: str
    booking_id: str
    start: str
    certain: bool


async def lost(stack: Stack, promises: Iterable[Promise]) -> list[str]:
    """Return every promise that was not kept, as a sentence."""
    about: dict[str, list[Promise]] = defaultdict(list)
    for promise in promises:
        about[promise.booking_id].append(promise)
    about.pop("", None)  # a booking the console died over before it had a name to tell
    there = {kind: await _all(stack, kind) for kind in _ONCE}
    found: list[str] = []
    async with open_parts(read_settings(stack.settings)) as opened:
        for booking_id, asked in about.items():
            booking = await opened.parts.store.booking(BookingId(booking_id))
            if booking is None:
                found.append(f"{booking_id} is not in the file")
            elif wrong := _kept(booking, asked) or _carried_out(booking, there):
                found.append(f"{booking_id} {wrong}")
    return found


async def doubled(stack: Stack) -> list[str]:
    """Return everything that is there twice, as a sentence."""
    found = []
    for kind in _ONCE:
        marks = Counter(mark for each in await _all(stack, kind) for mark in identifiers_of(each) if "uuid" in mark)
        found += [f"{kind} {mark} is there {times} times" for mark, times in marks.items() if times > 1]
    with closing(sqlite3.connect(f"file:{stack.settings.parent / 'sms.db'}?mode=ro", uri=True)) as gateway:
        texts = gateway.execute("SELECT key, recipient, body FROM text ORDER BY number").fetchall()
    of_booking: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, recipient, body in texts:
        of_booking[key.partition(":")[0], recipient].append(body)
    for (booking_id, _), bodies in of_booking.items():
        found += [f"{booking_id}: the same text twice in a row" for one, two in pairwise(bodies) if one == two]
    return found


def _kept(booking: Booking, asked: list[Promise]) -> str:
    """Whether the file says what the last certain promise said, or what was asked for after it."""
    certain = max((number for number, each in enumerate(asked) if each.certain), default=0)
    if any(_as_asked(booking, each) for each in asked[certain:]):
        return ""
    return f"is {booking.state.value} at {booking.start} after {asked[certain].deed} {asked[certain].start}"


def _as_asked(booking: Booking, promise: Promise) -> bool:
    match promise.deed:
        case "cancel":
            return booking.state is BookingState.CANCELLED
        case "finish":
            return booking.state is BookingState.ENDED and booking.outcome is not None
        case "move":
            return booking.live and booking.start == datetime.fromisoformat(promise.start)
        case _:
            return booking.live


def _carried_out(booking: Booking, there: dict[str, list[dict[str, Any]]]) -> str:
    """Whether the practice system holds what the file says."""
    mark = f"urn:uuid:{booking.id}"
    appointments = [each for each in there["Appointment"] if mark in identifiers_of(each)]
    standing = [each for each in appointments if each["status"] in STANDING]
    if booking.row_state is not RowState.CONFIRMED:
        never_asked = booking.state is BookingState.CANCELLED and booking.appointment_id is None
        return "" if never_asked and not standing else f"is {booking.row_state.value}"
    if booking.state is BookingState.CANCELLED:
        return "stands in the practice system" if standing else ""
    if len(standing) != 1:
        return f"has {len(standing)} appointments"
    if booking.live:
        there_at = datetime.fromisoformat(standing[0]["start"])
        return "" if abs(there_at - booking.start) < _ROUNDED else f"is at {there_at} in the practice system"
    missing = [
        kind
        for kind, purpose in _RECORDS.items()
        if not any(f"urn:uuid:{derived_uuid(booking.id, purpose)}" in identifiers_of(each) for each in there[kind])
    ]
    return f"has no {', '.join(missing)}" if missing else ""


async def _all(stack: Stack, kind: str) -> list[dict[str, Any]]:
    token = (Path(stack.settings).parent / "practice.token").read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {token}"}
    found: list[dict[str, Any]] = []
    address = f"{stack.practice}/{kind}?_count=500"
    async with aiohttp.ClientSession(headers=headers) as session:
        while address:
            async with session.get(address, raise_for_status=True) as answer:
                bundle = await answer.json(content_type=None)
            found += [entry["resource"] for entry in bundle.get("entry", [])]
            address = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    return found
