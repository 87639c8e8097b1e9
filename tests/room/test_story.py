"""A patient's whole way in a real browser, from typing the code to the thank-you page."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from app.domain.clinic_time import utc_now
from app.domain.waiting import PatientPhase
from app.room.codes import shown_code
from tests.room.browser import DENIED, HAS_PICTURE, chromium, in_phase, until
from tests.room.doctor import call_from
from tests.room.support import console_at, plan, service_at


@pytest.mark.story
async def test_from_the_code_to_the_thank_you_page(tmp_path: Path) -> None:
    room = plan(utc_now() + timedelta(minutes=5))
    async with (
        service_at(tmp_path, utc_now) as service,
        aiohttp.ClientSession() as session,
        console_at(service, session) as console,
        chromium() as browser,
    ):
        link = await console.rooms.ensure_room(room)
        page = await (await browser.new_context(locale="da-DK")).new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

        await page.goto(service.public_url)
        await page.get_by_label("Din kode").fill(shown_code(link.code).lower())
        await page.get_by_role("button", name="Fortsæt").click()
        await in_phase(page, "preview")
        await console.phase(room.booking_id, PatientPhase.OPENED)

        await until(page, "document.getElementById('preview').videoWidth > 0")
        tested = await console.phase(room.booking_id, PatientPhase.TESTED)
        assert (tested.devices.camera, tested.devices.microphone) == (True, True)
        await expect(page.get_by_text("Vi kan høre dig")).to_be_visible(timeout=30_000)

        await page.get_by_role("button", name="Jeg er klar").click()
        await in_phase(page, "waiting")
        await expect(page.get_by_role("heading", name="Du er i venteværelset")).to_be_focused()
        await console.phase(room.booking_id, PatientPhase.WAITING)
        await console.say(room.booking_id, "delay", body={"minutes": 8})
        await expect(page.get_by_text("Lægen er ca. 8 min. forsinket.")).to_be_visible()

        await console.say(room.booking_id, "admit")
        await console.signal(room.booking_id, "joined")
        async with call_from(console, room.booking_id, 1):
            await in_phase(page, "admitted")
            await until(page, HAS_PICTURE)
            await console.phase(room.booking_id, PatientPhase.IN_CALL)
            await page.get_by_role("button", name="Sluk mikrofon").click()
            await expect(page.get_by_role("button", name="Tænd mikrofon")).to_be_visible()

        async with call_from(console, room.booking_id, 2):
            await until(page, f"{HAS_PICTURE} && document.body.dataset.call === 'live'")

        await page.reload()
        joined = await console.signal(room.booking_id, "joined")
        assert joined.call == 2
        async with call_from(console, room.booking_id, joined.call + 1):
            await until(page, HAS_PICTURE)
            await console.say(room.booking_id, "telephone")
            await in_phase(page, "telephone")
            await expect(page.get_by_role("heading", name="Lægen ringer til dig nu på telefonen")).to_be_visible()

        await console.say(room.booking_id, "ended")
        await in_phase(page, "ended")
        for what in ("picture", "sound"):
            await page.locator(f"#rate-{what}-3").check()
        await expect(page.get_by_text("Tak for dit svar.")).to_be_visible()
        await console.phase(room.booking_id, PatientPhase.LEFT)
        metrics = await (await session.get(f"{service.public_url}/metrics")).text()
        assert 'room_ratings_total{of="picture",score="3"} 1' in metrics
        assert complaints == []


@pytest.mark.story
async def test_a_call_that_freezes_comes_back_by_itself(tmp_path: Path) -> None:
    room = plan(utc_now() + timedelta(minutes=5))
    async with (
        service_at(tmp_path, utc_now) as service,
        aiohttp.ClientSession() as session,
        console_at(service, session) as console,
        chromium() as browser,
    ):
        link = await console.rooms.ensure_room(room)
        page = await (await browser.new_context(locale="da-DK")).new_page()
        await page.goto(link.url)
        await page.locator("#join").click()
        await console.phase(room.booking_id, PatientPhase.WAITING)
        await console.say(room.booking_id, "admit")
        await console.signal(room.booking_id, "joined")
        async with call_from(console, room.booking_id, 1):
            await page.locator("body[data-call=live]").wait_for()
        await expect(page.get_by_text("Forbindelsen hakker")).to_be_visible(timeout=30_000)
        again = await console.signal(room.booking_id, "joined")
        async with call_from(console, room.booking_id, again.call + 1):
            await page.locator("body[data-call=live]").wait_for()
            await until(page, HAS_PICTURE)
            await expect(page.get_by_text("Forbindelsen hakker")).to_be_hidden()


@pytest.mark.story
async def test_who_would_rather_be_phoned_is_told_when_the_clinic_phones(tmp_path: Path) -> None:
    room = plan(utc_now() + timedelta(minutes=5))
    async with (
        service_at(tmp_path, utc_now) as service,
        aiohttp.ClientSession() as session,
        console_at(service, session) as console,
        chromium() as browser,
    ):
        link = await console.rooms.ensure_room(room)
        page = await (await browser.new_context(locale="da-DK", viewport={"width": 390, "height": 844})).new_page()
        await page.add_init_script(DENIED)
        await page.goto(link.url)
        name = await page.locator("#clinic-name").bounding_box()
        switch = await page.get_by_role("button", name="English").bounding_box()
        assert name is not None
        assert switch is not None
        assert switch["y"] < name["y"] + name["height"]

        await page.locator("#join").click()
        await page.locator("#room-phone").click()
        await in_phase(page, "callback")
        await expect(page.get_by_role("button", name="Jeg vil alligevel gerne bruge video")).to_have_class("quiet")
        await console.say(room.booking_id, "telephone")
        await in_phase(page, "telephone")
        await expect(page.get_by_role("heading", name="Lægen ringer til dig nu på telefonen")).to_be_visible()

        await console.say(room.booking_id, "admit")
        await in_phase(page, "admitted")
        await expect(page.locator("#call-status")).to_contain_text("tryk Tænd kamera")
        await expect(page.get_by_role("button", name="Tænd kamera")).to_be_visible()

        await console.say(room.booking_id, "ended")
        await in_phase(page, "ended")
        await page.reload()
        await in_phase(page, "ended")
        await expect(page.get_by_role("link", name="Ring til klinikken")).to_have_attribute(
            "href", "tel:+4570123456"
        )


@pytest.mark.story
async def test_what_is_over_is_not_said_to_wait_for_the_line(tmp_path: Path) -> None:
    room = plan(utc_now() + timedelta(minutes=5))
    async with aiohttp.ClientSession() as session, chromium() as browser:
        async with service_at(tmp_path, utc_now) as service, console_at(service, session) as console:
            link = await console.rooms.ensure_room(room)
            other = await console.rooms.ensure_room(plan(utc_now() + timedelta(minutes=5)))
            context = await browser.new_context(locale="da-DK")
            over, ahead = await context.new_page(), await context.new_page()
            await over.goto(link.url)
            await ahead.goto(other.url)
            await in_phase(ahead, "preview")
            await over.locator("#join").click()
            await console.phase(room.booking_id, PatientPhase.WAITING)
            await console.say(room.booking_id, "ended")
            await in_phase(over, "ended")
        await expect(ahead.locator("#line-down")).to_be_visible()
        await expect(over.locator("#line-down")).not_to_have_text("", timeout=30_000)
        await expect(over.locator("#line-down")).to_be_hidden()
