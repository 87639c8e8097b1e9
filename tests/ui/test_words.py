"""Every state and every error has its Danish words, and the look keeps to contrast AA."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.booking import BookingState, ConsultationForm, RowState
from app.domain.errors import ErrorKind
from app.domain.invitation import Delivery
from app.domain.outcome import FeeReason, OutcomeKind
from app.domain.slot import SlotKind
from app.domain.waiting import PatientPhase
from app.ui.danish_time import (
    clock_text,
    day_text,
    elapsed_text,
    long_day_text,
    moment_text,
    since_text,
    stamp_text,
)
from app.ui.error_texts import error_text
from app.ui.theme.stylesheet import stylesheet
from app.ui.theme.theme import Theme
from app.ui.theme.tokens import DARK, LIGHT, Palette, Sizes, Tone, contrast
from app.ui.words import (
    booking_label,
    delivery_label,
    fee_reason_text,
    form_label,
    outcome_text,
    phase_label,
    row_label,
    slot_text,
)
from scripts.translate import DANISH, check
from tests.ui import people

TEXT, LARGE = 4.5, 3.0


@pytest.mark.parametrize("kind", list(ErrorKind), ids=lambda kind: kind.value)
def test_every_error_has_a_danish_title_and_one_thing_to_do(danish: None, kind: ErrorKind) -> None:
    words = error_text(kind)
    assert words.title
    assert words.advice.endswith(".")
    assert not words.title.endswith(".")
    assert " the " not in f" {words.title} {words.advice} "


def test_errors_are_told_apart(danish: None) -> None:
    titles = [error_text(kind).title for kind in ErrorKind]
    assert len(set(titles)) == len(titles)


def test_every_state_has_words(danish: None) -> None:
    texts = [booking_label(one).text for one in BookingState]
    texts += [row_label(one, since, people.NOW).text for one in RowState for since in (None, people.NOW)]
    texts += [phase_label(one).text for one in PatientPhase]
    texts += [delivery_label(one, "10.02").text for one in Delivery] + [
        form_label(one).text for one in ConsultationForm
    ]
    texts += [slot_text(one) for one in SlotKind] + [outcome_text(one) for one in OutcomeKind]
    texts += [fee_reason_text(one) for one in FeeReason]
    assert all(texts)
    assert all("{" not in text for text in texts)


def test_states_of_one_tone_differ_in_shape(danish: None) -> None:
    labels = [row_label(one, people.NOW, people.NOW) for one in RowState]
    assert len({label.icon for label in labels}) == len(labels)
    labels = [phase_label(one) for one in PatientPhase]
    assert len({label.icon for label in labels}) == len(labels)


def test_the_catalogue_is_complete_and_fresh() -> None:
    assert check(DANISH) == []


def test_a_stale_or_unfinished_catalogue_is_found(tmp_path: Path) -> None:
    text = DANISH.read_text(encoding="utf-8")
    stale = tmp_path / "stale.ts"
    stale.write_text(text.replace("Make room on the disk", "Make some room on the disk"), encoding="utf-8")
    assert len(check(stale)) == 2
    unfinished = tmp_path / "unfinished.ts"
    unfinished.write_text(
        text.replace("<translation>Disken er fuld", '<translation type="unfinished">'), encoding="utf-8"
    )
    assert check(unfinished) == ["not translated: ErrorTexts: The disk is full"]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 16), "i dag"),
        (date(2026, 11, 17), "i morgen"),
        (date(2026, 11, 15), "i går"),
        (date(2026, 11, 13), "fre. 13. nov."),
        (date(2025, 12, 24), "24. dec. 2025"),
    ],
)
def test_days_are_said_as_people_say_them(danish: None, day: date, said: str) -> None:
    assert day_text(day, date(2026, 11, 16)) == said


def test_times_are_danish(danish: None) -> None:
    now = people.NOW
    assert clock_text(now) == "10.04"
    assert moment_text(people.at(10, 20), now) == "i dag 10.20"
    assert stamp_text(people.at(9, 42), now) == "09.42"
    assert stamp_text(people.at(9, 42, -1), now) == "i går"
    assert since_text(people.at(9, 42, -1), now) == "i går 09.42"
    assert long_day_text(date(2026, 11, 16)) == "Mandag 16. november 2026"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (59, "0:59"), (247, "4:07"), (3750, "1:02:30"), (-5, "0:00")]
)
def test_a_timer_runs_in_minutes(seconds: int, said: str) -> None:
    assert elapsed_text(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_is_aa(palette: Palette) -> None:
    for ground in (palette.canvas, palette.surface, palette.sunken, palette.selected, palette.hover, palette.rail):
        assert contrast(palette.text, ground) >= TEXT
        assert contrast(palette.muted, ground) >= TEXT
        assert contrast(palette.focus, ground) >= LARGE
    for tone in Tone:
        assert contrast(palette.ink(tone), palette.ground(tone)) >= TEXT, tone
        assert contrast(palette.ink(tone), palette.surface) >= TEXT, tone
        assert contrast(palette.text, palette.ground(tone)) >= TEXT, tone
        assert contrast(palette.muted, palette.ground(tone)) >= TEXT, tone
    for fill in (palette.accent, palette.accent_hover, palette.accent_pressed):
        assert contrast(palette.on_accent, fill) >= TEXT
    assert contrast(palette.on_bad, palette.bad_fill) >= TEXT
    assert contrast(palette.line_strong, palette.surface) >= LARGE
    assert contrast(palette.accent_text, palette.hover) >= TEXT


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_stylesheet_grows_with_the_text() -> None:
    assert "font-size: 28px" in stylesheet(LIGHT, Sizes(2.0), Path())
    assert "$" not in stylesheet(DARK, Sizes(), Path())


def test_the_scheme_can_be_forced_and_follows_the_system_again(qapp: QApplication, theme: Theme) -> None:
    theme.force(DARK)
    assert theme.palette is DARK
    assert qapp.palette().window().color().name() == DARK.canvas
    theme.force(None)
    assert theme.palette in (LIGHT, DARK)
