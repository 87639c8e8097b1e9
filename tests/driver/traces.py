"""What one booking leaves outside the console: appointments, rooms and texts; and what must never be in a log."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.driver.stack import Stack

_CODE = re.compile(r"/([0-9A-Z]{10})\b")


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the demo clinic; `phone` is empty when there is none."""

    name: str
    cpr: str
    phone: str

    @property
    def shown_phone(self) -> str:
        """The number as the screens write it, in pairs."""
        digits = self.phone.removeprefix("+45")
        return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


NANCY = Person("Nancy Ann Test Berggren", "2512489996", "+4520123401")
BRUNO = Person("Bruno Test Elmer", "2509479989", "+4520000000")
AAGE = Person("Åge Test Berggren", "0211223989", "")


async def traces(stack: Stack, person: Person = NANCY) -> dict[str, int]:
    """Count booked appointments a console made, open rooms, and texts on the person's telephone."""
    appointments = await stack.resources("Appointment")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{stack.room}/metrics", raise_for_status=True) as answer:
            metrics = await answer.text()
        texts = await _texts(session, stack, person.phone) if person.phone else []
    made_here = [appointment for appointment in appointments if _made_by_a_console(appointment)]
    rooms = next(line.split()[-1] for line in metrics.splitlines() if line.startswith("room_rooms_open "))
    return {"appointments": len(made_here), "rooms": int(float(rooms)), "texts": len(texts)}


async def link_to(stack: Stack, person: Person = NANCY) -> str:
    """Return the address in the newest text on the person's telephone that holds one."""
    async with aiohttp.ClientSession() as session:
        texts = await _texts(session, stack, person.phone)
    return next(f"{stack.room}/{found[1]}" for text in reversed(texts) if (found := _CODE.search(text["body"])))


async def assert_logs_are_private(directory: Path, stack: Stack) -> None:
    """Fail when a log under `directory` holds a name, a CPR number, a telephone number or a link's code."""
    secrets = {part for person in (NANCY, BRUNO, AAGE) for part in (*person.name.split(), person.cpr)} - {"Test"}
    secrets |= {f"{person.cpr[:6]}-{person.cpr[6:]}" for person in (NANCY, BRUNO, AAGE)}
    async with aiohttp.ClientSession() as session:
        for telephone in await _get(session, f"{stack.phone}/telephones"):
            digits = telephone["number"].removeprefix("+45")
            secrets |= {digits, " ".join(digits[at : at + 2] for at in range(0, 8, 2))}
            if telephone["newest"]:
                for code in _CODE.findall(telephone["newest"]["body"]):
                    secrets |= {code, f"{code[:5]}-{code[5:]}"}
    logs = [path.read_text(encoding="utf-8") for path in directory.rglob("*.log")]
    assert any(logs), "nothing was logged"
    leaked = sorted(secret for secret in secrets if any(re.search(rf"\b{secret}\b", log) for log in logs))
    assert not leaked, f"the logs hold {leaked}"


def _made_by_a_console(appointment: dict[str, Any]) -> bool:
    ours = any(
        mark["system"] == "urn:ietf:rfc:3986" and mark["value"].startswith("urn:uuid:")
        for mark in appointment.get("identifier", ())
    )
    return ours and appointment["status"] == "booked"


async def _texts(session: aiohttp.ClientSession, stack: Stack, number: str) -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = await _get(session, f"{stack.phone}/{quote(number)}/texts")
    return texts


async def _get(session: aiohttp.ClientSession, address: str) -> Any:
    async with session.get(address, raise_for_status=True) as answer:
        return await answer.json(content_type=None)
