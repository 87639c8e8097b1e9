"""Camera or microphone is missing at one end: told, and the consultation is held and closed all the same."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.driver.main_job import record_of
from tests.driver.patient import patient_browser
from tests.driver.sound_card import sound_card
from tests.driver.traces import NANCY, link_to
from tests.driver.troubled import begin_call, troubled_clinic

pytestmark = pytest.mark.story


@pytest.mark.parametrize(
    ("devices", "permission", "told"),
    [(False, True, "kamera"), (True, False, "kamera")],
    ids=["no devices", "refused"],
)
async def test_a_patient_without_camera_is_phoned(
    tmp_path: Path, devices: bool, permission: bool, told: str
) -> None:
    async with (
        troubled_clinic(tmp_path) as clinic,
        patient_browser(tmp_path, devices=devices, permission=permission) as patient,
    ):
        await clinic.book()
        await clinic.confirmed()
        await patient.open(await link_to(clinic.stack))
        await patient.in_phase("preview")
        await patient.page.locator("#start-media:visible, body[data-media=problem]").first.wait_for()
        if await patient.page.locator("#start-media").is_visible():
            await patient.page.locator("#start-media").click()
        await expect(patient.page.locator("#problem")).to_contain_text(told)
        await clinic.console.shows("waitingStrip", "hverken kamera eller mikrofon")
        await patient.page.locator("#join").click()
        await patient.in_phase("waiting")
        await clinic.console.shows("admit")

        await patient.page.locator("#room-phone").click()
        await patient.in_phase("callback")
        await clinic.console.shows("waitingStrip", "vil ringes op")
        await clinic.console.click("phoneWaiting")
        banner = await clinic.console.shows("banner", NANCY.shown_phone)
        assert "Tast nummeret på telefonen." in banner
        await clinic.console.click("finishPhoned")
        await clinic.console.shows("outcomeSheet", "fordi konsultationen blev holdt på telefon")
        await clinic.console.click("saveOutcome")
        await clinic.console.shows("bookingRow", "Gennemført på telefon")
        await clinic.console.shows("bookingRow", "bekræftet")
        record = await record_of(clinic.stack, 1)
        assert [encounter["status"] for encounter in record["Encounter"]] == ["finished"]


async def test_a_clinic_without_devices_calls_all_the_same(tmp_path: Path) -> None:
    async with troubled_clinic(tmp_path) as clinic, patient_browser(tmp_path) as patient:
        await begin_call(clinic, patient)
        notice = await clinic.console.shows("deviceNotice", "Ingen mikrofon fundet")
        assert "Ingen højttaler fundet" in notice
        assert "Intet kamera fundet" in notice
        assert "brug telefonen" in notice
        await clinic.console.click("continueByPhone")
        await patient.in_phase("telephone")
        await clinic.console.shows("callWindow", NANCY.shown_phone)
        await clinic.console.click("endCall")
        await clinic.console.click("saveOutcome")
        await clinic.console.shows("bookingRow", "bekræftet")


async def test_a_clinic_without_camera_shows_a_test_picture(tmp_path: Path) -> None:
    async with (
        sound_card(tmp_path / "sound") as card,
        troubled_clinic(tmp_path, card.environment) as clinic,
        patient_browser(tmp_path) as patient,
    ):
        await begin_call(clinic, patient)
        notice = await clinic.console.shows("deviceNotice", "Intet kamera fundet")
        assert "Patienten ser et testbillede." in notice
        assert "mikrofon" not in notice
        await clinic.console.shows("callWindow", "Billede og lyd")
