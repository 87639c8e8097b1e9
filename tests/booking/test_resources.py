"""The data files shipped with the program, and what is refused when somebody edits them badly."""

from datetime import date
from pathlib import Path

import pytest

from app.booking.fee_table import load_fee_codes, parse_fee_codes
from app.booking.message_templates import TemplateKind, load_templates, parse_template
from app.booking.record_systems import Source, load_record_systems, parse_record_systems
from app.domain.errors import ErrorKind, KlinikError
from tests.booking.fakes import RESOURCES, TEMPLATES


def test_the_shipped_files_are_whole() -> None:
    assert {kind for kind, _ in TEMPLATES} == set(TemplateKind)
    systems = load_record_systems(RESOURCES / "record_systems.toml")
    assert [(s.name, s.rule.limit) for s in systems if s.source is Source.DOCUMENTED] == [("EG Clinea", 400)]
    assert len(systems) == 8
    codes = load_fee_codes(RESOURCES / "fee_codes.toml")
    assert {code.code for code in codes if code.valid_on(date(2021, 12, 31))} == {"0101", "0201", "4436"}
    assert {code.code for code in codes if code.valid_on(date(2022, 1, 1))} == {
        "0101",
        "0201",
        "0204",
        "0125",
        "0126",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[fee",
        'fee = "0125"',
        "fee = [1]",
        '[[fee]]\ncode = "125"\ntext = "x"\nvalid_from = 2022-01-01',
        "[[fee]]\ncode = 125\ntext = 'x'\nvalid_from = 2022-01-01",
        "[[fee]]\ncode = '0125'\ntext = ''\nvalid_from = 2022-01-01",
        "[[fee]]\ncode = '0125'\ntext = 'x'\nvalid_from = 'i går'",
        "[[fee]]\ncode = '0125'\ntext = 'x'\nvalid_from = 2022-01-01\nvalid_to = 2021-12-31",
        "[[fee]]\ncode = '0125'\ntext = 'x'\nvalid_from = 2022-01-01\n"
        "[[fee]]\ncode = '0125'\ntext = 'y'\nvalid_from = 2023-01-01",
    ],
)
def test_bad_fee_codes(text: str) -> None:
    with pytest.raises(KlinikError) as caught:
        parse_fee_codes(text)
    assert caught.value.kind is ErrorKind.SETTINGS_INVALID


def test_a_code_may_change_its_text_on_a_day() -> None:
    first, second = parse_fee_codes(
        "[[fee]]\ncode = '0125'\ntext = 'x'\nvalid_from = 2022-01-01\nvalid_to = 2022-12-31\n"
        "[[fee]]\ncode = '0125'\ntext = 'y'\nvalid_from = 2023-01-01"
    )
    assert (first.valid_on(date(2023, 1, 1)), second.valid_on(date(2023, 1, 1))) == (False, True)


GOOD = "[[record_system]]\nname = 'X'\nlimit = 350\ncharset = 'iso-8859-1'\nlinks = 'unknown'\nsource = 'assumed'\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "record_system = 1",
        GOOD + GOOD,
        GOOD.replace("'X'", "''"),
        GOOD.replace("350", "0"),
        GOOD.replace("350", "true"),
        GOOD.replace("iso-8859-1", "utf-8"),
        GOOD.replace("unknown", "perhaps"),
        GOOD.replace("assumed", "guessed"),
    ],
)
def test_bad_record_systems(text: str) -> None:
    with pytest.raises(KlinikError) as caught:
        parse_record_systems(text)
    assert caught.value.kind is ErrorKind.SETTINGS_INVALID


def template(kind: str = "invitation", language: str = "da", body: str = "$link\\nHej") -> str:
    return f'kind = "{kind}"\nlanguage = "{language}"\nbody = "{body}"\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind =",
        template(kind="greeting"),
        template(language="de"),
        template(body=""),
        template(body="Hej $link"),
        template(body="$link og mere\\nHej"),
        template(body="$link\\nHej igen: $link"),
        template(body="$link\\nHej $name"),
        template(body="$link\\nDet koster $"),
        template(kind="cancellation", body="$link\\nAflyst"),
    ],
)
def test_bad_templates(text: str) -> None:
    with pytest.raises(KlinikError) as caught:
        parse_template(text)
    assert caught.value.kind is ErrorKind.SETTINGS_INVALID


def test_a_missing_or_doubled_template_is_told_at_start(tmp_path: Path) -> None:
    for source in (RESOURCES / "message_templates").glob("*.toml"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_templates(tmp_path) == TEMPLATES
    (tmp_path / "twice.toml").write_text(template(), encoding="utf-8")
    with pytest.raises(KlinikError):
        load_templates(tmp_path)
    (tmp_path / "twice.toml").unlink()
    (tmp_path / "reminder.da.toml").unlink()
    with pytest.raises(KlinikError):
        load_templates(tmp_path)
