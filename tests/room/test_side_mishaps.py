"""What goes wrong beside sound and picture, with a real browser: bad moments, second tabs, ends, interruptions."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from app.video.side.messages import Card
from app.video.side.talk_events import Asking
from tests.room.browser import HAS_PICTURE, in_phase, until
from tests.room.doctor import SideDoctor, call_from
from tests.room.test_side import admitted, noise

pytestmark = pytest.mark.story

QUESTION = "Lægen vil gerne have et skarpt billede"
SLOW_CAMERA = """
  window.ImageCapture = class {
    getPhotoCapabilities() { return new Promise((_, refuse) => (window.releaseCamera = refuse)); }
  };
  window.statuses = [];
  addEventListener("DOMContentLoaded", () => {
    const status = document.getElementById("picture-status");
    new MutationObserver(() => statuses.push(status.textContent)).observe(status, { childList: true });
  });
"""
SLOW_LAMP = """
  window.lamps = [];
  navigator.wakeLock.request = () => new Promise((done) => {
    lamps.push({ light: () => done(Object.assign(new EventTarget(), { release() { lamps.pop(); } })) });
  });
"""
HELD_UPRIGHT = """
  MediaStreamTrack.prototype.getSettings = () => ({ width: 720, height: 1280 });
  const set = RTCRtpSender.prototype.setParameters;
  window.scales = [];
  RTCRtpSender.prototype.setParameters = function (parameters) {
    scales.push(parameters.encodings[0].scaleResolutionDownBy);
    return set.call(this, parameters);
  };
