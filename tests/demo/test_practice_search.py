"""Search, paging, history and what a sync loop leans on."""

import random
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from app.demo.practice_system.criteria import TokenValue
from app.demo.practice_system.elements import date_range, instant
from app.demo.practice_system.index import folded
from app.demo.practice_system.problems import FhirError
from app.demo.practice_system.searches import Search, parse_search
from app.demo.practice_system.server import practice_app
from app.demo.practice_system.store import ResourceStore
from tests.demo.fhir import NOW, Fhir, HandClock, appointment, calendar, patient, slot


async def _patients(fhir: Fhir, clock: HandClock, count: int) -> list[str]:
    made = []
    for number in range(count):
        clock.forward(milliseconds=number % 3)
        made.append((await fhir.made(patient(f"Nr{number:02}")))["id"])
    return made


async def test_parameters_of_each_kind(fhir: Fhir) -> None:
    cpr = {"system": "urn:oid:1.2.208.176.1.2", "value": "2512489996"}
    phone = {"system": "phone", "value": "+4520123401"}
    mail = {"system": "email", "value": "nancy@example.dk"}
    nancy = await fhir.made(
        patient("Østergård", identifier=[cpr], telecom=[phone, mail], birthDate="1948-12-25", gender="female")
    )
    await fhir.made(patient("Elmer", birthDate="1947"))
    found = {
        "identifier=urn:oid:1.2.208.176.1.2|2512489996": 1,
        "identifier=2512489996": 1,
        "identifier=urn:oid:1.2.208.176.1.2|": 1,
        "identifier=|2512489996": 0,
        "identifier=urn:other|2512489996": 0,
        "identifier:missing=true": 1,
        "phone=%2B4520123401": 1,
        "phone=nancy@example.dk": 0,
        "telecom=nancy@example.dk": 1,
        "name=ØSTER": 1,
        "name=åse": 2,
        "name=ase": 2,
        "name:contains=gård": 1,
        "family:exact=østergård": 0,
        "family:exact=Østergård": 1,
        "name=øst,elm": 2,
        "name=øst&name=elm": 0,
        "gender=female": 1,
        "gender:not=female": 1,
        "birthdate=1948": 1,
        "birthdate=ge1948-01-01": 1,
        "birthdate=lt1948": 1,
        "birthdate=ne1948-12-25": 1,
        f"_id={nancy['id']}": 1,
        f"_id={nancy['id']},nobody": 1,
        f"_id:not={nancy['id']}": 1,
        "_lastUpdated=ge2026-11-23T09:00:00.000Z": 2,
        "_lastUpdated=gt2026-11-23T09:00:00.000Z": 0,
        "_lastUpdated=lt2026-11-23T09:00:00.001Z": 2,
        "_lastUpdated=le2026-11-23": 2,
        "_count=0": 0,
    }
    for query, count in found.items():
        answer = await fhir.get(f"Patient?{quote(query, safe='=&%')}")
        assert (query, len(answer.ids)) == (query, count)
    posted = await fhir.client.session.post(f"{fhir.base}/Patient/_search", data={"name": "øst"})
    async with posted:
        assert [entry["resource"]["id"] for entry in (await posted.json())["entry"]] == [nancy["id"]]


