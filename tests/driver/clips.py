"""What the patient's camera sees and microphone hears: files that Chromium plays instead of devices."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.video.devices.pattern import burn
from tests.driver.sound_card import PATIENT_TONE

Sound = NDArray[np.int16]
"""48 kHz mono."""
CLIP_RATE = 30
"""Pictures a second."""

PATIENT_NUMBERS = range(0x5000, 0x5000 + 90)
"""The numbers burned into the patient's picture, one a frame; the clinic's own test picture counts from 0."""
CLINIC_NUMBERS = range(0x3000, 0x3000 + 90)
"""The numbers burned into a clip that the clinic's camera plays."""
_BEEP, _SOFT = 0.12, 0.004
"""Seconds of a beep, and of its beginning and end."""


def camera_clip(path: Path, width: int = 640, height: int = 480, numbers: range = PATIENT_NUMBERS) -> Path:
    """Write a grey, noisy room with a moving head and burned-in numbers, one a frame (Y4M, 30 fps)."""
    rng = np.random.default_rng(1)
    luma = np.clip(rng.normal(120, 3, (height, width)), 16, 235).astype(np.uint8)
    chroma = np.full((height // 2, width // 2), 128, np.uint8).tobytes()
    rows, columns = np.ogrid[:height, :width]
    with path.open("wb") as clip:
        clip.write(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode())
        for step, number in enumerate(numbers):
            frame = luma.copy()
            centre = width // 2 + int(width / 8 * np.sin(2 * np.pi * step / len(numbers)))
            head = ((columns - centre) / (width / 8)) ** 2 + ((rows - height / 2) / (height / 4)) ** 2 < 1
            frame[head] = 180
            burn(frame, number)
            clip.write(b"FRAME\n" + frame.tobytes() + chroma + chroma)
    return path


def microphone_clip(path: Path, seconds: int = 10) -> Path:
    """Write a steady tone of PATIENT_TONE Hz (WAV, 48 kHz mono)."""
    return sound_clip(path, _tone(PATIENT_TONE, seconds))


def beeps(frequency: float, every: float) -> Sound:
    """Return one beep of `frequency` Hz and the quiet after it, `every` s long: to be played again and again."""
    sound = _tone(frequency, every)
    at = np.arange(len(sound)) / 48000
    swell = np.clip(np.minimum(at, _BEEP - at) / _SOFT, 0, 1)
    return np.asarray(sound * swell, np.int16)


def sound_clip(path: Path, samples: Sound) -> Path:
    """Write a sound (WAV, 48 kHz mono)."""
    with wave.open(str(path), "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(48000)
        clip.writeframes(samples.astype("<i2").tobytes())
    return path


def clinic_number(step: int) -> int:
    """Return the number in the picture that the clinic's camera gives at `step` / CLIP_RATE s since the epoch."""
    return CLINIC_NUMBERS[step % len(CLINIC_NUMBERS)]


def _tone(frequency: float, seconds: float) -> Sound:
    time = np.arange(round(seconds * 48000)) / 48000
    return (0.5 * 32767 * np.sin(2 * np.pi * frequency * time)).astype(np.int16)
