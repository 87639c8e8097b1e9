"""When services are asked how they are reached, and what several answers tell together."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.video.fault.asking_around import AskingAround, worst
from app.video.fault.facts import NO_WITNESSES, NOT_ASKED, Answer, Reach, Witnesses
from app.video.fault.network import together

NEAR, SILENT = Reach(Answer.ANSWERS, 20.0), Reach(Answer.SILENT)


async def settle() -> None:
    """Let questions to nobody be answered."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_only_a_round_asked_since_something_seemed_wrong_tells_of_it() -> None:
    asking = AskingAround(NO_WITNESSES)
    asking.look(0.0, wary=False)
    await settle()
    assert not asking.fresh
    asking.look(1.0, wary=True)
    assert not asking.fresh
    await asyncio.wait_for(_until_fresh(asking), 10)
    asking.look(2.0, wary=False)
    assert not asking.fresh
    await asking.end()


async def _until_fresh(asking: AskingAround) -> None:
    while not asking.fresh:
        await asyncio.sleep(0)


async def test_a_service_that_is_not_there_is_known_to_refuse() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    asking = AskingAround(Witnesses(room=("127.0.0.1", port)))
    asking.look(0.0, wary=True)
    await asyncio.wait_for(_until_fresh(asking), 10)
    assert asking.room.answer is Answer.REFUSES
    assert asking.other == NOT_ASKED
    await asking.end()


@pytest.mark.parametrize(
    ("reaches", "found"),
    [
        ([NEAR] * 4, NEAR),
        ([NEAR, NEAR, NEAR, SILENT], replace(NEAR, retried=1)),
        ([NEAR, Reach(Answer.ANSWERS, 1030.0), NEAR, NEAR], replace(NEAR, retried=1)),
        ([Reach(Answer.ANSWERS, 1200.0)] * 3, Reach(Answer.ANSWERS, 1200.0)),
        ([SILENT] * 3, SILENT),
        ([NEAR, NOT_ASKED], NOT_ASKED),
        ([Reach(Answer.REFUSES, 3.0)] * 2, Reach(Answer.REFUSES, 3.0)),
    ],
)
def test_several_knocks_tell_of_those_that_had_to_be_repeated(reaches: list[Reach], found: Reach) -> None:
    assert together(reaches) == found


@given(st.lists(st.builds(Reach, st.just(Answer.ANSWERS), st.floats(1, 3000), st.integers(0, 12)), min_size=1))
def test_the_worst_of_the_last_rounds_is_told_while_the_service_answers(rounds: list[Reach]) -> None:
    told = worst(rounds[-1], tuple(rounds))
    assert told.answer is Answer.ANSWERS
    assert told.retried == max(one.retried for one in rounds)
    assert worst(SILENT, (*rounds, SILENT)) == SILENT
