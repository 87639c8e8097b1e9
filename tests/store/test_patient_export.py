"""One patient's data are handed out whole, and nobody else's with them."""

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.actions import ActionKind
from app.domain.errors import ErrorKind, KlinikError
from app.domain.ids import MessageId, PatientId, ThreadId
from app.domain.ports.practice_system import ChangeBatch, Fetched
from app.domain.ports.store import AssignmentTransition
from app.store.local_store import LocalStore
from app.store.upkeep import LocalDataKeeper
from tests.store.builders import (
    ANNA,
    BO,
    NOW,
    a_booking,
    a_held_thread,
    a_message,
    a_patient,
    a_wish,
    an_appointment,
    fetched,
    keep,
    put,
    thread_effect,
)


def raw(kind: str, patient: PatientId, text: str) -> bytes:
    return json.dumps({"resourceType": kind, "subject": {"reference": f"Patient/{patient}"}, "text": text}).encode()


async def fill(store: LocalStore, patient: PatientId, name: str) -> None:
    """One of everything, each with the patient's id in its own."""
    items = (
        replace(a_patient(patient), id=patient),
        a_message(f"{patient}-m", patient_id=patient, thread_id=ThreadId(f"{patient}-t")),
        an_appointment(f"{patient}-a", patient_id=patient),
        a_held_thread(f"{patient}-h", patient_id=patient, thread_id=ThreadId(f"{patient}-t")),
    )
    for item in items:
        one = fetched(item)
        await store.store(ChangeBatch(one.type, (replace(one, raw=raw(one.type, patient, name)),), NOW))
    charge = Fetched("ChargeItem", f"{patient}-c", "1", NOW, raw("ChargeItem", patient, name), False, None)
    await store.store(ChangeBatch("ChargeItem", (charge,), NOW))
    booking = a_booking(patient_id=patient, message_id=MessageId(f"{patient}-m"))
    await put(store, booking, ActionKind.ENSURE_ROOM)
    wish = a_wish(thread_id=ThreadId(f"{patient}-t"), patient_id=patient)
    await store.assign(wish.thread_id, lambda _: AssignmentTransition(wish, (thread_effect(wish),)))


async def exported(keeper: LocalDataKeeper, path: Path) -> dict[str, Any]:
    size = await keeper.export_patient(ANNA, path)
    assert path.stat().st_size == size
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


async def test_everything_of_one_patient_and_nothing_of_another(
    store: LocalStore, keeper: LocalDataKeeper, tmp_path: Path
) -> None:
    await fill(store, ANNA, "Anna's")
    await fill(store, BO, "Bo's")
    path = tmp_path / "anna.json"
    found = await exported(keeper, path)
    assert found["patient"]["cpr"] == "2512489996"
    assert [each["body"] for each in found["messages"]] == [a_message().body.reveal()]
    assert {each["id"] for each in found["appointments"]} == {"anna-a"}
    assert len(found["consultations"]) == 2, "one made here and one made elsewhere"
    assert [each["kind"] for each in found["waiting_actions"]] == ["ensure_room", "assign_thread"]
    assert [each["wanted_by"] for each in found["wishes_for_threads"]] == ["lise"]
    assert [each["clinician_id"] for each in found["thread_holders"]] == ["per"]
    assert {each["id"]: each["raw"]["text"] for each in found["resources"]} == dict.fromkeys(
        ("anna", "anna-m", "anna-a", "anna-h", "anna-c"), "Anna's"
    )
    text = path.read_text("utf-8")
    assert "Bo's" not in text
    assert "bo-" not in text


async def test_the_file_is_the_users_alone(store: LocalStore, keeper: LocalDataKeeper, tmp_path: Path) -> None:
    await keep(store, a_patient())
    path = tmp_path / "anna.json"
    path.write_text("an older one that everybody may read")
    await exported(keeper, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if "json" in each.name] == ["anna.json", "keys.json"]


async def test_what_lies_where_the_file_is_written_is_not_written_into(
    store: LocalStore, keeper: LocalDataKeeper, tmp_path: Path
) -> None:
    await keep(store, a_patient())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("another's")
    (tmp_path / "anna.json.part").symlink_to(elsewhere)
    await exported(keeper, tmp_path / "anna.json")
    assert elsewhere.read_text() == "another's"
    assert (tmp_path / "anna.json").stat().st_mode & 0o777 == 0o600


async def test_what_is_no_json_is_handed_out_as_text(
    store: LocalStore, keeper: LocalDataKeeper, tmp_path: Path
) -> None:
    await store.store(ChangeBatch("Patient", (fetched(a_patient(), raw=b"<Patient/> \xff"),), NOW))
    found = await exported(keeper, tmp_path / "anna.json")
    assert [each["raw"] for each in found["resources"]] == ["<Patient/> \ufffd"]


async def test_a_patient_that_is_not_here(keeper: LocalDataKeeper, tmp_path: Path) -> None:
    with pytest.raises(KlinikError) as failure:
        await keeper.export_patient(ANNA, tmp_path / "anna.json")
    assert failure.value.kind is ErrorKind.EXPORT_FAILED
    assert not (tmp_path / "anna.json").exists()


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, ErrorKind.DISK_FULL), (errno.EIO, ErrorKind.EXPORT_FAILED)]
)
async def test_a_failure_leaves_no_half_a_file(
    store: LocalStore, keeper: LocalDataKeeper, tmp_path: Path, number: int, kind: ErrorKind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await keep(store, a_patient())
    path = tmp_path / "anna.json"
    path.write_text("older")

    def failing(_handle: int) -> None:
        raise OSError(number, "on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(KlinikError) as failure:
            await keeper.export_patient(ANNA, path)
    assert failure.value.kind is kind
    assert path.read_text() == "older"
    assert not list(tmp_path.glob("*.part"))


async def test_a_folder_that_is_not_there(store: LocalStore, keeper: LocalDataKeeper, tmp_path: Path) -> None:
    await keep(store, a_patient())
    with pytest.raises(KlinikError) as failure:
        await keeper.export_patient(ANNA, tmp_path / "nowhere" / "anna.json")
    assert failure.value.kind is ErrorKind.EXPORT_FAILED
