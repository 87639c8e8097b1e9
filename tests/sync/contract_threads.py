"""Who has a thread: taken once, let go of, taken over only by one who knows from whom."""

from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from app.domain.actions import ThreadHeld
from app.domain.assignment import ThreadHolder
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ThreadId, assignment_uuid
from app.sync.fhir.parse_task import parse_task
from tests.sync.bookings import NOW, action_on, taking
from tests.sync.consoles import Console
from tests.sync.contract import Contract
from tests.sync.server import Clinic, Proxy, Server, message_json


async def tasks(server: Server, clinic: Clinic) -> list[dict[str, object]]:
    return await server.find("Task", patient=clinic.patient)


class ThreadContract(Contract):
    @pytest.fixture(autouse=True)
    async def offered(self, server: Server) -> None:
        statement = await server.read("metadata")
        types = {resource["type"] for resource in statement["rest"][0]["resource"]}
        if "Task" not in types:
            pytest.skip(f"{statement['software']['name']} offers no Task: its metadata lists {sorted(types)}")

    @pytest.fixture
    async def thread(self, server: Server, clinic: Clinic) -> str:
        """A thread that is known by the id of its first message."""
        return str((await server.create(message_json(clinic.patient)))["id"])

    async def test_a_thread_is_taken_and_let_go(
        self, practice: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        take = taking(clinic, thread, clinic.doctor)
        held = ThreadHeld(ThreadHolder(clinic.doctor.id, clinic.doctor.name, NOW))
        for _ in range(2):
            assert await practice.assign(action_on(take, "1"), take) == held
        (task,) = await tasks(server, clinic)
        assert task["status"] == "in-progress"
        assert task["identifier"] == [
            {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{assignment_uuid(ThreadId(thread))}"}
        ]
        assert task["focus"] == {"reference": f"Communication/{thread}"}
        assert task["owner"] == {"reference": f"Practitioner/{clinic.practitioner}", "display": clinic.doctor.name}
        read = parse_task(task)
        assert read
        assert (read.thread_id, read.patient_id, read.holder) == (thread, clinic.patient, held.holder)

        let_go = taking(clinic, thread, None)
        for _ in range(2):
            assert await practice.assign(action_on(let_go, "2"), let_go) == ThreadHeld(None)
        (task,) = await tasks(server, clinic)
        assert task["status"] == "cancelled"
        read = parse_task(task)
        assert read
        assert read.holder is None

    async def test_a_colleagues_thread_is_only_taken_over_knowingly(
        self, practice: Console, other: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        theirs = taking(clinic, thread, clinic.colleague)
        held = await other.assign(action_on(theirs, "B1"), theirs)
        unknowing = taking(clinic, thread, clinic.doctor)
        assert await practice.assign(action_on(unknowing, "1"), unknowing) == held
        not_mine = taking(clinic, thread, None)
        assert await practice.assign(action_on(not_mine, "2"), not_mine) == held
        later = replace(unknowing, over=clinic.colleague.id)
        mine = await practice.assign(action_on(later, "3"), later)
        assert mine == ThreadHeld(ThreadHolder(clinic.doctor.id, clinic.doctor.name, NOW))
        # The colleague's wish, repeated after a lost answer, does not take it back.
        assert await other.assign(action_on(theirs, "B1"), theirs) == mine
        assert len(await tasks(server, clinic)) == 1

    async def test_a_take_over_that_was_undone_is_not_done_twice(
        self, practice: Console, other: Console, clinic: Clinic, thread: str
    ) -> None:
        theirs = taking(clinic, thread, clinic.colleague)
        await other.assign(action_on(theirs, "B1"), theirs)
        over = taking(clinic, thread, clinic.doctor, clinic.colleague)
        await practice.assign(action_on(over, "1"), over)  # its answer is lost
        back = taking(clinic, thread, clinic.colleague, clinic.doctor)
        held = await other.assign(action_on(back, "B2"), back)
        assert await practice.assign(action_on(over, "1"), over) == held

    async def test_what_one_has_already_one_keeps_since_when_it_was(
        self, practice: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        first = taking(clinic, thread, clinic.doctor)
        held = await practice.assign(action_on(first, "1"), first)
        later = replace(first, wanted=ThreadHolder(clinic.doctor.id, clinic.doctor.name, NOW + timedelta(hours=1)))
        assert await practice.assign(action_on(later, "2"), later) == held
        (task,) = await tasks(server, clinic)
        assert task["executionPeriod"] == {"start": "2026-01-05T08:00:00.000Z"}

    async def test_letting_go_of_what_nobody_has_is_done_at_once(
        self, practice: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        let_go = taking(clinic, thread, None)
        assert await practice.assign(action_on(let_go, "1"), let_go) == ThreadHeld(None)
        assert await tasks(server, clinic) == []

    async def test_a_thread_let_go_is_anybodys(
        self, practice: Console, other: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        for occasion, console, by in (("1", practice, clinic.doctor), ("2", practice, None)):
            wish = taking(clinic, thread, by)
            await console.assign(action_on(wish, occasion), wish)
        wish = taking(clinic, thread, clinic.colleague)
        held = await other.assign(action_on(wish, "B1"), wish)
        assert held == ThreadHeld(ThreadHolder(clinic.colleague.id, clinic.colleague.name, NOW))
        assert len(await tasks(server, clinic)) == 1

    @pytest.mark.parametrize("thread", ["urn:uuid:0b1d1a5e-8c6f-4b59-93d5-2f5a3f1c9d10", "en tråd æøå", "ukendt-1"])
    async def test_a_thread_of_any_name_can_be_taken(
        self, practice: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        wish = taking(clinic, thread, clinic.doctor)
        assert isinstance(await practice.assign(action_on(wish, "1"), wish), ThreadHeld)
        (task,) = await tasks(server, clinic)
        read = parse_task(task)
        assert read
        assert read.thread_id == thread

    async def test_what_others_wrote_on_the_task_is_kept(
        self, practice: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        wish = taking(clinic, thread, clinic.doctor)
        await practice.assign(action_on(wish, "1"), wish)
        (task,) = await tasks(server, clinic)
        await server.edit(f"Task/{task['id']}", description="Haster")
        let_go = taking(clinic, thread, None)
        await practice.assign(action_on(let_go, "2"), let_go)
        (task,) = await tasks(server, clinic)
        assert (task["status"], task["description"]) == ("cancelled", "Haster")

    async def test_a_task_deleted_there_is_made_anew(
        self, practice: Console, server: Server, clinic: Clinic, thread: str
    ) -> None:
        for occasion in ("1", "2"):
            wish = taking(clinic, thread, clinic.doctor)
            assert isinstance(await practice.assign(action_on(wish, occasion), wish), ThreadHeld)
            (task,) = await tasks(server, clinic)
            await server.delete(f"Task/{task['id']}")

    async def test_any_lost_answer_is_mended_by_doing_it_again(
        self, proxy: Proxy, session: aiohttp.ClientSession, server: Server, clinic: Clinic
    ) -> None:
        practice = Console(proxy.base, session, clinic.doctor)
        await practice.capabilities()
        made = 0
        for over in (None, clinic.colleague):
            for lost in range(2 if over is None else 4):
                made += 1
                thread = f"tråd {made}"
                if over is not None:
                    first = taking(clinic, thread, clinic.colleague)
                    await Console(server.base, session, clinic.colleague).assign(action_on(first, "B1"), first)
                wish = taking(clinic, thread, clinic.doctor, over)
                proxy.clear()
                proxy.lose_from = lost
                with pytest.raises(KlinikError) as failure:
                    await practice.assign(action_on(wish, "1"), wish)
                assert failure.value.kind is ErrorKind.PRACTICE_UNREACHABLE
                proxy.clear()
                held = await practice.assign(action_on(wish, "1"), wish)
                assert isinstance(held, ThreadHeld)
                assert held.holder
                assert held.holder.clinician_id == clinic.doctor.id
        assert len(await tasks(server, clinic)) == made
