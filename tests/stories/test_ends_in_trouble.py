"""The end comes too early: the window is closed during a call, or a link is opened when its time is over."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.driver.console import running_console
from tests.driver.main_job import record_of
from tests.driver.patient import patient_browser
from tests.driver.stack import running_stack
from tests.driver.traces import assert_logs_are_private, link_to, traces
from tests.driver.troubled import TroubledClinic, begin_call, no_sound_card, troubled_clinic

pytestmark = pytest.mark.story


async def test_closing_the_window_during_a_call_loses_nothing(tmp_path: Path) -> None:
    async with running_stack(tmp_path / "demo") as stack, patient_browser(tmp_path) as patient:
        silent = no_sound_card(tmp_path)
        async with running_console(stack.settings, silent, tmp_path / "console") as console:
            await begin_call(TroubledClinic(tmp_path, stack, console), patient)
            await console.shows("callWindow", "Billede")
            await console.close()
            await console.shows("banner", "Luk vinduet en gang til for at afslutte den.")
            await console.shows("callWindow", "Billede")
            await console.close()
            assert await console.ended() == 0
        await patient.in_phase("ended")
        async with running_console(stack.settings, silent, tmp_path / "again") as console:
            await TroubledClinic(tmp_path, stack, console).open_message()
            await console.click("finishBooking")
            await console.shows("outcomeSheet", "Hvordan endte konsultationen?")
            await console.click("saveOutcome")
            await console.shows("bookingRow", "Gennemført på video")
            await console.shows("bookingRow", "bekræftet")
        record = await record_of(stack, 1)
        assert [encounter["status"] for encounter in record["Encounter"]] == ["finished"]
        await assert_logs_are_private(tmp_path, stack)


async def test_the_link_of_a_cancelled_booking_leads_to_a_kind_page(tmp_path: Path) -> None:
    async with troubled_clinic(tmp_path) as clinic, patient_browser(tmp_path) as patient:
        await clinic.book()
        await clinic.confirmed()
        link = await link_to(clinic.stack)
        await patient.open(link)
        await patient.in_phase("preview")
        await clinic.cancel()
        await patient.in_phase("closed")
        for address in (None, link):
            if address:
                await patient.open(address)
                await patient.in_phase("closed")
            await expect(patient.page.locator("#message-title")).to_have_text("Mødet er lukket")
            await expect(patient.page.locator("#clinic-phone")).to_have_text("Ring til klinikken: 70 10 20 30")
        await clinic.console.shows("bookingRow", "Aflyst")
        await clinic.console.shows("bookingRow", "bekræftet")
        assert await traces(clinic.stack) == {"appointments": 0, "rooms": 0, "texts": 2}


async def test_a_link_nobody_made_leads_to_a_kind_page(tmp_path: Path) -> None:
    async with troubled_clinic(tmp_path) as clinic, patient_browser(tmp_path) as patient:
        await patient.open(f"{clinic.stack.room}/7KQ2P9FMCA")
        await expect(patient.page.locator("#code-title")).to_have_text("Vi kunne ikke finde dit møde")
        await expect(patient.page.locator("#code-lead")).to_contain_text("Se efter i din invitation")