async def test_references_chains_and_includes(fhir: Fhir) -> None:
    person, free = await calendar(fhir)
    held = await fhir.made(appointment(person, free))
    schedule = (await fhir.get(free)).body["schedule"]["reference"]
    for query in (
        f"patient={person}",
        f"patient={person.removeprefix('Patient/')}",
        f"actor:Patient={person.removeprefix('Patient/')}",
        f"actor={person}",
        f"slot={free}",
        "patient.name=Testesen",
        "actor:Patient.name=Testesen",
        "date=ge2026-11-23&date=lt2026-11-24&status=booked,arrived",
    ):
        assert (await fhir.get(f"Appointment?{query}")).ids == [held["id"]], query
    for query in ("patient=Patient/other", "patient.name=Elmer", "practitioner:missing=false", "date=lt2026-11-23"):
        assert (await fhir.get(f"Appointment?{query}")).ids == [], query
    assert (await fhir.get("Appointment?actor.name=x")).status == 400
    answer = await fhir.get("Appointment?_include=Appointment:patient&_include=Appointment:slot")
    modes = {
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}": entry["search"]["mode"]
        for entry in answer.body["entry"]
    }
    assert modes == {f"Appointment/{held['id']}": "match", person: "include", free: "include"}
    assert answer.body["total"] == 1
    assert (await fhir.get(f"Slot?schedule={schedule}&_include=Slot:schedule")).body["entry"][1]["resource"]["id"]
    assert (await fhir.get("Appointment?_include=Slot:schedule")).status == 400


async def test_elements_are_a_subset(fhir: Fhir) -> None:
    made = await fhir.made(patient(gender="female"))
    (shown,) = (await fhir.get("Patient?_elements=id,gender")).resources
    assert shown.keys() == {"resourceType", "id", "meta", "gender"}
    assert shown["meta"]["versionId"] == made["meta"]["versionId"]


async def test_unknown_parameters_are_dropped_or_refused(fhir: Fhir) -> None:
    answer = await fhir.get("Patient?shoe-size=43&name=x")
    assert answer.status == 200
    assert answer.link("self") == f"{fhir.base}/Patient?name=x"
    strict = await fhir.call("GET", "Patient?shoe-size=43", headers={"Prefer": "handling=strict"})
    assert strict.status == 400
    assert "shoe-size" in strict.diagnostics
    for query in (
        "name:near=x",
        "_count=many",
        "birthdate=yesterday",
        "_sort=shoe-size",
        "_sort=name,id",
        "gender=",
    ):
        assert (await fhir.get(f"Patient?{query}")).status == 400, query
    for cursor in ("x", "W10", "bnVsbA", "%C3%A6"):
        assert (await fhir.get(f"Patient?_cursor={cursor}")).status == 400, cursor


@pytest.mark.parametrize(
    ("sort", "descending"), [("_lastUpdated", False), ("-_lastUpdated", True), ("family", False)]
)
async def test_pages_show_one_moment_whatever_is_written(
    fhir: Fhir, clock: HandClock, sort: str, descending: bool
) -> None:
    made = await _patients(fhir, clock, 13)
    seen: list[str] = []
    answer = await fhir.get(f"Patient?_sort={sort}&_count=4")
    while True:
        assert answer.body["total"] == 13
        assert all(resource.get("active") is None for resource in answer.resources)
        seen += answer.ids
        # A change to what was shown, to what is yet to come, a deletion and a newcomer between every two pages.
        for victim in (made[1], made[-2]):
            current = (await fhir.get(f"Patient/{victim}")).body
            assert (await fhir.update(current | {"active": True})).status == 200
        await fhir.made(patient("Ny"))
        await fhir.call("DELETE", f"Patient/{made[6]}")
        if (following := answer.link("next")) is None:
            break
        assert following.startswith(fhir.base)
        answer = await fhir.get(following)
    assert seen == (made[::-1] if descending else made)


async def test_a_watermark_pull_sees_every_version(fhir: Fhir, clock: HandClock) -> None:
    """The loop of a sync client: from the largest time seen, with overlap, while others write."""
    rng = random.Random(7)
    known: dict[str, str] = {}
    watermark = "2026-01-01T00:00:00Z"
    for _ in range(6):
        for _ in range(5):
            clock.forward(milliseconds=rng.randrange(3))
            made = await fhir.made(patient())
            if rng.random() < 0.5:
                await fhir.update(made | {"active": True})
        page = await fhir.get(f"Patient?_lastUpdated=ge{watermark}&_sort=_lastUpdated&_count=3")
        while True:
            for resource in page.resources:
                known[resource["id"]] = resource["meta"]["versionId"]
                watermark = max(watermark, resource["meta"]["lastUpdated"])
            if (following := page.link("next")) is None:
                break
            page = await fhir.get(following)
    everything = (await fhir.get("Patient?_count=1000")).resources
    assert known == {resource["id"]: resource["meta"]["versionId"] for resource in everything}


