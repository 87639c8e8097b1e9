"""The SMS gateway, the telephone number or the room service fails: told with what to do, and sent exactly once."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.driver.console import running_console
from tests.driver.main_job import Timeline, patient_seen_moving, wait_for_the_doctor
from tests.driver.patient import patient_browser
from tests.driver.stack import running_stack
from tests.driver.traces import AAGE, BRUNO, NANCY, Person, assert_logs_are_private, link_to, traces
from tests.driver.troubled import TroubledClinic, begin_call, no_sound_card, troubled_clinic

pytestmark = pytest.mark.story

ONCE = {"appointments": 1, "rooms": 1, "texts": 1}


@pytest.mark.parametrize("mode", ["down", "lose_answer"])
async def test_a_gateway_in_trouble_sends_one_text(tmp_path: Path, mode: str) -> None:
    async with troubled_clinic(tmp_path) as clinic:
        await clinic.open_message()
        await clinic.stack.fault("sms", mode=mode)
        await clinic.book()
        await clinic.console.shows("statusLine", "Der kan ikke sendes SMS lige nu.")
        await clinic.console.shows("statusLine", "Ring til patienten, hvis det haster.")
        row = await clinic.console.shows("bookingRow", "bekræftet")
        assert "SMS i kø" in row
        assert "sms_unreachable" in clinic.log()

        await clinic.stack.fault("sms", mode="none")
        await clinic.synchronise()
        await clinic.confirmed()
        assert await traces(clinic.stack) == ONCE


@pytest.mark.parametrize(
    ("person", "mode", "told"),
    [
        (BRUNO, "none", "Nummeret kan ikke modtage SMS"),
        (AAGE, "none", "Patienten har intet telefonnummer"),
        (NANCY, "lose", "SMS'en kom ikke frem"),
    ],
    ids=["refused", "no number", "lost"],
)
async def test_who_cannot_be_texted_is_to_be_phoned(tmp_path: Path, person: Person, mode: str, told: str) -> None:
    async with troubled_clinic(tmp_path) as clinic:
        await clinic.stack.fault("sms", mode=mode)
        await clinic.book(person)
        row = await clinic.console.shows("bookingRow", told)
        assert "Ring til patienten." in row
        await clinic.console.shows("bookingRow", "bekræftet")
        assert await traces(clinic.stack, person) == {"appointments": 1, "rooms": 1, "texts": 0}
        if person.phone:
            await clinic.console.shows("phoneInstead", person.shown_phone)
            await clinic.console.click("phoneInstead")
            await clinic.console.shows("bookingNotice", person.shown_phone)
        else:
            assert "Kode til oplæsning" in row


async def test_without_the_room_service_a_booking_waits_for_it(tmp_path: Path) -> None:
    async with AsyncExitStack() as services:
        stack = await services.enter_async_context(running_stack(tmp_path / "demo"))
        async with running_console(stack.settings, {}, tmp_path / "console") as console:
            clinic = TroubledClinic(tmp_path, stack, console)
            await clinic.open_message()
            stack.kill_room_service()
            await clinic.book()
            await console.shows("waitingStrip", "ikke forbundet")
            await console.shows("statusLine", "Ingen forbindelse til videotjenesten.")
            assert "gemt her" in await console.shows("bookingRow")
            assert "ensure_room: room_unreachable" in clinic.log()

            await services.aclose()
            async with running_stack(tmp_path / "demo") as again:
                await clinic.synchronise()
                await clinic.confirmed()
                assert await traces(again) == ONCE
                await assert_logs_are_private(tmp_path, again)


async def test_a_patient_who_waits_is_seen_again_when_the_room_service_is_back(tmp_path: Path) -> None:
    async with AsyncExitStack() as services, patient_browser(tmp_path) as patient:
        stack = await services.enter_async_context(running_stack(tmp_path / "demo"))
        async with running_console(stack.settings, {}, tmp_path / "console") as console:
            clinic = TroubledClinic(tmp_path, stack, console)
            await clinic.book()
            await clinic.confirmed()
            await patient.open(await link_to(stack))
            await wait_for_the_doctor(patient, Timeline(tmp_path, silent=True), console)

            stack.kill_room_service()
            await console.shows("waitingStrip", "ikke forbundet")
            await patient.page.locator("#line-down:visible").wait_for()
            await services.aclose()
            async with running_stack(tmp_path / "demo") as again:
                await console.shows("admit")
                assert NANCY.name in await console.shows("waitingStrip")
                await patient.page.locator("#line-down").wait_for(state="hidden")
                await patient.in_phase("waiting")
                await console.click("admit")
                await patient.in_phase("admitted")
                await assert_logs_are_private(tmp_path, again)


async def test_a_call_outlives_the_room_service(tmp_path: Path) -> None:
    async with patient_browser(tmp_path) as patient, AsyncExitStack() as services:
        stack = await services.enter_async_context(running_stack(tmp_path / "demo"))
        async with running_console(stack.settings, no_sound_card(tmp_path), tmp_path / "console") as console:
            clinic = TroubledClinic(tmp_path, stack, console)
            await begin_call(clinic, patient)
            await console.shows("callWindow", "Billede")
            stack.kill_room_service()
            await console.shows("waitingStrip", "ikke forbundet")
            await console.ask("numbers_seen")
            await patient_seen_moving(console)

            await console.click("continueByPhone")
            told = await console.shows("callWindow", NANCY.shown_phone)
            assert "har ikke fået besked endnu. Ring op nu." in told
            await console.click("endCall")
            await console.click("saveOutcome")
            await console.shows("bookingRow", "Gennemført på telefon")
            await console.shows("bookingRow", "bekræftet")
            await services.aclose()
            async with running_stack(tmp_path / "demo") as again:
                await clinic.synchronise()
                await patient.in_phase("closed")
                assert (await traces(again))["rooms"] == 0
                await assert_logs_are_private(tmp_path, again)
