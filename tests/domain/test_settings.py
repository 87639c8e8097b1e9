from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorKind, KlinikError
from app.domain.settings import MAX_SETTINGS_BYTES, parse_settings, read_settings

GOOD = """
[clinic]
name = "Lægehuset Åkanden"
phone = "70 10 20 30"
[user]
id = "dr-1"
name = "Mette Skovgaard"
role = "clinician"
[practice_system]
base_url = "https://lps.example/fhir/"
poll_seconds = 2
[sms]
base_url = "http://127.0.0.1:8090"
sender = "Laegehuset"
token = "hemmelig-sms"
[room]
base_url = "http://localhost:8091"
clinic_key = "hemmelig-rum"
[store]
directory = "/srv/klinikkonsol"
[keys]
backend = "file"
path = "/srv/klinikkonsol/keys.json"
[demo]
phone_page = "http://127.0.0.1:8092/phone"
"""


def test_a_whole_file_is_read() -> None:
    settings = parse_settings(GOOD)
    assert settings.clinic.phone.e164 == "+4570102030"
    assert settings.practice_system.base_url == "https://lps.example/fhir"
    assert settings.practice_system.poll_every == timedelta(seconds=2)
    assert settings.keys_path == Path("/srv/klinikkonsol/keys.json")
    assert settings.phone_page.endswith("/phone")


def test_secrets_are_not_shown() -> None:
    assert "hemmelig" not in repr(parse_settings(GOOD))


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        ('name = "Lægehuset Åkanden"', 'name = " "', "clinic.name"),
        ('phone = "70 10 20 30"', 'phone = "112"', "clinic.phone"),
        ('role = "clinician"', 'role = "dentist"', "user.role"),
        ("https://lps.example/fhir/", "http://lps.example/fhir", "practice_system.base_url"),
        ("http://127.0.0.1:8090", "http://127.0.0.1.evil.example", "sms.base_url"),
        ("http://localhost:8091", "ftp://localhost", "room.base_url"),
        ("poll_seconds = 2", "poll_seconds = true", "poll_seconds"),
        ("poll_seconds = 2", "poll_seconds = 0", "poll_seconds"),
        ('backend = "file"', 'backend = "paper"', "keys.backend"),
        ('path = "/srv/klinikkonsol/keys.json"', "", "keys.backend"),
        ("[store]", "[shop]", "store"),
        ("[clinic]", "clinic = 3\n[klinik]", "clinic"),
        ("[clinic]", "[clinic", "TOML"),
    ],
)
def test_a_wrong_entry_is_named(old: str, new: str, entry: str) -> None:
    assert old in GOOD
    with pytest.raises(KlinikError) as caught:
        parse_settings(GOOD.replace(old, new, 1))
    assert caught.value.kind is ErrorKind.SETTINGS_INVALID
    assert entry in caught.value.detail


def test_the_operating_systems_keyring_is_the_default() -> None:
    text = GOOD.replace('backend = "file"\npath = "/srv/klinikkonsol/keys.json"', "")
    settings = parse_settings(text.replace('[demo]\nphone_page = "http://127.0.0.1:8092/phone"', ""))
    assert (settings.keys, settings.keys_path, settings.phone_page) == ("os", None, "")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    large, latin = tmp_path / "large.toml", tmp_path / "latin.toml"
    large.write_text("#" * (MAX_SETTINGS_BYTES + 1))
    latin.write_bytes("name = 'Åse'".encode("latin-1"))
    for path in (tmp_path / "none.toml", large, latin):
        with pytest.raises(KlinikError) as caught:
            read_settings(path)
        assert caught.value.kind is ErrorKind.SETTINGS_INVALID
    good = tmp_path / "good.toml"
    good.write_text(GOOD, encoding="utf-8")
    assert read_settings(good) == parse_settings(GOOD)


@given(st.text())
def test_any_text_is_settings_or_a_told_error(text: str) -> None:
    with suppress(KlinikError):
        parse_settings(text)
