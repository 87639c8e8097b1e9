"""Who has each thread: the practice system and all consoles agree, nobody lost one without being told."""

from collections.abc import Iterator

from app.domain.assignment import Assignment
from app.domain.booking import RowState
from app.domain.ids import ThreadId, assignment_uuid
from tests.faults.console import Console
from tests.faults.versions import Json, Version, identifiers_of
from tests.faults.world import Wish, World

_ASKING = ("take", "take_over")


async def thread_findings(world: World) -> list[str]:
    """Return everything that is wrong with who has what."""
    found = list(_taken_unseen(world))
    for console in world.consoles:
        for thread_id, _ in await console.inbox():
            owner = _owner(_task(world, thread_id))
            holder = await console.store.holder(thread_id)
            here = holder.clinician_id if holder else ""
            if here != owner:
                found.append(f"{console.name}: {thread_id} is {here or 'nobody'}'s here and {owner or 'nobody'}'s")
            wish = await console.store.assignment(thread_id)
            found += [
                f"{console.name}: {thread_id} {what}" for what in _wish(world, console, thread_id, wish, owner)
            ]
    return found


def _wish(
    world: World, console: Console, thread_id: ThreadId, kept: Assignment | None, owner: str
) -> Iterator[str]:
    if kept is not None and kept.row_state in (RowState.SAVED_HERE, RowState.QUEUED, RowState.SENT):
        yield f"says {kept.row_state.value} although nothing waits"
    asked = [w for w in world.wishes if w.thread_id == thread_id and w.accepted is not False]
    ours = [wish for wish in asked if wish.console == console.name]
    if not ours or ours[-1].accepted is None:
        return
    told = kept is not None and (kept.lost_to is not None or kept.failure is not None)
    rivals = any(wish.console != console.name for wish in asked)
    if ours[-1].verb in _ASKING and owner != console.user.id and not told and not rivals:
        yield "was promised and is not held, and nobody else asked for it"
    if ours[-1].verb == "let_go" and owner == console.user.id and not rivals:
        yield "was let go of and is still held"


def _taken_unseen(world: World) -> Iterator[str]:
    """No console takes a thread from another clinician whose name its user had not seen."""
    latest: dict[str, Version] = {}
    for version in world.practice.log:
        if version.type != "Task":
            continue
        before, latest[version.id] = latest.get(version.id), version
        old, new = _owner(before.body if before else None), _owner(version.body)
        if old and new != old and not any(_allowed(wish, version, old, world) for wish in world.wishes):
            yield f"{version.by} took a thread from {old} unseen"


def _allowed(wish: Wish, version: Version, old: str, world: World) -> bool:
    if wish.console != version.by or f"urn:uuid:{assignment_uuid(ThreadId(wish.thread_id))}" not in _marks(version):
        return False
    user = next(console.user.id for console in world.consoles if console.name == version.by)
    return old in (wish.over, user)


def _marks(version: Version) -> set[str]:
    return identifiers_of(version.body or {})


def _task(world: World, thread_id: ThreadId) -> Json | None:
    mark = f"urn:uuid:{assignment_uuid(thread_id)}"
    return next((task for task in world.practice.all("Task") if mark in identifiers_of(task)), None)


def _owner(task: Json | None) -> str:
    """Return whose thread a Task says it is, empty for nobody's."""
    if task is None or task["status"] != "in-progress":
        return ""
    return str(task["owner"]["reference"]).removeprefix("Practitioner/")
