"""Draws every face of the patient page, small and large, light and dark, so that a person can look at them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Page, ViewportSize

from app.domain.clinic_time import utc_now
from app.domain.waiting import PatientPhase
from app.room.service import Service
from app.video.side.messages import Card
from tests.room.browser import DENIED, HAS_PICTURE, chromium, in_phase, until
from tests.room.doctor import SideDoctor, call_from
from tests.room.support import Console, console_at, plan, service_at

FOLDER = Path("build/screens/patient")
PHONE: ViewportSize = {"width": 390, "height": 844}
LYING: ViewportSize = {"width": 844, "height": 390}
DESK: ViewportSize = {"width": 1280, "height": 800}
NO_CAMERA = """
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) =>
    wish.video ? Promise.reject(new DOMException("none", "NotFoundError")) : real(wish);
"""


async def draw(page: Page, name: str) -> None:
    """Write the page four ways, and check that nothing is wider than the screen."""
    for size_name, size in (("phone", PHONE), ("desk", DESK)):
        await page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await page.screenshot(path=FOLDER / f"{name}-{size_name}-{scheme}.png")
        assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (
            f"{name} is too wide"
        )
    await page.set_viewport_size(PHONE)


class Stage:
    """One service with one console, and pages opened in it."""

    def __init__(self, service: Service, console: Console, browser: Browser) -> None:
        self.service = service
        self.console = console
        self.browser = browser

    async def page(self, path: str = "", script: str = "", language: str = "da-DK") -> Page:
        context = await self.browser.new_context(locale=language, viewport=PHONE, reduced_motion="reduce")
        page = await context.new_page()
        if script:
            await page.add_init_script(script)
        await page.goto(f"{self.service.public_url}/{path}")
        return page


@asynccontextmanager
async def stage(folder: Path, *without: str) -> AsyncIterator[Stage]:
    async with (
        service_at(folder, utc_now) as service,
        aiohttp.ClientSession() as session,
        console_at(service, session) as console,
        chromium(*without) as browser,
    ):
        yield Stage(service, console, browser)


@pytest.mark.screens
async def test_faces_without_a_room(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        page = await on.page()
        await draw(page, "code")
        await page.get_by_label("Din kode").fill("7KQ2")
        await page.get_by_role("button", name="Fortsæt").click()
        await draw(page, "code-short")
        await draw(await on.page("7KQ2P9FMCA"), "unknown")
        for _ in range(20):
            await page.goto(f"{on.service.public_url}/7KQ2P9FMCA")
        await in_phase(page, "limited")
        await draw(page, "limited")


@pytest.mark.screens
async def test_faces_before_the_call(tmp_path: Path) -> None:
    soon = plan(utc_now() + timedelta(minutes=10))
    later = plan(utc_now() + timedelta(minutes=47))
    async with stage(tmp_path) as on:
        code = (await on.console.rooms.ensure_room(soon)).code
        early = await on.page((await on.console.rooms.ensure_room(later)).code)
        await in_phase(early, "early")
        await draw(early, "early")
        no_camera = await on.page(code, NO_CAMERA)
        await no_camera.locator("body[data-media=problem]").wait_for()
        await draw(no_camera, "preview-no-camera")
        denied = await on.page(code, DENIED)
        await denied.locator("body[data-media=problem]").wait_for()
        await draw(denied, "preview-denied")
        await in_phase(no_camera, "replaced")
        await draw(no_camera, "replaced")
        page = await on.page(code)
        await until(page, "document.getElementById('preview').videoWidth > 0")
        await draw(page, "preview")
        await page.get_by_role("button", name="English").click()
        await draw(page, "preview-english")
        await page.get_by_role("button", name="Dansk").click()
        await page.get_by_text("Skift kamera").click()
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.screenshot(path=FOLDER / "preview-320.png", full_page=True)
        await page.evaluate("() => document.documentElement.style.setProperty('font-size', '225%')")
        await page.screenshot(path=FOLDER / "preview-320-text-200.png", full_page=True)
        assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        await page.evaluate("() => document.documentElement.style.removeProperty('font-size')")
        await page.locator("#join").click()
        await in_phase(page, "waiting")
        await draw(page, "waiting")
        await on.console.say(soon.booking_id, "delay", body={"minutes": 8})
        await page.locator("#delay").wait_for()
        await draw(page, "waiting-delayed")
        await page.locator("#room-phone").click()
        await in_phase(page, "callback")
        await draw(page, "callback")
        await page.locator("#message-go").click()
        await in_phase(page, "waiting")
        await page.locator("#room-leave").click()
        await in_phase(page, "left")
        await draw(page, "left")


@pytest.mark.screens
async def test_face_that_asks_for_the_camera(tmp_path: Path) -> None:
    async with stage(tmp_path, "--use-fake-ui-for-media-stream") as on:
        room = plan(utc_now() + timedelta(minutes=10))
        page = await on.page((await on.console.rooms.ensure_room(room)).code)
        await in_phase(page, "preview")
        await page.get_by_role("button", name="Tænd kamera og mikrofon").wait_for()
        await draw(page, "preview-off")


@pytest.mark.screens
async def test_faces_of_the_call_and_after(tmp_path: Path) -> None:
    room = plan(utc_now() + timedelta(minutes=5))
    async with stage(tmp_path) as on:
        page = await on.page((await on.console.rooms.ensure_room(room)).code)
        await page.locator("#join").click()
        await on.console.phase(room.booking_id, PatientPhase.WAITING)
        await on.console.say(room.booking_id, "admit")
        await in_phase(page, "admitted")
        await draw(page, "call-connecting")
        async with call_from(on.console, room.booking_id, 1):
            await until(page, f"{HAS_PICTURE} && document.body.dataset.call === 'live'")
            await draw(page, "call")
            await page.set_viewport_size(LYING)
            await page.screenshot(path=FOLDER / "call-lying-phone.png")
            await page.set_viewport_size({"width": 320, "height": 640})
            await page.screenshot(path=FOLDER / "call-320.png")
            await page.set_viewport_size(PHONE)
            await page.locator("#mute").click()
            await page.locator("#camera-off").click()
            await draw(page, "call-muted")
        await page.locator("body[data-call=frozen]").wait_for()
        await draw(page, "call-frozen")
        await on.console.say(room.booking_id, "telephone")
        await in_phase(page, "telephone")
        await draw(page, "telephone")
        await on.console.say(room.booking_id, "ended")
        await in_phase(page, "ended")
        await draw(page, "ended")
        await page.locator("#rate-picture-3").check()
        await page.locator("#rate-sound-2").check()
        await draw(page, "ended-rated")
        other = replace(plan(utc_now()), clinic_name="Lægehuset Vesterbrogade 147, Familielægerne i Midtbyen")
        closed = await on.page((await on.console.rooms.ensure_room(other)).code)
        await in_phase(closed, "preview")
        await on.console.rooms.close_room(other.booking_id)
        await in_phase(closed, "closed")
        await draw(closed, "closed")


@pytest.mark.screens
async def test_faces_beside_the_picture(tmp_path: Path) -> None:
    room = plan(utc_now() + timedelta(minutes=5))
    doctor = SideDoctor()
    rows = (("Dag", "Mandag 30. november 2026"), ("Tid", "10.20"), ("Hos", "Mette Holm"))
    async with stage(tmp_path) as on:
        page = await on.page((await on.console.rooms.ensure_room(room)).code)
        await page.locator("#join").click()
        await on.console.phase(room.booking_id, PatientPhase.WAITING)
        await on.console.say(room.booking_id, "admit")
        await in_phase(page, "admitted")
        async with call_from(on.console, room.booking_id, 1, doctor):
            await until(page, f"{HAS_PICTURE} && document.body.dataset.call === 'live'")
            await doctor.until(lambda state: state.there)
            await page.locator("#chat-open").click()
            await draw(page, "side-chat-empty")
            doctor.talk.say("Kan du skrive, hvad der står på pakken?")
            await page.locator("#chat-text").fill(
                "Eliquis 5 mg, 60 tabletter. https://min.medicin.dk/en-meget-lang-adresse"
            )
            await page.keyboard.press("Enter")
            await doctor.until(lambda state: state.heard == 1)
            doctor.talk.say("Tak. Tag én morgen og aften som hidtil, og ring, hvis du får blå mærker.")
            await page.get_by_text("blå mærker").wait_for()
            await draw(page, "side-chat")
            await page.set_viewport_size(LYING)
            await page.screenshot(path=FOLDER / "side-chat-lying.png")
            await page.set_viewport_size(PHONE)
            doctor.talk.show_card(Card("Din aftale", rows, "Husk at tage medicinen som sædvanlig."))
            await page.locator("#card").wait_for()
            await draw(page, "side-card")
            doctor.talk.ask_picture()
            await page.locator("#picture").wait_for()
            await until(page, "document.getElementById('picture-live').videoWidth > 0")
            await draw(page, "side-picture-asked")
            await page.set_viewport_size({"width": 320, "height": 640})
            await page.screenshot(path=FOLDER / "side-picture-asked-320.png")
            await page.set_viewport_size(LYING)
            await page.screenshot(path=FOLDER / "side-picture-asked-lying.png")
            await page.set_viewport_size(PHONE)
            await page.locator("#picture-take").click()
            await doctor.until(lambda state: state.pictures)
            await page.get_by_text("Lægen har fået").wait_for()
            await page.screenshot(path=FOLDER / "side-picture-sent.png")
            shot = await page.screenshot()
            await page.locator("#picture-file").set_input_files(
                {"name": "a.png", "mimeType": "image/png", "buffer": shot}
            )
            await page.get_by_text("Send dette billede").wait_for()
            await draw(page, "side-picture-chosen")
            await page.locator("#picture-close").click()
            await page.evaluate("() => document.getElementById('language').click()")
            doctor.talk.ask_picture()
            await page.locator("#picture-take:enabled").wait_for()
            await draw(page, "side-picture-asked-english")
            await page.locator("#camera-off").click()
            await draw(page, "side-picture-asked-no-camera")
            await page.locator("#picture-close").click()
            await page.locator("#card-close").click()
        await page.locator("#chat-text").fill("Jeg kan ikke se dig")
        await page.keyboard.press("Enter")
        await page.locator("body[data-call=frozen]").wait_for()
        await draw(page, "side-chat-frozen-english")
