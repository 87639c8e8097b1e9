from pathlib import Path

import pytest

from tests.driver.clinic import whole_clinic
from tests.driver.main_job import Timeline, whole_job

pytestmark = pytest.mark.story


async def test_a_message_becomes_a_consultation_and_a_fee_line(tmp_path: Path) -> None:
    async with whole_clinic(tmp_path, with_sound=True) as clinic:
        timeline = Timeline(Path("build/stories/main-job"))
        record = await whole_job(clinic.console, clinic.stack, clinic.patient, clinic.card, timeline)

    (encounter,) = record["Encounter"]
    (fee_line,) = record["ChargeItem"]
    (note,) = record["DocumentReference"]
    ours = [a for a in record["Appointment"] if a["id"] in encounter["appointment"][0]["reference"]]
    assert encounter["status"] == "finished"
    assert encounter["class"]["code"] == "VR"
    assert fee_line["code"]["coding"][0]["code"] == "0201"
    assert fee_line["context"]["reference"] == f"Encounter/{encounter['id']}"
    assert [appointment["status"] for appointment in ours] == ["fulfilled"]
    assert note["subject"] == encounter["subject"] == fee_line["subject"]
