"""Which device is used where, in cases from a clinic and in any order things can come and go."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.devices import (
    Choice,
    DeviceKind,
    DeviceNews,
    DeviceState,
    NewsReason,
    Present,
    Remembered,
    chose,
    distinct,
    looked,
    remember,
    wished,
)

CONSULTING_ROOM = Present(("Built-in camera",), ("Built-in microphone",), ("Built-in speaker",))
DOCK = Present(
    ("Built-in camera", "Brio"),
    ("Built-in microphone", "Brio", "Jabra"),
    ("Built-in speaker", "Screen", "Jabra"),
)
WITHOUT_HEADSET = Present(DOCK.cameras, DOCK.microphones[:2], DOCK.speakers[:2])
AT_DOCK = Choice("Brio", "Jabra", "Jabra")


def resolved(wish: Choice, present: Present) -> Choice:
    """Return what would be used."""
    used = Choice()
    for kind in DeviceKind:
        names = present.of(kind)
        used = used.changed(kind, wish.of(kind) if wish.of(kind) in names else names[0] if names else "")
    return used


def arrived(state: DeviceState, present: Present) -> DeviceState:
    """Return the state after a look at another set of devices, with what is then used."""
    wish = looked(state, present, state.in_use).wish
    return looked(state, present, resolved(wish, present))


def at_the_dock() -> DeviceState:
    state = arrived(DeviceState(), DOCK)
    for kind in DeviceKind:
        state = chose(state, kind, AT_DOCK.of(kind))
    return state


def test_what_was_chosen_at_a_place_is_used_there_again() -> None:
    state = at_the_dock()
    away = arrived(state, CONSULTING_ROOM)
    assert away.in_use == Choice("Built-in camera", "Built-in microphone", "Built-in speaker")
    back = arrived(away, DOCK)
    assert back.in_use == AT_DOCK
    assert {news.reason for news in back.news} == {NewsReason.PLUGGED_IN}


def test_an_unplugged_headset_is_named_with_what_is_used_instead() -> None:
    state = arrived(at_the_dock(), WITHOUT_HEADSET)
    assert state.wish.camera == "Brio"
    assert state.news == (
        DeviceNews(NewsReason.UNPLUGGED, DeviceKind.MICROPHONE, "Jabra", "Built-in microphone"),
        DeviceNews(NewsReason.UNPLUGGED, DeviceKind.SPEAKER, "Jabra", "Built-in speaker"),
    )


def test_what_takes_its_place_a_moment_later_is_named_too() -> None:
    state = at_the_dock()
    gone = looked(state, WITHOUT_HEADSET, replace(state.in_use, microphone="", speaker=""))
    there = looked(gone, WITHOUT_HEADSET, replace(state.in_use, microphone="Brio", speaker="Screen"))
    assert [(news.reason, news.was, news.now) for news in there.news] == [
        (NewsReason.UNPLUGGED, "Jabra", "Brio"),
        (NewsReason.UNPLUGGED, "Jabra", "Screen"),
    ]


def test_another_default_is_told_and_a_choice_is_not() -> None:
    state = arrived(DeviceState(), DOCK)
    changed = looked(state, replace(DOCK, speakers=("Screen", "Built-in speaker", "Jabra")),
                     replace(state.in_use, speaker="Screen"))  # fmt: skip
    assert changed.news == (DeviceNews(NewsReason.OTHER_DEFAULT, DeviceKind.SPEAKER, "Built-in speaker", "Screen"),)
    chosen = chose(changed, DeviceKind.SPEAKER, "Jabra")
    assert chosen.news == ()
    still_changing = looked(chosen, DOCK, replace(state.in_use, speaker="Screen"))
    assert looked(still_changing, DOCK, replace(state.in_use, speaker="Jabra")).news == ()


def test_a_camera_that_another_program_took_is_no_news_but_a_failure() -> None:
    state = at_the_dock()
    assert looked(state, DOCK, replace(state.in_use, camera="")).news == ()


def test_what_is_not_there_cannot_be_chosen() -> None:
    state = arrived(DeviceState(), CONSULTING_ROOM)
    assert chose(state, DeviceKind.CAMERA, "Brio") == state
    assert chose(DeviceState(), DeviceKind.CAMERA, "Brio") == DeviceState()


def test_two_of_the_same_name_are_told_apart() -> None:
    assert distinct(["Brio", "Jabra", "Brio", "Brio"]) == ("Brio", "Jabra", "Brio (2)", "Brio (3)")


NAMES = st.lists(st.sampled_from("ABCDE"), unique=True, max_size=4).map(tuple)
PRESENT = st.builds(Present, NAMES, NAMES, NAMES)
STEPS = st.lists(st.one_of(PRESENT, st.tuples(st.sampled_from(DeviceKind), st.sampled_from(["", *"ABCDE"]))))


@given(STEPS)
def test_in_any_order_what_is_wished_is_there_and_news_tells_the_truth(
    steps: list[Present | tuple[DeviceKind, str]],
) -> None:
    state, places = DeviceState(), {}
    for step in steps:
        before = state
        if isinstance(step, Present):
            state = arrived(state, step)
        else:
            state = chose(state, *step)
            if state != before and state.present is not None:
                places[state.present.place] = state.wish
        if state.present is None:
            continue
        assert state.in_use == resolved(state.wish, state.present)
        for kind in DeviceKind:
            assert state.wish.of(kind) in ("", *state.present.of(kind))
            of_kind = [news for news in state.news if news.kind is kind]
            assert len(of_kind) <= 1
            if of_kind and of_kind[0] not in before.news:
                assert (of_kind[0].was, of_kind[0].now) == (before.in_use.of(kind), state.in_use.of(kind))
        if len(places) <= 20 and state.present.place in places:
            assert state.wish == places[state.present.place]


@given(st.lists(st.tuples(PRESENT, st.builds(Choice, st.text(max_size=3))), max_size=40))
def test_the_newest_places_are_remembered_once_each(visits: list[tuple[Present, Choice]]) -> None:
    places: tuple[Remembered, ...] = ()
    for present, choice in visits:
        places = remember(places, present, choice)
        assert wished(places, present) == choice
    assert len({one.place for one in places}) == len(places) <= 20
