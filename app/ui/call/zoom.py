"""How a picture lies in a window that is zoomed and dragged: pure figures, no painting."""

from dataclasses import dataclass, replace

STEP = 1.25
MOST = 8.0
"""Screen px for each px of the picture, at the most."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """A picture of `width` x `height` in a room; `scale` is screen px for each of its own, (`x`, `y`) its corner.

    `fitted` holds while nobody has zoomed: then it follows the room's size.
    """

    width: int
    height: int
    room_width: int = 1
    room_height: int = 1
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    fitted: bool = True

    @property
    def fitting(self) -> float:
        """The scale at which all of it is seen; a small picture is not blown up."""
        return min(1.0, self.room_width / self.width, self.room_height / self.height)


def fit(zoom: Zoom) -> Zoom:
    """Return the picture as large as fits, in the middle."""
    return _settled(replace(zoom, scale=zoom.fitting, fitted=True))


def in_room(zoom: Zoom, width: int, height: int) -> Zoom:
    """Return the picture in a room of another size."""
    moved = replace(zoom, room_width=max(1, width), room_height=max(1, height))
    return fit(moved) if zoom.fitted else _settled(moved)


def zoomed(zoom: Zoom, factor: float, at_x: float, at_y: float) -> Zoom:
    """Return it larger or smaller, so that what lies at (`at_x`, `at_y`) of the room stays there."""
    scale = min(MOST, max(zoom.fitting, zoom.scale * factor))
    ratio = scale / zoom.scale
    x, y = at_x - (at_x - zoom.x) * ratio, at_y - (at_y - zoom.y) * ratio
    return _settled(replace(zoom, scale=scale, x=x, y=y, fitted=scale <= zoom.fitting))


def dragged(zoom: Zoom, by_x: float, by_y: float) -> Zoom:
    """Return it moved, never out of sight."""
    return _settled(replace(zoom, x=zoom.x + by_x, y=zoom.y + by_y))


def _settled(zoom: Zoom) -> Zoom:
    x = _along(zoom.x, zoom.width * zoom.scale, zoom.room_width)
    y = _along(zoom.y, zoom.height * zoom.scale, zoom.room_height)
    return replace(zoom, x=x, y=y)


def _along(at: float, length: float, room: int) -> float:
    """A picture smaller than the room stands in the middle; of a larger one no edge comes inside."""
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, at))
