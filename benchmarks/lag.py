"""How late the screen's loop is while a console first reads a large clinic, with a call going on and without."""

import asyncio
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.call import SIZE
from benchmarks.large_clinic import large_stack, size_for
from benchmarks.report import Figure, against_budget, against_floor, percentile
from tests.driver.console import Console, ConsoleError, running_console
from tests.driver.display import virtual_display
from tests.driver.main_job import Timeline, talk, texts_of, wait_for_the_doctor
from tests.driver.patient import patient_browser
from tests.driver.sound_card import sound_card
from tests.driver.stack import Stack

MESSAGES = int(os.environ.get("BENCH_LAG_MESSAGES", "60000"))
_STRETCH = 2.0
"""Seconds between looks whether the reading is over."""
_RESTS = 10
"""Stretches at rest."""
_AT_THE_CLINIC = ("Xvfb", "pulseaudio")
_BACK = 10
"""By which the others are nicer than what is measured, and what the clinic's PC runs for it."""
_NUMBER = r"\b\d\d \d\d \d\d \d\d\b"


async def measure() -> list[Figure]:
    """Watch the loop of the real program while it reads, when it has, and while it reads in the midst of a call."""
    reading, resting = await _reading_alone()
    calling = await _reading_in_a_call()
    return [
        against_floor(
            against_budget(f"loop's lag in {what}, {name}", percentile(lags, share), "ms", most),
            "at rest",
            percentile(resting, share),
        )
        for what, lags in (("a first sync", reading), ("a call and a first sync", calling))
        for name, share, most in (("p99", 0.99, 16), ("max", 1.0, 50))
    ]


async def _reading_alone() -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory() as scratch:
        async with (
            large_stack(Path(scratch) / "demo", size_for(MESSAGES)) as stack,
            virtual_display() as screen,
            running_console(stack.settings, screen, Path(scratch) / "console") as console,
        ):
            await console.until("text", name="firstSync")
            _stand_back(console.process.pid)
            reading: list[float] = []
            while await _is_reading(console):
                reading += await console.ask("lag", seconds=_STRETCH)
            await asyncio.sleep(_STRETCH * _RESTS)  # the search index is filled for a while yet
            resting: list[float] = []
            for _ in range(_RESTS):
                resting += await console.ask("lag", seconds=_STRETCH)
    return reading, resting


async def _reading_in_a_call() -> list[float]:
    """Let a patient in while the first reading goes on, and watch until it ends."""
    calling: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        async with (
            large_stack(folder / "demo", size_for(MESSAGES)) as stack,
            virtual_display() as screen,
            sound_card(folder / "sound") as card,
            patient_browser(folder, size=SIZE) as patient,
            running_console(stack.settings, screen | card.environment, folder / "console") as console,
        ):
            timeline = Timeline(folder / "pictures", silent=True)
            await patient.open(await _invited(console, stack))
            await wait_for_the_doctor(patient, timeline, console)
            await talk(console, patient, None, timeline)
            _stand_back(console.process.pid)
            while await _is_reading(console):
                calling += await console.ask("lag", seconds=_STRETCH)
    if not calling:
        raise RuntimeError(
            "the reading was over before the call had begun; give BENCH_LAG_MESSAGES a larger number"
        )
    return calling


def _stand_back(console: int) -> None:
    """Let the console go first: in life the practice system and the patient's browser are other machines."""
    ours = {console, *(process.pid for process in psutil.Process(console).children(recursive=True))}
    for process in psutil.Process().children(recursive=True):
        if process.pid not in ours and process.name() not in _AT_THE_CLINIC:
            for thread in process.threads():
                with suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, thread.id, os.getpriority(os.PRIO_PROCESS, thread.id) + _BACK)


async def _is_reading(console: Console) -> bool:
    """Whether the bar that tells of the first reading is on the screen."""
    try:
        await console.ask("text", name="firstSync")
    except ConsoleError:
        return False
    return True


async def _invited(console: Console, stack: Stack) -> str:
    """Book whoever wrote last for now; returns the link in the text that the patient gets."""
    shown: str = await console.until("text", lambda text: "," in text, name="inboxList")
    await console.ask("click_row", name="inboxList", text=shown.partition(",")[0])
    # New rows push the list down between reading and clicking: what counts is who was chosen.
    pane: str = await console.until("text", lambda text: re.search(_NUMBER, text), name="patientPane")
    await console.shows("bookNow")
    await console.click("bookNow")
    number = re.findall(_NUMBER, pane)[0].replace(" ", "")
    for _ in range(300):
        texts = await texts_of(stack, f"+45{number}")
        if texts and (link := re.search(r"https?://\S+", texts[-1]["body"])):
            return link[0]
        await asyncio.sleep(0.1)
    raise TimeoutError("the invitation never came")
