"""Taking threads at two consoles: one has it, the other is told by whom."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.actions import ActionKind, Carried, NotYet, PendingAction, Refused
from app.domain.assignment import ThreadHolder
from app.domain.booking import RowState
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import ActionId, BookingId
from app.inbox.assignment_steps import holder_as_if_done
from tests.inbox.thread_world import ANNE, BO, NOW, PATIENT, THREAD, Clock, Tasks, ThreadConsole


class Clinic:
    def __init__(self) -> None:
        self.tasks, clock = Tasks(), Clock()
        self.anne, self.bo = (ThreadConsole(self.tasks, clock, user) for user in (ANNE, BO))

    @property
    def holder(self) -> ThreadHolder | None:
        return self.tasks.holders.get(THREAD)

    async def rest(self) -> None:
        for console in (self.anne, self.bo, self.anne, self.bo):
            await console.rest()


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def the(console: ThreadConsole) -> PendingAction:
    (action,) = console.ledger.outbox.values()
    return action


def state(console: ThreadConsole) -> RowState | None:
    return console.wish.row_state if console.wish else None


def holds(clinic: Clinic) -> str | None:
    """Return whom the practice system has."""
    return clinic.holder.name if clinic.holder else None


async def raises(kind: ErrorKind, console: ThreadConsole, **over: object) -> bool:
    with pytest.raises(KlinikError) as refused:
        await console.desk.take(THREAD, PATIENT, **over)  # type: ignore[arg-type]
    return refused.value.kind is kind


async def test_taking_is_as_if_done_and_one_action(clinic: Clinic) -> None:
    anne = clinic.anne
    for _ in range(2):
        await anne.desk.take(THREAD, PATIENT)
    assert (the(anne).kind, the(anne).thread_id, the(anne).booking_id) == (ActionKind.ASSIGN_THREAD, THREAD, None)
    assert state(anne) is RowState.QUEUED
    assert anne.nudges == 1
    await anne.carry()
    assert state(anne) is RowState.CONFIRMED
    await clinic.rest()
    assert state(anne) is None
    assert holds(clinic) == ANNE.name
    await anne.desk.take(THREAD, PATIENT)
    assert not anne.ledger.outbox


async def test_of_two_at_once_one_has_it_and_the_other_knows_who(clinic: Clinic) -> None:
    for console in (clinic.anne, clinic.bo):
        await console.desk.take(THREAD, PATIENT)
    await clinic.rest()
    assert holds(clinic) == ANNE.name
    lost = clinic.bo.wish
    assert lost is not None
    assert (lost.lost_to, lost.failure) == (clinic.holder, ErrorKind.THREAD_TAKEN)
    await clinic.bo.desk.acknowledge(THREAD)
    assert state(clinic.bo) is None
    assert await raises(ErrorKind.THREAD_TAKEN, clinic.bo)


async def test_taking_from_a_colleague_is_done_knowingly(clinic: Clinic) -> None:
    await clinic.anne.desk.take(THREAD, PATIENT)
    await clinic.rest()
    assert await raises(ErrorKind.THREAD_TAKEN, clinic.bo, over=BO.id)
    await clinic.bo.desk.take(THREAD, PATIENT, over=ANNE.id)
    await clinic.rest()
    assert holds(clinic) == BO.name
    known = holder_as_if_done(clinic.anne.wish, await clinic.anne.ledger.holder(THREAD))
    assert known == clinic.holder


async def test_letting_go_is_only_for_who_has_it(clinic: Clinic) -> None:
    await clinic.anne.desk.let_go(THREAD, PATIENT)
    assert not clinic.anne.ledger.outbox
    await clinic.anne.desk.take(THREAD, PATIENT)
    await clinic.rest()
    await clinic.bo.desk.let_go(THREAD, PATIENT)
    assert not clinic.bo.ledger.outbox
    await clinic.anne.desk.let_go(THREAD, PATIENT)
    await clinic.rest()
    assert holds(clinic) is None
    await clinic.bo.desk.take(THREAD, PATIENT)
    await clinic.rest()
    assert holds(clinic) == BO.name


async def test_let_go_of_elsewhere_it_can_be_taken_again(clinic: Clinic) -> None:
    await clinic.anne.desk.take(THREAD, PATIENT)
    await clinic.rest()
    clinic.tasks.holders[THREAD] = None
    await clinic.rest()
    await clinic.anne.desk.take(THREAD, PATIENT)
    await clinic.rest()
    assert holds(clinic) == ANNE.name


async def test_taking_back_what_never_left(clinic: Clinic) -> None:
    await clinic.anne.desk.take(THREAD, PATIENT)
    await clinic.anne.desk.withdraw(the(clinic.anne))
    assert (clinic.anne.wish, clinic.anne.ledger.outbox) == (None, {})


async def test_taking_back_what_is_under_way_lets_go_of_it(clinic: Clinic) -> None:
    anne = clinic.anne
    await anne.desk.take(THREAD, PATIENT)
    unbegun = the(anne)
    await anne.begin()
    with pytest.raises(KlinikError) as refused:
        await anne.desk.withdraw(unbegun)
    assert refused.value.kind is ErrorKind.NOT_WITHDRAWABLE
    await anne.desk.withdraw(the(anne))
    assert holds(clinic) == ANNE.name
    await clinic.rest()
    assert holds(clinic) is None


async def test_what_is_not_about_a_thread(clinic: Clinic) -> None:
    await clinic.anne.desk.take(THREAD, PATIENT)
    action = the(clinic.anne)
    other = replace(action, id=ActionId("other"), thread_id=None, booking_id=BookingId("b1"))
    with pytest.raises(KlinikError):
        await clinic.anne.desk.withdraw(other)
    await clinic.anne.desk.on_result(other, Carried())
    await clinic.anne.desk.on_result(action, NotYet(Clock()() - NOW))
    assert the(clinic.anne) == action


@pytest.mark.parametrize(
    ("result", "failure"),
    [(Refused(ErrorKind.PRACTICE_REFUSED), ErrorKind.PRACTICE_REFUSED), (Carried(), ErrorKind.UNEXPECTED)],
)
async def test_a_wish_that_came_to_nothing_says_why(
    clinic: Clinic, result: Refused | Carried, failure: ErrorKind
) -> None:
    await clinic.anne.desk.take(THREAD, PATIENT)
    await clinic.anne.desk.on_result(the(clinic.anne), result)
    wish = clinic.anne.wish
    assert wish is not None
    assert wish.failure is failure
    assert not clinic.anne.ledger.outbox
    await clinic.anne.desk.acknowledge(THREAD)
    assert state(clinic.anne) is None


deeds = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(
            ["take", "take over", "let go", "begin", "answer", "lose answer", "read", "take back", "seen"]
        ),
    ),
    max_size=40,
)


async def do(console: ThreadConsole, other: ThreadConsole, deed: str) -> None:
    try:
        match deed:
            case "take":
                await console.desk.take(THREAD, PATIENT)
            case "take over":
                await console.desk.take(THREAD, PATIENT, over=other.user.id)
            case "let go":
                await console.desk.let_go(THREAD, PATIENT)
            case "seen":
                await console.desk.acknowledge(THREAD)
            case "take back" if console.ledger.outbox:
                await console.desk.withdraw(next(iter(console.ledger.outbox.values())))
            case "begin":
                await console.begin()
            case "answer":
                await console.answer()
            case "lose answer":
                console.under_way = []
            case _:
                console.read()
    except KlinikError as error:
        if error.kind is not ErrorKind.THREAD_TAKEN:
            raise


@given(deeds)
async def test_both_consoles_agree_on_one_holder_whatever_they_did(script: list[tuple[bool, str]]) -> None:
    clinic = Clinic()
    for at_anne, deed in script:
        console, other = (clinic.anne, clinic.bo) if at_anne else (clinic.bo, clinic.anne)
        await do(console, other, deed)
        if console.wish is not None and console.wish.lost_to is not None:
            assert console.wish.lost_to.clinician_id == other.user.id
    await clinic.rest()
    for console in (clinic.anne, clinic.bo):
        assert not console.ledger.outbox
        assert state(console) in (None, RowState.CONFLICT)
        assert holder_as_if_done(console.wish, await console.ledger.holder(THREAD)) == clinic.holder
