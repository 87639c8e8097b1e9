import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ErrorKind, KlinikError
from app.domain.settings import DEFAULT_SCOPE, MAX_SETTINGS_BYTES, BackendServices, parse_settings, read_settings

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
keep_closed_days = 30
[keys]
backend = "file"
path = "/srv/klinikkonsol/keys.json"
[demo]
phone_page = "http://127.0.0.1:8092/phone"
[video]
size = "640x480"
"""


def test_a_whole_file_is_read() -> None:
    settings = parse_settings(GOOD)
    assert settings.clinic.phone.e164 == "+4570102030"
    assert settings.practice_system.base_url == "https://lps.example/fhir"
    assert settings.practice_system.poll_every == timedelta(seconds=2)
    assert settings.keep_closed_days == 30
    assert settings.keys_path == Path("/srv/klinikkonsol/keys.json")
    assert settings.phone_page.endswith("/phone")
    assert settings.video_size == "640x480"


def test_the_picture_is_large_unless_the_clinic_wants_it_small() -> None:
    assert parse_settings(GOOD.replace('[video]\nsize = "640x480"\n', "")).video_size == "1280x720"
    assert parse_settings(GOOD.replace('size = "640x480"\n', "")).video_size == "1280x720"


def test_secrets_are_not_shown() -> None:
    assert "hemmelig" not in repr(parse_settings(GOOD))


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        ('name = "Lægehuset Åkanden"', 'name = " "', "clinic.name"),
        ('phone = "70 10 20 30"', 'phone = "112"', "clinic.phone"),
        ('role = "clinician"', 'role = "dentist"', "user.role"),
        ("https://lps.example/fhir/", "http://lps.example/fhir", "practice_system.base_url"),
        ("https://lps.example/fhir/", "https://[lps.example/fhir", "practice_system.base_url"),
        ("poll_seconds = 2", "poll_seconds = 2\nca_file = '/srv/none.pem'", "practice_system.ca_file"),
        ("poll_seconds = 2", "poll_seconds = 2\nca_file = '/'", "practice_system.ca_file"),
        ("poll_seconds = 2", 'poll_seconds = 2\nca_file = "a\\u0000"', "practice_system.ca_file"),
        ("poll_seconds = 2", "poll_seconds = 2\nbackend_services = 3", "practice_system.backend_services"),
        ("keep_closed_days = 30", "keep_closed_days = 0", "store.keep_closed_days"),
        ("keep_closed_days = 30", "keep_closed_days = 3651", "store.keep_closed_days"),
        ("keep_closed_days = 30", "keep_closed_days = 1.5", "store.keep_closed_days"),
        ("keep_closed_days = 30", "keep_closed_days = true", "store.keep_closed_days"),
        ("http://127.0.0.1:8090", "http://127.0.0.1.evil.example", "sms.base_url"),
        ("http://localhost:8091", "ftp://localhost", "room.base_url"),
        ("poll_seconds = 2", "poll_seconds = true", "poll_seconds"),
        ("poll_seconds = 2", "poll_seconds = 0", "poll_seconds"),
        ('backend = "file"', 'backend = "paper"', "keys.backend"),
        ('path = "/srv/klinikkonsol/keys.json"', "", "keys.backend"),
        ('size = "640x480"', 'size = "320x240"', "video.size"),
        ('size = "640x480"', "size = 640", "video.size"),
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


SERVICES = """
[practice_system.backend_services]
client_id = "klinik-17"
key_name = "signing-key"
key_id = "klinik-17-1"
"""


def test_signing_in_by_backend_services_is_read() -> None:
    practice = parse_settings(GOOD + SERVICES).practice_system
    expected = BackendServices("klinik-17", "signing-key", "klinik-17-1", DEFAULT_SCOPE)
    assert (practice.token_name, practice.backend_services) == ("", expected)
    more = 'scope = "system/*.cruds"\ntoken_url = "https://id.example/token/"\n'
    named = parse_settings(GOOD + SERVICES + more).practice_system.backend_services
    assert named == replace(expected, scope="system/*.cruds", token_url="https://id.example/token")


def test_what_is_asked_for_by_default_names_each_type_and_right() -> None:
    scopes = DEFAULT_SCOPE.split()
    assert len(scopes) == len(set(scopes))
    for scope in scopes:
        assert re.fullmatch(r"system/[A-Z][A-Za-z]+\.c?r?u?d?s?", scope)


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        ('client_id = "klinik-17"', "", "practice_system.backend_services.client_id"),
        ('key_name = "signing-key"', 'key_name = " "', "practice_system.backend_services.key_name"),
        ('key_id = "klinik-17-1"', "key_id = 1", "practice_system.backend_services.key_id"),
        ('key_id = "klinik-17-1"', 'key_id = "1"\ntoken_url = "http://id.example"', "backend_services.token_url"),
        ("poll_seconds = 2", 'token_name = "lps-token"', "not both"),
    ],
)
def test_a_wrong_way_to_sign_in_is_named(old: str, new: str, entry: str) -> None:
    whole = GOOD + SERVICES
    assert old in whole
    with pytest.raises(KlinikError) as caught:
        parse_settings(whole.replace(old, new, 1))
    assert caught.value.kind is ErrorKind.SETTINGS_INVALID
    assert entry in caught.value.detail


def test_an_authority_of_the_clinics_own_is_named_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("certificates")
    named = parse_settings(GOOD.replace("poll_seconds = 2", f"poll_seconds = 2\nca_file = '{file}'", 1))
    assert named.practice_system.ca_file == file
    assert parse_settings(GOOD).practice_system.ca_file is None


def test_closed_threads_are_kept_for_half_a_year_by_default() -> None:
    assert parse_settings(GOOD.replace("keep_closed_days = 30", "", 1)).keep_closed_days == 180


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