"""


async def test_a_page_whose_call_has_ended_holds_nothing_of_it(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1, doctor):
        await doctor.until(lambda state: state.there)
        doctor.talk.say("Kan du se knuden?")
        doctor.talk.show_card(Card("HbA1c", (("Svar", "48"),), "Fint"))
        await expect(page.get_by_role("heading", name="HbA1c")).to_be_visible()
        await page.locator("#picture-file").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": noise(64, 48)}
        )
        await expect(page.get_by_role("button", name="Ja, send billedet")).to_be_visible()
        await page.evaluate("() => (document.getElementById('chat-text').value = 'Jeg har')")
        await console.say(booking_id, "ended")
        await in_phase(page, "ended")
        await expect(page.locator("#chat-lines li")).to_have_count(0)
        await expect(page.locator("#chat-text")).to_have_value("")
        await expect(page.locator("#card-title, #card-text")).to_have_text(["", ""])
        await expect(page.locator("#card-rows > *")).to_have_count(0)
        await expect(page.locator(".panel:not([hidden])")).to_have_count(0)
        assert await page.evaluate("() => document.getElementById('picture-still').width") == 0


async def test_a_page_that_gave_way_to_another_tab_says_nothing_twice_when_it_comes_back(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page):
        async with call_from(console, booking_id, 1, doctor):
            await page.locator("#chat-text").evaluate("field => (field.value = 'Eliquis')")
            await page.locator("#chat-form").evaluate("form => form.requestSubmit()")
            await doctor.until(lambda state: state.heard == 1)
        other = await page.context.new_page()
        await other.goto(page.url)
        await in_phase(page, "replaced")
        await in_phase(other, "admitted")
        async with call_from(console, booking_id, 2, doctor):
            await doctor.until(lambda state: state.there)
        await page.locator("#message-go").click()
        await in_phase(page, "admitted")
        async with call_from(console, booking_id, 3, doctor):
            await doctor.until(lambda state: state.there)
            await page.locator("#chat-text").evaluate("field => (field.value = 'To om dagen')")
            await page.locator("#chat-form").evaluate("form => form.requestSubmit()")
            state = await doctor.until(lambda state: state.lines and state.lines[-1].text == "To om dagen")
            assert [line.text for line in state.lines] == ["Eliquis", "To om dagen"]


async def test_a_no_said_while_the_connection_was_away_counts_when_it_is_back(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page):
        async with call_from(console, booking_id, 1, doctor):
            await doctor.until(lambda state: state.there)
            doctor.talk.ask_picture()
            await expect(page.get_by_role("dialog", name=QUESTION)).to_be_visible()
        doctor.talk.lose_connection()
        await page.get_by_role("button", name="Nej tak").click()
        async with call_from(console, booking_id, 2, doctor):
            state = await doctor.until(lambda state: state.question and not state.question.open)
            assert state.question is not None
            assert state.question.stage is Asking.REFUSED
            await expect(page.get_by_role("dialog", name=QUESTION)).to_be_hidden()


async def test_a_camera_that_fails_while_the_connection_is_away_is_told_of_when_it_is_back(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path, SLOW_CAMERA) as (console, booking_id, page):
        async with call_from(console, booking_id, 1, doctor):
            await doctor.until(lambda state: state.there)
            doctor.talk.ask_picture()
            await page.get_by_role("button", name="Ja, tag billedet").click()
            await doctor.until(lambda state: state.question and state.question.stage is Asking.TAKING)
        doctor.talk.lose_connection()
        await page.evaluate("() => { createImageBitmap = () => Promise.reject(new Error('no')); }")
        await page.evaluate("() => releaseCamera(new Error('no'))")
        await expect(page.get_by_text("Billedet kunne ikke sendes.")).to_be_visible(timeout=20_000)
        async with call_from(console, booking_id, 2, doctor):
            await doctor.until(lambda state: state.question and state.question.stage is Asking.FAILED)


async def test_a_picture_taken_back_while_the_camera_works_is_not_said_to_have_come(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with (
        admitted(tmp_path, SLOW_CAMERA) as (console, booking_id, page),
        call_from(console, booking_id, 1, doctor),
    ):
        await doctor.until(lambda state: state.there)
        doctor.talk.ask_picture()
        await page.get_by_role("button", name="Ja, tag billedet").click()
        await doctor.until(lambda state: state.question and state.question.stage is Asking.TAKING)
        doctor.talk.cancel_picture()
        doctor.talk.say("Det er ikke nødvendigt")
        await expect(page.get_by_text("Det er ikke nødvendigt")).to_be_visible()
        await page.evaluate("() => releaseCamera(new Error('no'))")
        await expect(page.locator("#picture-status")).to_be_hidden(timeout=20_000)
        assert "Lægen har fået dit billede." not in await page.evaluate("() => statuses")
        assert doctor.talk.state.pictures == ()


async def test_nothing_that_comes_covers_the_question_for_a_picture(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1, doctor):
        await doctor.until(lambda state: state.there)
        doctor.talk.ask_picture()
        question = page.get_by_role("dialog", name=QUESTION)
        await expect(question).to_be_visible()
        doctor.talk.show_card(Card("HbA1c"))
        doctor.talk.say("Hold knuden op til kameraet")
        await doctor.until(lambda state: state.delivered == 1)
        await expect(question).to_be_visible()
        await question.get_by_role("button", name="Nej tak").click()
        await expect(page.get_by_text("Hold knuden op til kameraet")).to_be_visible()
        await page.locator("#chat-close").click()
        await expect(page.get_by_role("heading", name="HbA1c")).to_be_visible()


async def test_what_stopped_the_doctor_s_picture_is_undone(tmp_path: Path) -> None:
    """A telephone call, or the way out of full screen on an iPhone, leaves the picture paused."""
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1):
        await until(page, HAS_PICTURE)
        await page.evaluate("() => document.getElementById('remote').pause()")
        await until(page, "!document.getElementById('remote').paused")


async def test_a_microphone_that_the_device_holds_back_is_told_of(tmp_path: Path) -> None:
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1):
        await until(page, HAS_PICTURE)
        await page.locator("#self").evaluate("""video => {
          const [track] = video.srcObject.getAudioTracks();
          Object.defineProperty(track, "muted", { value: true });
          track.dispatchEvent(new Event("mute"));
        }""")
        await expect(page.get_by_text("Lægen kan ikke høre dig: telefonen eller computeren")).to_be_visible()


async def test_the_screen_may_sleep_again_after_a_call_that_was_over_at_once(tmp_path: Path) -> None:
    async with admitted(tmp_path, SLOW_LAMP) as (console, booking_id, page):
        await console.say(booking_id, "ended")
        await in_phase(page, "ended")
        assert await page.evaluate("() => lamps.length") > 0
        await page.evaluate("() => lamps.slice().forEach((lamp) => lamp.light())")
        await until(page, "lamps.length === 0")


async def test_a_phone_held_upright_sends_no_more_when_told_to_send_less(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with (
        admitted(tmp_path, HELD_UPRIGHT) as (console, booking_id, page),
        call_from(console, booking_id, 1, doctor),
    ):
        await doctor.until(lambda state: state.there)
        doctor.talk.set_rung("lower")
        await until(page, "scales.length > 0")
        assert await page.evaluate("() => scales.at(-1)") == 4
