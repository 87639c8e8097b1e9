"""The figures of a call from what its ends saw and heard."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.lab import measures
from tests.lab.conditions import CONDITIONS, chosen
from tests.lab.evidence import Evidence, Words
from tests.lab.measures import Shown, Span
from tests.lab.result import Course, Result, reckon, whole_of
from tests.lab.table import figures, table

times = st.lists(st.floats(0, 100), max_size=80)
CLEAN, CUT = chosen("clean")[0], chosen("link cut 3 s")[0]


def every(step: float, begin: float, end: float) -> list[float]:
    return [begin + step * at for at in range(round((end - begin) / step))]


def film(begin: float, end: float, first: int = 0, width: int = 640) -> list[Shown]:
    return [Shown(at, first + index, width) for index, at in enumerate(every(1 / 30, begin, end))]


def test_a_smooth_picture_is_never_frozen_and_a_hole_is_as_long_as_it_is() -> None:
    window = Span(0, 10)
    assert measures.freezes([one.at for one in film(0, 10)], window) == []
    holed = [one.at for one in film(0, 4)] + [one.at for one in film(6, 10)]
    (hole,) = measures.freezes(holed, window)
    assert abs(hole.length - 2) < 0.05
    assert abs(measures.share([hole], window) - 0.2) < 0.01


@given(times)
def test_frozen_is_a_share_and_nothing_shown_is_all_of_it(shown: list[float]) -> None:
    window = Span(10, 90)
    assert 0 <= measures.share(measures.freezes(shown, window), window) <= 1 + 1e-9
    assert measures.share(measures.freezes([], window), window) == 1


def test_a_picture_shown_again_is_no_new_picture() -> None:
    again = [Shown(0.0, 1, 640), Shown(0.1, 1, 640), Shown(0.2, None, 640), Shown(0.3, 2, 640)]
    assert [one.at for one in measures.new_pictures(again)] == [0.0, 0.2, 0.3]


def test_a_gap_in_a_tone_is_found_and_measured_to_ten_milliseconds() -> None:
    clock = np.arange(3 * 48000) / 48000
    sound = 0.3 * np.sin(2 * np.pi * 1000 * clock)
    sound[48000 : 48000 + 4800] = 0
    levels = measures.tone_levels(sound, 1000)
    heard = measures.sounding([at * 0.01 for at in range(len(levels))], levels.tolist())
    (gap,) = measures.silences(heard, Span(0, 3))
    assert abs(gap.length - 0.1) <= 0.0101
    assert abs(gap.begin - 1.0) <= 0.0101


def test_other_sounds_and_silence_are_not_the_tone() -> None:
    clock = np.arange(48000) / 48000
    for other in (np.zeros(48000), 0.3 * np.sin(2 * np.pi * 500 * clock)):
        levels = measures.tone_levels(other, 1000)
        assert measures.sounding(list(range(len(levels))), levels.tolist()) == []


@given(times, times)
def test_contact_is_where_both_are_alive_and_its_spans_are_in_order(one: list[float], other: list[float]) -> None:
    met = measures.both(measures.alive(one, []), measures.alive([], other))
    assert all(before.end <= after.begin for before, after in pairwise(met))
    for span in met:
        middle = (span.begin + span.end) / 2
        assert any(at <= middle <= at + 0.5 for at in one)
        assert any(at <= middle <= at + 0.05 for at in other)


def test_contact_again_counts_from_the_end_of_the_trouble() -> None:
    contact = [Span(0, 10), Span(18, 30)]
    assert measures.again(contact, struck=10, over=13, end=30) == 5
    assert measures.again([Span(0, 30)], struck=10, over=13, end=30) == 0
    assert measures.again([Span(0, 10)], struck=10, over=13, end=30) is None
    assert measures.again([Span(0, 10), Span(18, 25)], struck=10, over=13, end=30) is None
    assert measures.again([Span(0, 10), Span(10.5, 30)], struck=10, over=13, end=30) == 0


def test_all_is_back_when_both_see_and_hear() -> None:
    talking, watching = Evidence([], [], every(0.01, 0, 20)), Evidence(film(0, 20), [], every(0.01, 0, 20))
    silent_for_a_while = Evidence(film(0, 20), [], every(0.01, 0, 8) + every(0.01, 12, 20))
    assert whole_of(watching, talking) == []
    assert measures.again(whole_of(watching, silent_for_a_while), struck=8, over=10, end=20) == 2


def test_first_contact_must_hold_for_a_second() -> None:
    assert measures.first_contact([Span(1, 1.5), Span(4, 9)], 1) == 3
    assert measures.first_contact([Span(1, 1.5)], 1) is None


def test_a_delay_is_to_the_last_time_a_number_was_taken() -> None:
    taken = [Shown(0, 7, 640), Shown(3, 7, 640), Shown(6, 7, 640)]
    assert measures.delays(taken, [Shown(3.2, 7, 640), Shown(4, 20, 640), Shown(5, None, 640)]) == [3.2 - 3]
    (near,) = measures.delays(taken, [Shown(3.2, 9, 640)])
    assert abs(near - (0.2 - 2 / 30)) < 1e-9


def evidence(begin: float, end: float, first: int) -> Evidence:
    return Evidence(film(begin, end, first), film(begin - 0.1, end, first), every(0.01, begin, end))


def test_a_good_call_is_reckoned_good() -> None:
    result = reckon(CLEAN, "console", Course(100, 125), evidence(101, 126, 0), evidence(101.5, 126, 9000))
    assert result.saved
    assert result.contact is not None
    assert abs(result.contact - 1.5) < 0.05
    assert result.clinic is not None
    assert (result.clinic.frozen, result.clinic.sound_gap, result.clinic.rung) == (0, 0, "video 640")


def test_a_call_that_stays_dead_is_saved_by_the_telephone_alone() -> None:
    course = Course(100, 140, struck=110, over=113)
    ends = (evidence(101, 110, 0), evidence(101, 110, 9000))
    assert not reckon(CUT, "console", course, *ends).saved
    words = [Words(105, "", False, False), Words(122, "", True, False)]
    offered = reckon(CUT, "console", course, *ends, words)
    assert offered.saved
    assert offered.telephone == 12
    assert offered.again is None
    assert offered.rescued == 12


def test_a_call_that_comes_back_is_rescued_from_the_moment_of_the_trouble_on() -> None:
    course = Course(100, 140, struck=110, over=113)
    ends = [Evidence(film(101, 110) + film(117, 140, 4000), [], every(0.01, 101, 140)) for _ in range(2)]
    silent = [Evidence(end.shown, end.taken, [at for at in end.sounds if not 110 < at < 118]) for end in ends]
    result = reckon(CUT, "console", course, silent[0], silent[1])
    assert result.saved
    assert result.again is not None
    assert result.whole is not None
    assert result.rescued is not None
    assert abs(result.again - 4) < 0.05
    assert abs(result.whole - 5) < 0.05
    assert abs(result.rescued - 7) < 0.05
    assert any("contact again" in figure.name and figure.ok for figure in figures([result]))


def test_blame_counts_from_the_trouble_on_and_only_when_it_is_the_right_one() -> None:
    course = Course(100, 140, struck=110, over=113)
    ends = (evidence(101, 110, 0), evidence(101, 110, 9000))
    early, wrong = Words(105, "", False, False, "Patientens net"), Words(112, "", False, False, "Denne pc")
    accused = reckon(CUT, "console", course, *ends, [early, wrong])
    assert (accused.blamed, accused.blamed_after) == ("Denne pc", None)
    right = Words(114, "", False, False, "Patientens net")
    found = reckon(CUT, "console", course, *ends, [early, wrong, right])
    assert (found.blamed, found.blamed_after) == ("Patientens net", 4)
    shares = [[one.value for one in figures([result]) if "blamed" in one.name] for result in (accused, found)]
    assert shares == [[0], [100]]


def test_a_call_that_never_came_about_is_told_in_the_table_and_the_figures() -> None:
    results = [Result(CLEAN, "console", note="TimeoutError: nothing"), Result(CLEAN, "Chromium", contact=0.5)]
    assert "TimeoutError: nothing" in table(results)
    (lost,) = [figure for figure in figures(results) if "lost" in figure.name]
    assert (lost.value, lost.ok) == (1, False)


def test_conditions_are_found_by_name_and_by_part_of_it() -> None:
    assert [one.name for one in chosen("loss-5")] == ["loss 5 %"]
    assert [one.name for one in chosen("cut")] == ["link cut 3 s", "link cut 10 s", "link cut 60 s"]
    assert [one.name for one in chosen("clean,restart")] == ["clean", "turn restart"]
    assert chosen("gone") == []
    assert chosen(" , ") == []
    assert len({one.name for one in CONDITIONS}) == len(CONDITIONS)