async def test_links_use_the_configured_address(store: ResourceStore) -> None:
    app = practice_app(store, base_url="https://lps.example.dk/fhir")
    async with TestClient(TestServer(app)) as client:
        fhir = Fhir(client)
        await fhir.made(patient())
        await fhir.made(patient())
        following = (await fhir.get("Patient?_count=1")).link("next")
    assert following is not None
    assert following.startswith("https://lps.example.dk/fhir/Patient?_count=1&_cursor=")


async def test_history_of_a_resource_a_type_and_all(fhir: Fhir, clock: HandClock) -> None:
    first = await fhir.made(patient("Nr1"))
    clock.forward(seconds=1)
    second = await fhir.made(patient("Nr2"))
    await fhir.update(first | {"active": True})
    clock.forward(seconds=1)
    await fhir.call("DELETE", f"Patient/{second['id']}")
    await fhir.made({"resourceType": "Practitioner", "name": [{"family": "Friis"}]})

    one = (await fhir.get(f"Patient/{first['id']}/_history")).body["entry"]
    assert [entry["request"]["method"] for entry in one] == ["PUT", "POST"]
    of_type = (await fhir.get("Patient/_history")).body["entry"]
    assert [entry["request"]["method"] for entry in of_type] == ["DELETE", "PUT", "POST", "POST"]
    deleted = of_type[0]
    assert deleted["request"]["url"] == f"Patient/{second['id']}"
    assert "resource" not in deleted
    assert deleted["response"]["etag"] == 'W/"2"'
    assert len((await fhir.get("_history")).body["entry"]) == 5

    since = instant(date_range(NOW.isoformat())[0] + 2000)
    recent = (await fhir.get(f"Patient/_history?_since={since}")).body["entry"]
    assert [entry["request"]["method"] for entry in recent] == ["DELETE"]
    assert (await fhir.get("Patient/_history?_since=lately")).status == 400

    paged, page = [], await fhir.get("_history?_count=2")
    while True:
        paged += [entry["fullUrl"] for entry in page.body["entry"]]
        if (following := page.link("next")) is None:
            break
        page = await fhir.get(following)
    assert paged == [entry["fullUrl"] for entry in (await fhir.get("_history")).body["entry"]]


async def test_slots_by_time_and_service(fhir: Fhir) -> None:
    _, free = await calendar(fhir)
    schedule = (await fhir.get(free)).body["schedule"]["reference"]
    system = "http://ehealth.sundhed.dk/cs/appointment-servicetype"
    video = await fhir.made(
        slot(schedule, NOW + timedelta(hours=1), serviceType=[{"coding": [{"system": system, "code": "video"}]}])
    )
    assert (await fhir.get(f"Slot?service-type={system}|video")).ids == [video["id"]]
    assert (await fhir.get("Slot?start=gt2026-11-23T10:00:00%2B01:00&status=free")).ids == [video["id"]]
    assert (await fhir.get("Slot?start=gt2026-11-23T10:00:00+01:00&_sort=-start")).ids == [video["id"]]
    assert (await fhir.get("Slot?_sort=-start")).ids == [video["id"], free.removeprefix("Slot/")]


NAMES = st.sampled_from(
    [
        "name",
        "name:missing",
        "_lastUpdated:missing",
        "_id:missing",
        "_id:not",
        "identifier",
        "birthdate",
        "_lastUpdated",
        "_id",
        "_sort",
        "_count",
        "general-practitioner.name",
        "x",
    ]
)
TEXTS = st.text(alphabet="aæ1,|\\:.-+ TZ0ge\x00", max_size=12)


