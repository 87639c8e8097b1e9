"""A trial of the sound from chime to verdict, whatever the microphone does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ports.media import FRAME_BYTES, FRAME_SAMPLES, SILENCE
from app.video.sound.sound_trial import CHIME, SoundTrial, begun, mixed, play, record
from app.video.sound.trial_stages import TrialStage, Voice
from tests.video.sound.voices import pcm, speech

VOICE = pcm(speech(6, seed=5))
FRAMES = [VOICE[start : start + FRAME_BYTES] for start in range(0, len(VOICE), FRAME_BYTES)]


def run(trial: SoundTrial, microphone: list[bytes], steps: int = 1000) -> tuple[SoundTrial, list[bytes]]:
    """Play and record in turn until it is over, and return it with all that was played."""
    heard, left = [], list(microphone)
    for _ in range(steps):
        if left:
            trial = record(trial, left.pop(0))
        trial, out = play(trial, SILENCE)
        heard.append(out)
        if trial.stage is TrialStage.IDLE:
            break
    return trial, heard


def test_the_chime_is_played_then_three_seconds_of_the_voice_come_back() -> None:
    trial, heard = run(begun(), FRAMES)
    assert trial.stage is TrialStage.IDLE
    assert trial.voice is Voice.CLEAR
    assert heard[: len(CHIME)] == list(CHIME)
    assert heard[-150:] == FRAMES[len(CHIME) : len(CHIME) + 150]


@pytest.mark.parametrize(("gain", "voice"), [(1.0, Voice.CLEAR), (0.04, Voice.FAINT), (0.0, Voice.NOTHING)])
def test_what_was_heard_is_judged(gain: float, voice: Voice) -> None:
    quiet = [(gain * np.frombuffer(one, np.int16)).astype(np.int16).tobytes() for one in FRAMES]
    assert run(begun(), quiet)[0].voice is voice


def test_a_bump_on_the_table_is_no_voice() -> None:
    bumped = [FRAMES[5] if number in (60, 61, 100) else SILENCE for number in range(300)]
    assert run(begun(), bumped)[0].voice is Voice.NOTHING


def test_without_a_microphone_it_ends_and_says_so() -> None:
    trial, heard = run(begun(), [])
    assert (trial.stage, trial.voice) == (TrialStage.IDLE, Voice.NOTHING)
    assert len(heard) < 400


def test_the_patient_is_heard_through_it() -> None:
    patient = (1000 * np.ones(FRAME_SAMPLES)).astype(np.int16).tobytes()
    _, out = play(begun(), patient)
    assert np.abs(np.frombuffer(out, np.int16) - np.frombuffer(CHIME[0], np.int16)).max() == 1000


LOUD = st.lists(st.integers(-32768, 32767), min_size=4, max_size=4).map(lambda samples: np.array(samples, np.int16))


@given(LOUD, LOUD)
def test_sounds_together_never_wrap_around(one: np.ndarray, other: np.ndarray) -> None:
    expected = [max(-32768, min(32767, int(a) + int(b))) for a, b in zip(one, other, strict=True)]
    assert np.frombuffer(mixed(one.tobytes(), other.tobytes()), np.int16).tolist() == expected


@given(st.lists(st.sampled_from(["play", "record", "begin"]), max_size=700))
def test_in_any_order_it_gives_whole_frames_and_keeps_three_seconds_at_most(steps: list[str]) -> None:
    trial = SoundTrial()
    for step in steps:
        if step == "begin":
            trial = begun()
        elif step == "record":
            trial = record(trial, FRAMES[0])
        else:
            trial, out = play(trial, SILENCE)
            assert len(out) == FRAME_BYTES
        assert len(trial.recorded) <= 150
