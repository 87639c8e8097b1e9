"""Speech both ways in a real call over a lossy line, scored by ViSQOL, the console beside Chromium.

Patient and clinic take turns to say the same; what the other end hears is found again by its loudness, cut out and
scored piece by piece. Noise suppression, echo cancellation and gain control of both ends are on, as in life.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import aiohttp

from app.video.rooms.own import OwnRooms
from benchmarks.chromium_doctor import ChromiumDoctor, chromium_doctor
from benchmarks.chromium_room import chromium_room
from benchmarks.report import Figure
from tests.driver.browsers import Browsing
from tests.driver.clips import Sound, sound_clip
from tests.driver.console import Console, running_console
from tests.driver.patient import Patient
from tests.driver.sound_card import hush, speaking
from tests.driver.speech import SpeechJudge, spoken
from tests.lab import turns
from tests.lab.clinic import LabClinic
from tests.lab.conditions import Condition, chosen
from tests.lab.hold import invite, new_patient
from tests.lab.room_server import ROOM_URL
from tests.lab.tape import TAPE, Tape, browser_tape, console_tape
from tests.lab.troubles import join

CONDITIONS = chosen("clean, loss 5 %, loss 10 %")
_DIRECTIONS = ("to the clinic", "to the patient")
_ADMIT_WITHIN = 60.0
_SIZE = 640, 480
_WORST = 1.0
"""What a piece scores that was said and never heard."""
_MOST_NOISE = -60.0
"""dB of the full scale that nobody hears at the loudness of speech."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one end heard: the scores of the pieces, and the loudest 100 ms (dB) while nobody spoke.

    The recording itself has holes of `missing` s where the machine was too busy to record.
    """

    scores: tuple[float, ...]
    noise: float
    missing: float = 0.0

    @property
    def score(self) -> float:
        """The mean score; a piece that was never heard counts as bad as can be."""
        return mean([*self.scores, *[_WORST] * (turns.TURNS - len(self.scores))])


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call: what clinic and patient heard of each other, and by how many s the line itself was late."""

    condition: Condition
    engine: str
    clinic: Heard
    patient: Heard
    line_late: float


async def hold(clinic: LabClinic, condition: Condition, *, peer: bool) -> Spoken:
    """Hold one call and let both speak; scoring takes another half minute."""
    said = spoken()
    clip = clinic.directory / "turns.wav"
    sound_clip(clip, turns.taking_turns(said))
    async with (_with_chromium if peer else _with_console)(clinic, condition, clip) as (at_clinic, at_patient):
        seconds = turns.WHOLE + turns.TURN / 2
        heard = await asyncio.gather(at_clinic(seconds), at_patient(seconds))
        late = clinic.network.latest
    judge = SpeechJudge(said)
    ends = [
        replace(
            await asyncio.to_thread(judged, recording, said, judge), missing=seconds - len(recording) / turns.RATE
        )
        for recording in heard
    ]
    return Spoken(condition, "Chromium" if peer else "console", ends[0], ends[1], late)


def judged(recording: Sound, said: Sound, judge: SpeechJudge) -> Heard:
    """Score every whole piece of the speech in a recording, and measure the silence after the last."""
    begins = turns.find(recording, said)
    whole = [begin for begin in begins if begin + len(said) <= len(recording)]
    scores = tuple(judge.score(recording[begin : begin + len(said)]) for begin in whole)
    return Heard(scores, max(turns.levels(turns.silence(recording, begins, len(said))), default=0.0))


@asynccontextmanager
async def _with_console(clinic: LabClinic, condition: Condition, clip: Path) -> AsyncIterator[tuple[Tape, Tape]]:
    async with AsyncExitStack() as opened:
        await hush(clinic.card)
        patient = await _patient(opened, clinic, clip)
        started = running_console(clinic.stack.settings, clinic.environment, clinic.directory / "console")
        console = await opened.enter_async_context(started)
        link = await invite(clinic, console)
        await clinic.network.impair(condition.line)
        began = await _ready(patient, link)
        sound = turns.taking_turns(spoken()).tobytes()
        await asyncio.sleep(began + turns.TURN / 2 - time.monotonic())
        await opened.enter_async_context(speaking(clinic.card, sound))
        await _join(patient, console)
        yield console_tape(clinic.card), browser_tape(patient.page)


