"""From decoded frame to picture, as large as it is shown: what the screen's thread would scale is scaled before."""

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from app.video.frames import NO_SIZE, Picture

_MOST_ENLARGED = 1920 * 1080
"""Pixels up to which a picture is made larger here; beyond that the memory for it costs more than the scaling."""


class PictureMaker:
    """Turns frames of one stream into pictures; keeps the conversions set up between frames. Not thread-safe."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()
        self._painter = VideoReformatter()

    def picture(self, frame: VideoFrame, room: tuple[int, int] = NO_SIZE) -> Picture:
        """Return the frame as a picture that fills the room (px) in its own shape."""
        came_as = (frame.width, frame.height)
        width, height = fitted(came_as, room)
        if (width, height) != came_as:
            # first scaled, then coloured: a third cheaper than both at once, which scales at twice the bytes
            how = "AREA" if width < frame.width else "BILINEAR"
            frame = self._scaler.reformat(frame, width, height, interpolation=how, threads=1)
        # one thread: a pool of as many as there are cores costs more than a third of a millisecond of work
        bgra = self._painter.reformat(frame, format="bgra", threads=1)
        plane = bgra.planes[0]
        return Picture(bgra.width, bgra.height, plane.line_size, memoryview(plane), came_as)


def fitted(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Return the sides (px) of a picture that fills a room in its own shape; as they are where no room is known.

    In a very large room a picture is not made larger than it is. The sides are even, for colouring an odd number of
    rows takes five times as long.
    """
    if min(*size, *room) < 1:
        return size
    scale = min(room[0] / size[0], room[1] / size[1])
    if scale > 1 and scale * scale * size[0] * size[1] > _MOST_ENLARGED:
        return size
    return _even(size[0] * scale), _even(size[1] * scale)


def _even(side: float) -> int:
    return max(2, int(side / 2 + 1e-9) * 2)
