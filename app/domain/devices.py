"""Which camera, microphone and loudspeaker are used where: rules over what is plugged in and what was chosen.

Devices are known by name: a headset keeps its name in another socket, and its address there is a new one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, unique


@unique
class DeviceKind(Enum):
    """The value is the name of the field in `Choice`."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Choice:
    """One name of each kind. Empty is, in a wish, the system's default; in what is in use, none."""

    camera: str = ""
    microphone: str = ""
    speaker: str = ""

    def of(self, kind: DeviceKind) -> str:
        """Return the name of one kind."""
        return {
            DeviceKind.CAMERA: self.camera,
            DeviceKind.MICROPHONE: self.microphone,
            DeviceKind.SPEAKER: self.speaker,
        }[kind]

    def changed(self, kind: DeviceKind, name: str) -> "Choice":
        """Return the choice with another name of one kind."""
        return replace(self, **{kind.value: name})


@dataclass(frozen=True, slots=True)
class Present:
    """The names of all devices that are plugged in, each once, the system's default first."""

    cameras: tuple[str, ...] = ()
    microphones: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()

    def of(self, kind: DeviceKind) -> tuple[str, ...]:
        """Return the names of one kind."""
        return {
            DeviceKind.CAMERA: self.cameras,
            DeviceKind.MICROPHONE: self.microphones,
            DeviceKind.SPEAKER: self.speakers,
        }[kind]

    @property
    def place(self) -> frozenset[str]:
        """What tells the desk with its dock from the consulting room: the devices there, with their kind."""
        return frozenset(f"{kind.value}: {name}" for kind in DeviceKind for name in self.of(kind))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was chosen at a place."""

    place: frozenset[str]
    choice: Choice


Places = tuple[Remembered, ...]
"""What was chosen where, the newest first."""
_MOST_PLACES = 20


@unique
class NewsReason(Enum):
    """Why another device is used than before, without anybody having chosen it."""

    UNPLUGGED = "unplugged"
    PLUGGED_IN = "plugged_in"
    OTHER_DEFAULT = "other_default"


@dataclass(frozen=True, slots=True)
class DeviceNews:
    """A device that was changed by itself: its name before, and now; either is empty for none."""

    reason: NewsReason
    kind: DeviceKind
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What is plugged in (None before the first look), wished for and in use, and what changed by itself."""

    places: Places = ()
    present: Present | None = None
    wish: Choice = Choice()
    in_use: Choice = Choice()
    news: tuple[DeviceNews, ...] = ()


def looked(state: DeviceState, present: Present, in_use: Choice) -> DeviceState:
    """Return the state after a look at what is there and what is used; another place has other wishes."""
    moved = state.present is None or present.place != state.present.place
    wish = wished(state.places, present) if moved else state.wish
    found = [_news(state, wish, kind, present, in_use.of(kind)) for kind in DeviceKind]
    fresh = {news.kind: news for news in found if news}
    kept = [old for old in state.news if old.kind not in fresh]
    return replace(state, present=present, wish=wish, in_use=in_use, news=(*kept, *fresh.values()))


def chose(state: DeviceState, kind: DeviceKind, name: str) -> DeviceState:
    """Return the state after a person chose; what is not plugged in cannot be chosen. Empty is the default."""
    if state.present is None or (name and name not in state.present.of(kind)):
        return state
    wish = state.wish.changed(kind, name)
    return replace(
        state,
        places=remember(state.places, state.present, wish),
        wish=wish,
        in_use=state.in_use.changed(kind, name or _first(state.present.of(kind))),
        news=tuple(news for news in state.news if news.kind is not kind),
    )


def noted(state: DeviceState) -> DeviceState:
    """Return the state after its news have been read."""
    return replace(state, news=())


def wished(places: Places, present: Present) -> Choice:
    """Return what was chosen at this place; at a new one, of each kind what was last chosen among what is there."""
    for remembered in places:
        if remembered.place == present.place:
            return remembered.choice
    wish = Choice()
    for kind in DeviceKind:
        known = (remembered.choice.of(kind) for remembered in places)
        wish = wish.changed(kind, next((name for name in known if name and name in present.of(kind)), ""))
    return wish


def remember(places: Places, present: Present, choice: Choice) -> Places:
    """Return the places with what was chosen now first; the twenty newest are kept."""
    others = (old for old in places if old.place != present.place)
    return (Remembered(present.place, choice), *others)[:_MOST_PLACES]


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names in their order, the second of the same name as `name (2)`."""
    seen: Counter[str] = Counter()
    told: list[str] = []
    for name in names:
        seen[name] += 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(told)


def _news(state: DeviceState, wish: Choice, kind: DeviceKind, present: Present, now: str) -> DeviceNews | None:
    was = state.in_use.of(kind)
    if state.present is None or was == now:
        return None
    if was and was not in present.of(kind):
        return DeviceNews(NewsReason.UNPLUGGED, kind, was, now)
    # What is there and not used does not work: that is a failure, and told as one.
    return _taken_up(state, wish, kind, now) if now else None


def _taken_up(state: DeviceState, wish: Choice, kind: DeviceKind, now: str) -> DeviceNews | None:
    was = state.in_use.of(kind)
    if state.present is None:
        return None
    if now not in state.present.of(kind):
        return DeviceNews(NewsReason.PLUGGED_IN, kind, was, now)
    if unplugged := next((news for news in state.news if news.kind is kind and not news.now), None):
        return replace(unplugged, now=now)
    if was and not wish.of(kind):
        return DeviceNews(NewsReason.OTHER_DEFAULT, kind, was, now)
    return None


def _first(names: tuple[str, ...]) -> str:
    return names[0] if names else ""
