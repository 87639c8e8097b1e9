"""From decoded frame to picture: one conversion, no copy."""

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from app.video.frames import Picture


class PictureMaker:
    """Turns frames of one stream into pictures; keeps the conversion set up between frames. Not thread-safe."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def picture(self, frame: VideoFrame) -> Picture:
        """Return the frame as a picture of the same size; the pixels are converted once and never copied again."""
        # one thread: a pool of as many as there are cores costs more than a third of a millisecond of work
        bgra = self._reformatter.reformat(frame, format="bgra", threads=1)
        plane = bgra.planes[0]
        return Picture(bgra.width, bgra.height, plane.line_size, memoryview(plane))
