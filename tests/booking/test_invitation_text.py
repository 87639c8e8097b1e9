"""No template, record system and route may lose the link: proven over all of them."""

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.booking.invitation_text import InvitationFacts, render, sender_name, shown_time
from app.booking.linter import Finding, FindingKind, lint, sendable
from app.booking.message_templates import MessageTemplate, TemplateKind
from app.booking.record_systems import load_record_systems
from app.booking.text_rule import SMS_RULE, Charset, Links, TextRule, cut, sms_size
from app.domain.invitation import Route
from app.domain.phone import PhoneNumber
from tests.booking.fake_rooms import ROOM
from tests.booking.fakes import CLINIC, RESOURCES, TEMPLATES

START = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
RULES = [SMS_RULE, *(system.rule for system in load_record_systems(RESOURCES / "record_systems.toml"))]
PAIRS = list(product(TEMPLATES.values(), RULES))
FACTS = InvitationFacts(ROOM.url, CLINIC.name, CLINIC.phone, "Åse Holm", START)

links = st.from_regex(r"https://[a-z0-9]{1,60}\.dk/[0-9A-HJKMNP-TV-Z]{10}", fullmatch=True)
facts = st.builds(
    InvitationFacts,
    link=links,
    clinic_name=st.text(max_size=80),
    clinic_phone=st.from_regex(r"\+45[2-9][0-9]{7}", fullmatch=True).map(PhoneNumber),
    clinician_name=st.text(max_size=80),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis takes naive bounds
)


@given(st.sampled_from(PAIRS), facts)
def test_the_link_survives_the_cut_or_the_text_is_refused(
    pair: tuple[MessageTemplate, TextRule], facts: InvitationFacts
) -> None:
    template, rule = pair
    link = facts.link if template.kind.has_link else None
    text = render(template, facts, rule.charset)
    findings = lint(text, link, rule)
    if sendable(findings):
        assert cut(text, rule) == text
        assert all(rule.charset.carries(char) for char in text)
        if link is not None:
            assert text.split("\n")[0] == link
            assert text.count(link) == 1
    else:
        too_many = [finding.characters for finding in findings if finding.kind is FindingKind.TOO_LONG]
        long_link = FindingKind.LINK_TOO_LONG in {finding.kind for finding in findings}
        assert long_link or too_many
        for characters in too_many:
            assert cut(text[:-characters], rule) == text[:-characters]


@pytest.mark.parametrize(("template", "rule"), PAIRS)
def test_every_text_fits_every_route_with_the_longest_names_and_link(
    template: MessageTemplate, rule: TextRule
) -> None:
    link = "https://vid.example/" + "7" * 50
    longest = datetime(2026, 9, 23, 9, 20, tzinfo=UTC)  # No date is written longer than Wednesday 23 September.
    text = render(template, InvitationFacts(link, "Ø" * 90, CLINIC.phone, "M" * 90, longest), rule.charset)
    assert sendable(lint(text, link if template.kind.has_link else None, rule))


@pytest.mark.parametrize(
    "template", TEMPLATES.values(), ids=lambda template: f"{template.kind.value}-{template.language}"
)
def test_an_ordinary_text_is_two_sms_segments_at_most_and_names_the_clinic(template: MessageTemplate) -> None:
    text = render(template, FACTS, Charset.GSM_7)
    assert sms_size(text).segments <= 2
    assert not sms_size(text).unicode
    assert CLINIC.name in text
    assert CLINIC.phone.shown in text


def test_the_danish_invitation_word_for_word() -> None:
    assert render(TEMPLATES[TemplateKind.INVITATION, "da"], FACTS, Charset.GSM_7) == (
        "https://vid.example/7KQ2P9FMCA\n\n"
        "Videokonsultation med Åse Holm, Lægehuset Søndergade, tirsdag 24. november kl. 10.20.\n"
        "Åbn linket i god tid, og prøv kamera og lyd.\n"
        "Spørgsmål? Ring 33 12 34 56."
    )


def test_times_are_written_as_people_say_them() -> None:
    assert shown_time(START, "da") == "tirsdag 24. november kl. 10.20"
    assert shown_time(datetime(2026, 7, 5, 6, 5, tzinfo=UTC), "en") == "Sunday 5 July at 08:05"


def test_a_long_name_is_clipped() -> None:
    facts = InvitationFacts(ROOM.url, "Lægerne " * 10, CLINIC.phone, "Åse", START)
    assert "Lægerne Lægerne Lægerne Lægerne Læger..., tirsdag" in render(
        TEMPLATES[TemplateKind.INVITATION, "da"], facts, Charset.GSM_7
    )


@pytest.mark.parametrize(
    ("clinic", "sender"),
    [
        ("Lægehuset Søndergade", "Laegehuset"),
        ("Klinik Nord", "KlinikNord"),
        ("Lægerne Ågade 7", "Laegerne"),
        ("Speciallægeklinikken", "Speciallaeg"),
        ("Dr. Ø. Å", "DrOeAa"),
        ("112", "Laegen"),
        ("…", "Laegen"),
    ],
)
def test_the_sender_is_the_clinic_as_every_network_can_show_it(clinic: str, sender: str) -> None:
    assert sender_name(clinic) == sender


@given(st.text(max_size=60))
def test_any_clinic_gets_a_sender(clinic: str) -> None:
    sender = sender_name(clinic)
    assert 1 <= len(sender) <= 11
    assert sender.isascii()
    assert sender.isalnum()


LINK = ROOM.url
LETTER = TextRule(Route.E_CONSULTATION, Charset.LATIN_1, 350, Links.ACTIVE)


@pytest.mark.parametrize(
    ("text", "rule", "findings"),
    [
        (f"{LINK}\nHej", LETTER, ()),
        ("Hej", LETTER, (Finding(FindingKind.LINK_MISSING),)),
        (f"Hej\n{LINK}", LETTER, (Finding(FindingKind.LINK_NOT_FIRST),)),
        (f"Åbn {LINK}\nHej", LETTER, (Finding(FindingKind.LINK_NOT_ALONE),)),
        (f"{LINK}\n{LINK}", LETTER, (Finding(FindingKind.LINK_NOT_ALONE),)),
        (f"{LINK}\n" + "a" * 320, LETTER, (Finding(FindingKind.TOO_LONG, 2),)),
        (f"{LINK}\nHej 😀", LETTER, (Finding(FindingKind.FOREIGN_CHARACTERS, 1),)),
        (f"{LINK}\nHej 😀", SMS_RULE, (Finding(FindingKind.UNICODE_SMS, 1),)),
        (
            LINK,
            TextRule(Route.E_CONSULTATION, Charset.LATIN_1, 25, Links.INERT),
            (
                Finding(FindingKind.LINK_CUT, len(LINK) - 25),
                Finding(FindingKind.LINK_MAY_BE_INERT),
                Finding(FindingKind.TOO_LONG, len(LINK) - 25),
            ),
        ),
    ],
)
def test_what_the_linter_finds(text: str, rule: TextRule, findings: tuple[Finding, ...]) -> None:
    assert lint(text, LINK, rule) == findings


def test_a_link_that_would_be_broken_over_two_lines() -> None:
    long = "https://vid.example/" + "x" * 51
    assert lint(long, long, LETTER) == (Finding(FindingKind.LINK_TOO_LONG, 1),)


def test_hints_do_not_block() -> None:
    assert sendable((Finding(FindingKind.UNICODE_SMS, 1), Finding(FindingKind.LINK_MAY_BE_INERT)))
    assert not sendable((Finding(FindingKind.TOO_LONG, 1),))