def _understood(pairs: list[tuple[str, str]]) -> Search | int:
    try:
        return parse_search("Patient", pairs)
    except FhirError as error:
        return error.status


@given(st.lists(st.tuples(NAMES | TEXTS, TEXTS), max_size=4))
def test_any_search_is_understood_or_refused(pairs: list[tuple[str, str]]) -> None:
    search = _understood(pairs)
    assert search == 400 or (isinstance(search, Search) and set(search.applied) <= set(pairs))


@given(st.lists(st.tuples(NAMES, TEXTS), max_size=3))
def test_any_search_understood_can_be_run(pairs: list[tuple[str, str]]) -> None:
    search = _understood(pairs)
    if isinstance(search, Search):
        with closing(ResourceStore(":memory:", lambda: NOW)) as store:
            assert store.search(search, None).total == 0


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|")


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3), st.none() | st.text(max_size=8))
def test_escaped_tokens_come_back_whole(codes: list[str], system: str | None) -> None:
    prefix = "" if system is None else f"{_escaped(system)}|"
    value = ",".join(prefix + _escaped(code) for code in codes)
    (criterion,) = parse_search("Patient", [("identifier", value)]).criteria
    assert criterion.values == tuple(TokenValue(system, code) for code in codes)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_instants_are_read_as_they_are_written(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC, microsecond=naive.microsecond // 1000 * 1000)
    low, high = date_range(moment.isoformat(timespec="milliseconds"))
    assert high == low + 1
    assert datetime.fromisoformat(instant(low)) == moment
    for shorter in (moment.isoformat(timespec="seconds"), f"{moment:%Y-%m}", f"{moment:%Y}"):
        start, end = date_range(shorter)
        assert end > start


def test_a_date_lasts_a_danish_day() -> None:
    start, end = date_range("2026-10-25")
    assert (end - start) == 25 * 3600 * 1000
    assert instant(start) == "2026-10-24T22:00:00.000Z"


@given(st.text(max_size=20))
def test_folding_is_settled_at_once(text: str) -> None:
    assert folded(text.upper()) == folded(folded(text.upper()))


COMPARED: dict[str, Callable[[int, int, int], bool]] = {
    "": lambda value, low, high: low <= value < high,
    "eq": lambda value, low, high: low <= value < high,
    "ne": lambda value, low, high: not low <= value < high,
    "gt": lambda value, low, high: value >= high,
    "ge": lambda value, low, high: value >= low,
    "lt": lambda value, low, high: value < low,
    "le": lambda value, low, high: value < high,
    "sa": lambda value, low, high: value >= high,
    "eb": lambda value, low, high: value < low,
}


@given(
    st.sampled_from(sorted(COMPARED)),
    st.integers(-2000, 2000),
    st.sampled_from(["milliseconds", "seconds", "minutes"]),
)
def test_dates_compare_as_instants_do(prefix: str, offset: int, precision: str) -> None:
    """Every comparison, for lastUpdated and for a searched element, against plain arithmetic."""
    asked = (NOW + timedelta(milliseconds=offset)).isoformat(timespec=precision)
    low, high = date_range(asked)
    moments = [
        date_range(NOW.isoformat(timespec="milliseconds"))[0] + step for step in (-1500, -1, 0, 1, 999, 1000)
    ]
    clock = HandClock()
    with closing(ResourceStore(":memory:", clock)) as store:
        for moment in moments:
            clock.now = datetime.fromisoformat(instant(moment))
            store.append("Communication", str(moment), "POST", {"status": "completed", "sent": instant(moment)})
        expected = [str(moment) for moment in moments if COMPARED[prefix](moment, low, high)]
        for parameter in ("_lastUpdated", "sent"):
            page = store.search(parse_search("Communication", [(parameter, prefix + asked)]), None)
            assert [version.id for version in page.versions] == expected
