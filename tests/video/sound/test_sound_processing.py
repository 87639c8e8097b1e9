"""The echo goes, the voice stays, silence stays silent: on speech, a room and a loudspeaker made of numbers."""

import importlib
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ports.media import FRAME_BYTES, SAMPLE_RATE, SILENCE
from app.video.sound import sound_processing
from app.video.sound.echo_reference import EchoReference
from app.video.sound.sound_processing import SoundProcessing
from tests.video.sound.voices import Wave, echo, pcm, room, speech, wave

_FAR = speech(14, seed=1)


def through(microphone: Wave, far: Wave) -> Wave:
    """Return what is sent when the loudspeaker plays `far` and the microphone hears `microphone`."""
    processing = SoundProcessing()
    heard, played = pcm(microphone), pcm(far)
    sent = b""
    for start in range(0, len(heard) - FRAME_BYTES + 1, FRAME_BYTES):
        sent += processing.cleaned(heard[start : start + FRAME_BYTES])
        processing.played(played[start : start + FRAME_BYTES])
    return wave(sent)


def decibels(sound: Wave) -> float:
    return float(10 * np.log10(np.mean(sound**2) + 1e-12))


@pytest.mark.parametrize("delay", [0.08, 0.2])
@pytest.mark.parametrize("noise", [0.0, 10 ** (-65 / 20)], ids=["still", "humming room"])
def test_of_an_echo_less_than_a_hundredth_is_sent_after_three_seconds(delay: float, noise: float) -> None:
    heard = echo(_FAR, room(delay))
    heard += noise * np.random.default_rng(3).normal(size=len(heard))
    sent = through(heard, _FAR)
    settled = slice(3 * SAMPLE_RATE, len(sent))
    assert decibels(heard[settled]) - decibels(sent[settled]) >= 20


@pytest.mark.parametrize("delay", [0.08, 0.2])
def test_who_speaks_while_the_patient_speaks_is_heard(delay: float) -> None:
    near = 0.7 * speech(14, seed=2, pitch=210)
    heard = echo(_FAR, room(delay))
    near[: 5 * SAMPLE_RATE] = 0
    sent = through(heard + near, _FAR)
    both = slice(6 * SAMPLE_RATE, len(sent))
    assert likeness(near[both], sent[both]) >= max(0.7, likeness(near[both], (heard + near)[both]) + 0.05)
    assert decibels(sent[both]) >= decibels(near[both]) - 6


def test_who_speaks_alone_is_hardly_changed() -> None:
    near = speech(8, seed=2, pitch=210)
    sent = through(near, np.zeros(len(near)))
    later = slice(2 * SAMPLE_RATE, len(sent))
    assert likeness(near[later], sent[later]) >= 0.95
    assert -3 <= decibels(sent[later]) - decibels(near[later]) <= 7


def test_half_a_minute_of_silence_stays_silent() -> None:
    nothing = np.zeros(30 * SAMPLE_RATE)
    assert not through(nothing, nothing).any()


def test_the_murmur_of_an_empty_room_is_not_lifted() -> None:
    murmur = 10 ** (-60 / 20) * np.random.default_rng(4).normal(size=30 * SAMPLE_RATE)
    sent = through(murmur, np.zeros(len(murmur)))
    second = [slice(start, start + SAMPLE_RATE) for start in range(3 * SAMPLE_RATE, len(sent), SAMPLE_RATE)]
    assert max(decibels(sent[part]) - decibels(murmur[part]) for part in second) <= 0


def test_an_echo_is_found_though_sound_comes_in_lumps() -> None:
    """The loudspeaker is fed 20 ms at a time, the microphone hands over 40: as sound servers do."""
    heard, played = pcm(echo(_FAR, room(0.08))), pcm(_FAR)
    processing = SoundProcessing()
    sent = b""
    for start in range(0, len(heard) - 2 * FRAME_BYTES + 1, 2 * FRAME_BYTES):
        middle, end = start + FRAME_BYTES, start + 2 * FRAME_BYTES
        processing.played(played[start:middle])
        sent += processing.cleaned(heard[start:middle]) + processing.cleaned(heard[middle:end])
        processing.played(played[middle:end])
    settled = slice(3 * SAMPLE_RATE, len(sent) // 2)
    assert decibels(wave(heard)[settled]) - decibels(wave(sent)[settled]) >= 20


def likeness(of: Wave, to: Wave) -> float:
    """Return the largest correlation of one sound with another that is up to 40 ms later."""
    size = 1 << (2 * len(of)).bit_length()
    products = np.fft.irfft(np.fft.rfft(to, size) * np.conj(np.fft.rfft(of, size)), size)
    return float(products[: SAMPLE_RATE // 25].max() / np.sqrt((of @ of) * (to @ to)))


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pywebrtc_audio", None)
        importlib.reload(sound_processing)
        yield
    importlib.reload(sound_processing)


@pytest.mark.usefixtures("no_library")
def test_without_the_library_sound_passes_as_it_is() -> None:
    processing = sound_processing.SoundProcessing()
    processing.played(SILENCE)
    sound = pcm(0.1 * np.ones(FRAME_BYTES // 2))
    assert not processing.cancels_echo
    assert processing.cleaned(sound) == sound


def number(frame: bytes) -> int:
    return int.from_bytes(frame[:4], "little")


@given(st.lists(st.integers(0, 4), min_size=200, max_size=400), st.integers(0, 12))
def test_what_was_played_comes_in_order_and_never_waits_long(lumps: list[int], surplus: int) -> None:
    """However unevenly it is played, nothing waits more than 200 ms, and in an even time no more than 60 ms."""
    reference, played, taken = EchoReference(), 0, []
    for count in (*lumps, surplus, *[1] * 101):
        for _ in range(count):
            played += 1
            reference.put(played.to_bytes(4, "little") + bytes(FRAME_BYTES - 4))
        taken.append(number(reference.take()))
        assert taken[-1] == 0 or played - taken[-1] < 10
    numbers = [one for one in taken if one]
    assert numbers == sorted(set(numbers))
    assert played - taken[-1] <= 3
