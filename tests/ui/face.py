"""A picture of somebody in front of a camera."""

import numpy as np

from app.video.frames import Picture


def face(width: int = 1280, height: int = 720, phase: float = 0.0) -> Picture:
    """A synthetic picture: a soft room with a round head and shoulders."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., 0] = 120 + 60 * y / height
    picture[..., 1] = 130 + 50 * x / width
    picture[..., 2] = 150 - 40 * y / height
    picture[..., 3] = 255
    shoulders = ((x - width / 2) / (width * 0.28)) ** 2 + ((y - height * 1.05) / (height * 0.45)) ** 2 < 1
    head = ((x - width / 2 - phase) / (height * 0.2)) ** 2 + ((y - height * 0.42) / (height * 0.27)) ** 2 < 1
    picture[shoulders] = (110, 78, 52, 255)
    picture[head] = (150, 180, 222, 255)
    return Picture(width, height, width * 4, memoryview(picture.tobytes()))
