"""Taking threads where a server lets two through, refuses, or keeps changing its mind."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.domain.actions import Refused, ThreadHeld
from app.domain.assignment import ThreadHolder
from app.domain.errors import ErrorKind, KlinikError
from tests.sync.bookings import NOW, action_on, taking
from tests.sync.consoles import Console
from tests.sync.practice import edited_metadata
from tests.sync.server import JSON, Clinic, Proxy, Server


@pytest.fixture
def practice(proxy: Proxy, session: aiohttp.ClientSession, clinic: Clinic) -> Console:
    return Console(proxy.base, session, clinic.doctor)


async def twin_of(server: Server, clinic: Clinic, **elements: Any) -> dict[str, Any]:
    """A second Task for the same thread, as it is made by one who came at the same moment."""
    (task,) = await server.find("Task", patient=clinic.patient)
    others = {name: value for name, value in task.items() if name not in ("id", "meta", "extension")}
    thread = [each for each in task["extension"] if each["url"].endswith("thread-id")]
    return await server.create({**others, "extension": thread, **elements})


@pytest.mark.parametrize("withdrawn", [False, True])
async def test_of_twins_made_at_once_the_one_who_sees_the_other_gives_way(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic, withdrawn: bool
) -> None:
    theirs = {"reference": f"Practitioner/{clinic.secretary}", "display": clinic.colleague.name}
    twins: list[dict[str, Any]] = []

    async def let_a_twin_in(request: web.Request, number: int) -> None:
        made = await server.find("Task", patient=clinic.patient)
        if request.method == "GET" and len(made) == 1:
            twins.append(await twin_of(server, clinic, owner=theirs))
        puts = [each for each in proxy.requests if each.startswith("PUT")]
        if withdrawn and request.method == "PUT" and len(puts) == 1:
            # The other saw ours, too, and gives way in the same moment.
            await server.edit(f"Task/{twins[0]['id']}", status="entered-in-error")

    proxy.interfere = let_a_twin_in
    wish = taking(clinic, "tråd", clinic.doctor)
    result = await practice.assign(action_on(wish, "1"), wish)
    winner = clinic.doctor if withdrawn else clinic.colleague
    assert result == ThreadHeld(ThreadHolder(winner.id, winner.name, NOW))
    tasks = await server.find("Task", patient=clinic.patient)
    held = [task for task in tasks if task["status"] == "in-progress"]
    assert len(tasks) == 2
    assert [task["owner"]["display"] for task in held] == [winner.name]


async def test_letting_go_of_one_of_twins_leaves_none_of_mine(
    practice: Console, server: Server, clinic: Clinic
) -> None:
    wish = taking(clinic, "tråd", clinic.doctor)
    await practice.assign(action_on(wish, "1"), wish)
    await twin_of(server, clinic, status="cancelled")
    let_go = taking(clinic, "tråd", None)
    assert await practice.assign(action_on(let_go, "2"), let_go) == ThreadHeld(None)
    assert {task["status"] for task in await server.find("Task", patient=clinic.patient)} == {"cancelled"}


async def test_a_server_that_cannot_create_once_gives_no_threads(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    def forget(resource: dict[str, Any]) -> None:
        resource["conditionalCreate"] = False

    await edited_metadata(proxy, server, forget)
    wish = taking(clinic, "tråd", clinic.doctor)
    assert await practice.assign(action_on(wish, "1"), wish) == Refused(ErrorKind.PRACTICE_REFUSED)


@pytest.mark.parametrize("thread", ["tråd", "traad-1"])
async def test_a_task_turned_down_is_a_refusal(
    practice: Console, proxy: Proxy, clinic: Clinic, thread: str
) -> None:
    async def turn_down(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=422) if request.method == "POST" else None

    proxy.interfere = turn_down
    wish = taking(clinic, thread, clinic.doctor)
    assert await practice.assign(action_on(wish, "1"), wish) == Refused(ErrorKind.PRACTICE_REFUSED)


async def test_a_task_that_keeps_being_deleted_is_tried_again_later(
    practice: Console, proxy: Proxy, server: Server, clinic: Clinic
) -> None:
    theirs = taking(clinic, "tråd", clinic.colleague)
    await Console(server.base, server.session, clinic.colleague).assign(action_on(theirs, "B1"), theirs)

    async def delete_before_put(request: web.Request, number: int) -> web.StreamResponse | None:
        return web.Response(status=410, content_type=JSON) if request.method == "PUT" else None

    proxy.interfere = delete_before_put
    wish = taking(clinic, "tråd", clinic.doctor, clinic.colleague)
    with pytest.raises(KlinikError) as failure:
        await practice.assign(action_on(wish, "1"), wish)
    assert failure.value.kind is ErrorKind.CONFLICT


async def test_a_holder_without_a_name_is_still_one(practice: Console, clinic: Clinic) -> None:
    nobody = ThreadHolder(clinic.doctor.id, " ", NOW)
    wish = replace(taking(clinic, "tråd", clinic.doctor), wanted=nobody)
    assert await practice.assign(action_on(wish, "1"), wish) == ThreadHeld(replace(nobody, name=""))