@asynccontextmanager
async def _with_chromium(clinic: LabClinic, condition: Condition, clip: Path) -> AsyncIterator[tuple[Tape, Tape]]:
    async with AsyncExitStack() as opened:
        patient = await _patient(opened, clinic, clip)
        session = await opened.enter_async_context(aiohttp.ClientSession())
        rooms = OwnRooms(ROOM_URL, clinic.clinic_key, session)
        servers = await rooms.ice_servers()
        started = chromium_doctor(clinic.directory / "doctor", *_SIZE, ice_servers=servers, browsing=_taped(clip))
        doctor = await opened.enter_async_context(started)
        link = await opened.enter_async_context(chromium_room(rooms, doctor))
        await clinic.network.impair(condition.line)
        began = await _ready(patient, link)
        await asyncio.sleep(began + turns.TURN / 2 - time.monotonic())
        await _speak_from_the_beginning(doctor)
        await _join(patient, None)
        yield browser_tape(doctor.page), browser_tape(patient.page)


async def _patient(opened: AsyncExitStack, clinic: LabClinic, clip: Path) -> Patient:
    return await new_patient(opened, clinic, _taped(clip))


def _taped(clip: Path) -> Browsing:
    """Return how a browser is started that says the clip; Chromium goes by the last of two like flags."""
    return Browsing(flags=(f"--use-file-for-fake-audio-capture={clip}",), scripts=(TAPE,))


async def _ready(patient: Patient, link: str) -> float:
    """Open the link and take camera and microphone; returns when (monotonic s) the patient began to speak."""
    patient.page.set_default_timeout(60_000)
    await patient.open(link)
    await patient.in_phase("preview", 60)
    await patient.sees_themselves()
    return time.monotonic()


async def _join(patient: Patient, console: Console | None) -> None:
    admitting = asyncio.create_task(console.ask("click_when_there", name="admit")) if console else None
    await join(patient.page)
    if admitting:
        await admitting
    await patient.in_phase("admitted", _ADMIT_WITHIN)


async def _speak_from_the_beginning(doctor: ChromiumDoctor) -> None:
    """Open the doctor's microphone anew: its clip begins with it."""
    reopen = (
        "([width, height]) => { stream.getTracks().forEach((track) => track.stop()); return open(width, height) }"
    )
    await doctor.page.evaluate(reopen, list(_SIZE))


def table(calls: Sequence[Spoken]) -> str:
    """Return a Markdown table, one line a call."""
    head = (
        "condition",
        "doctor's end",
        *_DIRECTIONS,
        "loudest in silence dB: clinic, patient",
        "not recorded s",
        "line late ms",
    )
    rows = [head, tuple("---" for _ in head), *map(_row, calls)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def figures(calls: Sequence[Spoken]) -> list[Figure]:
    """Return the console's scores beside Chromium's on the same line, and what is added to silence."""
    peers = {call.condition.name: call for call in calls if call.engine == "Chromium"}
    found = []
    for call in calls:
        if call.engine != "console":
            continue
        peer = peers.get(call.condition.name)
        theirs = (peer.clinic, peer.patient) if peer else (None, None)
        for direction, ours, other in zip(_DIRECTIONS, (call.clinic, call.patient), theirs, strict=True):
            name = f"speech {direction}, {call.condition.name}"
            found.append(_beside(Figure(name, ours.score, "MOS"), other))
            quiet = Figure(f"silence {direction}, {call.condition.name}", ours.noise, "dB")
            found.append(replace(quiet, budget=f"<= {_MOST_NOISE:g} dB", ok=ours.noise <= _MOST_NOISE))
    return found


def _beside(figure: Figure, peer: Heard | None) -> Figure:
    if peer is None:
        return figure
    kept = figure.value >= peer.score
    figure = replace(figure, peer="Chromium", peer_value=peer.score, ratio=figure.value / peer.score)
    return replace(figure, budget=">= Chromium", ok=kept)


def _row(call: Spoken) -> tuple[str, ...]:
    ends = (call.clinic, call.patient)
    scores = (f"{end.score:.2f} ({', '.join(f'{score:.2f}' for score in end.scores)})" for end in ends)
    noise = ", ".join(f"{end.noise:.0f}" for end in ends)
    missing = ", ".join(f"{end.missing:.1f}" for end in ends)
    return (call.condition.name, call.engine, *scores, noise, missing, f"{1000 * call.line_late:.0f}")
