"""What the patient's camera sees and microphone hears: files that Chromium plays instead of devices."""

import wave
from pathlib import Path

import numpy as np

from app.video.devices.pattern import burn
from tests.driver.sound_card import PATIENT_TONE

PATIENT_NUMBERS = range(0x5000, 0x5000 + 90)
"""The numbers burned into the patient's picture, one a frame; the clinic's own test picture counts from 0."""
CLINIC_NUMBERS = range(0x3000, 0x3000 + 90)
"""The numbers burned into a clip that the clinic's camera plays."""


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
    time = np.arange(seconds * 48000) / 48000
    samples = (0.5 * 32767 * np.sin(2 * np.pi * PATIENT_TONE * time)).astype("<i2")
    with wave.open(str(path), "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(48000)
        clip.writeframes(samples.tobytes())
    return path
