"""Finding patients and consultations in a real encrypted database, however they are asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.booking import BookingState, ConsultationForm
from app.domain.cpr import Cpr
from app.domain.ids import ClinicianId, PatientId, SlotId
from app.domain.patient import Clinician, Patient, Role
from app.domain.phone import PhoneNumber
from app.domain.private import Private
from app.domain.views import Found
from app.store.local_store import LocalStore
from app.store.views import StoreViews
from tests.store.builders import (
    ANNA,
    BO,
    LISE,
    NOW,
    PER,
    a_booking,
    a_patient,
    an_appointment,
    keep,
    put,
)

SOREN = Patient(
    PatientId("soren"),
    Private("Søren Åge Kjær-Østergård"),
    Private(Cpr("0102031234")),
    None,
    Private(PhoneNumber("+4528441903")),
    Private("Kærvej 3, 9000 Aalborg"),
)
DAY = timedelta(days=1)


def names(found: Found) -> list[str]:
    return [each.patient.name.reveal() for each in found.patients]


def starts(found: Found) -> list[float]:
    """Return how many days from now the consultations found begin."""
    return [(each.booking.start - NOW) / DAY for each in found.bookings]


def called(key: str, name: str) -> Patient:
    return Patient(PatientId(key), Private(name), None, None, None)


@pytest.mark.parametrize(
    "words",
    [
        *("søren", "SØREN", "Sören", "soren", "soeren", "SOEREN", "so\u0308ren", "sør", "s"),
        *("åge", "aage", "Age", "a\u030age", "AAGE", "aag"),
        *("kjær", "kjaer", "kjar", "kjær-østergård", "kjaer oestergaard", "kjærøstergård", "ostergard"),
        *("søren kjær", "kjær søren", "soerenaage", "søren å k ø", "søre någe"),
        *("010203-1234", "010203 1234", "0102031234", "010203", "1234", "0102", "010203-12", "01020312"),
        *("28441903", "28 44 19 03", "+45 28 44 19 03", "004528441903", "0045 28 44 19 03", "+4528", "28 44 1"),
        *("28-44-19-03", "(28) 44 19 03", "28.44.19.03", "søren 2844"),
        *("aalborg", "ålborg", "Kærvej", "søren aalborg"),
    ],
)
async def test_a_patient_however_written(store: LocalStore, views: StoreViews, words: str) -> None:
    await keep(store, SOREN, a_patient(BO, "Bo Test"))
    assert names(await views.search(words)) == ["Søren Åge Kjær-Østergård"]


@pytest.mark.parametrize("words", ["", "  ", "-", '""', "søren jensen", "øren", "28441904", "1234 5"])
async def test_nobody(store: LocalStore, views: StoreViews, words: str) -> None:
    await keep(store, SOREN)
    assert await views.search(words) == Found()


async def test_a_birth_date_without_a_cpr_number(store: LocalStore, views: StoreViews) -> None:
    await keep(store, replace(a_patient(), cpr=None))
    for words in ("251248", "25121948", "25.12.1948", "25-12-48"):
        assert names(await views.search(words)) == ["Anna Test Berggren"]


async def test_who_is_called_so_comes_before_who_lives_there(store: LocalStore, views: StoreViews) -> None:
    lives_there = replace(a_patient(BO, "Anne Lund"), address=Private("Holmvej 2"))
    await keep(store, lives_there, called("1", "Zoe Holmgaard"), called("2", "Zoe Holm"), called("3", "Bent Holm"))
    assert names(await views.search("holm")) == ["Bent Holm", "Zoe Holm", "Zoe Holmgaard", "Anne Lund"]


async def test_the_letters_that_were_typed_come_first(store: LocalStore, views: StoreViews) -> None:
    await keep(store, called("1", "Bo Moller"), called("2", "Ea Møller"), called("3", "Ib Möller"))
    assert names(await views.search("møller")) == ["Ea Møller", "Ib Möller", "Bo Moller"]
    assert names(await views.search("moller")) == ["Bo Moller", "Ea Møller", "Ib Möller"]


async def test_a_group_is_cut_off_and_says_so(store: LocalStore, views: StoreViews) -> None:
    await keep(store, *(called(f"{number}", f"Ida Nummer{number:02}") for number in range(30)))
    found = await views.search("ida", limit=5)
    assert names(found) == [f"Ida Nummer{number:02}" for number in range(5)]
    assert found.more
    assert not (await views.search("ida nummer07", limit=5)).more


async def test_a_consultation_by_its_patient_those_ahead_first(store: LocalStore, views: StoreViews) -> None:
    await keep(store, a_patient(), a_patient(BO, "Bo Test"), Clinician(LISE, "Lise Holm", Role.CLINICIAN))
    for day in (3, -2, 1, -9):
        await put(store, a_booking(start=NOW + day * DAY))
    await put(store, a_booking(patient_id=BO, start=NOW))
    await keep(store, an_appointment("elsewhere", NOW + 2 * DAY))
    found = await views.search("anna berggren")
    assert starts(found) == [1, 2, 3, -2, -9]
    assert {each.patient_name.reveal() for each in found.bookings} == {"Anna Test Berggren"}
    assert {each.clinician_name for each in found.bookings} == {"Lise Holm"}
    first = await views.search("anna test", limit=2)
    assert starts(first) == [1, 2]
    assert first.more


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("lise", [1, 2]),
        ("per", [3, 4]),
        ("per video", [3]),
        ("telefon", [4]),
        ("tlf per anna", [4]),
        ("21.11", [1]),
        ("søndag", [2]),
        ("anna 22/11", [2]),
        ("november lise", [1, 2]),
        ("anna lise mandag", []),
        ("bo 21.11", []),
    ],
)
async def test_a_consultation_by_clinician_form_and_day(
    store: LocalStore, views: StoreViews, words: str, days: list[int]
) -> None:
    people = (a_patient(), a_patient(BO, "Bo Test"))
    staff = (Clinician(LISE, "Lise Holm", Role.CLINICIAN), Clinician(PER, "Per Ågård", Role.CLINICIAN))
    await keep(store, *people, *staff)
    for day, clinician_id, form in (
        (1, LISE, ConsultationForm.VIDEO),
        (2, LISE, ConsultationForm.VIDEO),
        (3, PER, ConsultationForm.VIDEO),
        (4, PER, ConsultationForm.TELEPHONE),
    ):
        await put(store, a_booking(start=NOW + day * DAY, clinician_id=clinician_id, form=form))
    assert starts(await views.search(words)) == days


async def test_a_word_that_names_a_patient_and_a_clinician_finds_the_consultations_of_both(
    store: LocalStore, views: StoreViews
) -> None:
    await keep(store, called("holm", "Eva Holm"), a_patient(), Clinician(LISE, "Lise Holm", Role.CLINICIAN))
    await put(store, a_booking(patient_id=PatientId("holm"), clinician_id=PER, start=NOW + DAY))
    await put(store, a_booking(patient_id=ANNA, clinician_id=LISE, start=NOW + 2 * DAY))
    assert starts(await views.search("holm")) == [1, 2]
    assert starts(await views.search("holm anna")) == [2]


async def test_a_time_somebody_else_took_is_no_consultation_and_a_moved_one_is_found_once(
    store: LocalStore, views: StoreViews
) -> None:
    await keep(store, a_patient())
    await put(store, a_booking(state=BookingState.SLOT_TAKEN, slot_id=SlotId("s")))
    here = a_booking(appointment_id="a1", start=NOW + 5 * DAY)
    await put(store, here)
    await keep(store, an_appointment("a1", NOW + DAY, booking_id=here.id))
    assert starts(await views.search("anna")) == [5]


async def test_a_consultation_of_somebody_unknown_is_found_by_its_day(store: LocalStore, views: StoreViews) -> None:
    await keep(store, an_appointment("a1", NOW + DAY, patient_id=None, clinician_id=ClinicianId("gone")))
    [row] = (await views.search("21.11")).bookings
    assert (row.patient_name.reveal(), row.clinician_name) == ("", "")
