"""Beside sound and picture, with a real browser as the patient: chat, reports, still pictures and what is shown."""

import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import aiohttp
import av
import numpy as np
import pytest
from playwright.async_api import Page, expect

from app.domain.clinic_time import utc_now
from app.domain.ids import BookingId
from app.domain.waiting import PatientPhase
from app.video.side.messages import Card
from app.video.side.talk_events import Asking
from tests.room.browser import HAS_PICTURE, chromium, in_phase, until
from tests.room.doctor import SideDoctor, call_from
from tests.room.support import Console, console_at, plan, service_at

pytestmark = pytest.mark.story


@asynccontextmanager
async def admitted(folder: Path, script: str = "") -> AsyncIterator[tuple[Console, BookingId, Page]]:
    """A patient whose page has been let in, and waits for an offer; complaints of the page fail the test.

    `script` runs in the page before its own.
    """
    room = plan(utc_now() + timedelta(minutes=5))
    async with (
        service_at(folder, utc_now) as service,
        aiohttp.ClientSession() as session,
        console_at(service, session) as console,
        chromium() as browser,
    ):
        link = await console.rooms.ensure_room(room)
        page = await (await browser.new_context(locale="da-DK")).new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await page.add_init_script(script)
        await page.goto(f"{service.public_url}/{link.code}")
        await page.locator("#join").click()
        await console.phase(room.booking_id, PatientPhase.WAITING)
        await console.say(room.booking_id, "admit")
        await in_phase(page, "admitted")
        yield console, room.booking_id, page
        assert not complaints


def size_of(jpeg: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(jpeg), "r", format="jpeg_pipe") as container:
        frame = next(container.decode(video=0))
    return frame.width, frame.height


def noise(width: int, height: int) -> bytes:
    """A PNG that no encoder makes small."""
    pixels = np.random.default_rng(4).integers(0, 256, (height, width, 3), dtype=np.uint8)
    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "rgb24", Fraction(1, 1)
    return b"".join(bytes(packet) for packet in encoder.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))


async def test_both_write_and_nothing_is_lost_when_the_connection_is_made_anew(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page):
        async with call_from(console, booking_id, 1, doctor):
            await doctor.until(lambda state: state.there)
            doctor.talk.say("Kan du skrive navnet på medicinen?")
            await expect(page.get_by_text("Kan du skrive navnet på medicinen?")).to_be_visible()
            await page.get_by_label("Skriv til lægen").fill("Eliquis 5 mg <b>")
            await page.keyboard.press("Enter")
            state = await doctor.until(lambda state: state.heard == 1)
            assert [(line.ours, line.text) for line in state.lines] == [
                (True, "Kan du skrive navnet på medicinen?"),
                (False, "Eliquis 5 mg <b>"),
            ]
            await doctor.until(lambda state: state.delivered == 1)
        doctor.talk.lose_connection()
        doctor.talk.say("Tak")
        await page.get_by_label("Skriv til lægen").fill("To gange om dagen")
        await page.keyboard.press("Enter")
        async with call_from(console, booking_id, 2, doctor):
            state = await doctor.until(lambda state: state.heard == 2 and state.delivered == 2)
            assert [line.text for line in state.lines if not line.ours] == ["Eliquis 5 mg <b>", "To gange om dagen"]
            await expect(page.locator("#chat-lines .theirs .words")).to_have_text(
                ["Kan du skrive navnet på medicinen?", "Tak"]
            )
            await expect(page.locator("#chat-lines .waits")).to_have_count(0)


async def test_the_browser_reports_what_it_sends_and_gets(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1, doctor):
        await until(page, HAS_PICTURE)
        report = await doctor.report(lambda one: one.frames_decoded and one.audio_in and one.frames_sent)
        assert (report.camera, report.microphone, report.hidden) == ("live", "live", False)
        assert report.local_candidate == "host"
        assert report.packets_out > 0 < report.video_in
        assert report.round_trip_ms is not None
        await doctor.report(lambda report: report.mic_level > 0.3)
        await page.locator("#mute").click()
        await page.locator("#camera-off").click()
        await doctor.report(lambda report: (report.camera, report.microphone) == ("off", "off"))


async def test_the_page_sends_as_much_of_a_picture_as_it_is_told(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, _page), call_from(console, booking_id, 1, doctor):
        await doctor.report(lambda report: report.frames_sent > 0)
        doctor.talk.set_rung("none")
        sent = 0

        def stands_still(frames: int) -> bool:
            nonlocal sent
            before, sent = sent, frames
            return frames == before

        await doctor.report(lambda report: stands_still(report.frames_sent))
        still = sent
        doctor.talk.set_rung("lower")
        await doctor.report(lambda report: report.frames_sent > still)


async def test_a_picture_is_taken_only_with_the_patient_s_yes(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1, doctor):
        await doctor.until(lambda state: state.there)
        doctor.talk.ask_picture()
        question = page.get_by_role("dialog", name="Lægen vil gerne have et skarpt billede")
        await expect(question).to_be_visible()
        await question.get_by_role("button", name="Nej tak").click()
        state = await doctor.until(lambda state: state.question and not state.question.open)
        assert state.question is not None
        assert (state.question.stage, state.pictures) == (Asking.REFUSED, ())

        doctor.talk.ask_picture()
        await question.get_by_role("button", name="Ja, tag billedet").click()
        state = await doctor.until(lambda state: state.pictures)
        await expect(page.get_by_text("Lægen har fået dit billede.")).to_be_visible()
        (picture,) = state.pictures
        assert picture.asked
        width, height = size_of(picture.data)
        assert min(width, height) >= 480
        assert state.question is None


async def test_the_patient_sends_a_picture_of_their_own(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1, doctor):
        await doctor.until(lambda state: state.there)
        shot = await page.screenshot()
        await page.locator("#picture-file").set_input_files(
            {"name": "udslæt.png", "mimeType": "image/png", "buffer": shot}
        )
        await page.get_by_role("button", name="Ja, send billedet").click()
        state = await doctor.until(lambda state: state.pictures)
        (picture,) = state.pictures
        assert not picture.asked
        assert size_of(picture.data) == (1280, 720)
        assert hashlib.sha256(shot).digest() != hashlib.sha256(picture.data).digest()

        await page.locator("#picture-file").set_input_files(
            {"name": "brev.png", "mimeType": "image/png", "buffer": b"not a picture"}
        )
        await expect(page.get_by_text("Filen kan ikke vises som et billede")).to_be_visible()


async def test_a_picture_cut_off_half_way_comes_whole_by_the_next_connection(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page):
        async with call_from(console, booking_id, 1, doctor):
            await doctor.until(lambda state: state.there)
            await page.locator("#picture-file").set_input_files(
                {"name": "stort.png", "mimeType": "image/png", "buffer": noise(2400, 1800)}
            )
            await page.get_by_role("button", name="Ja, send billedet").click()
            state = await doctor.until(lambda state: state.arriving and state.arriving[0] > 0)
            assert state.pictures == ()
        doctor.talk.lose_connection()
        async with call_from(console, booking_id, 2, doctor):
            (picture,) = (await doctor.until(lambda state: state.pictures)).pictures
            assert size_of(picture.data) == (2400, 1800)
            await expect(page.get_by_text("Lægen har fået dit billede.")).to_be_visible()


async def test_what_the_doctor_shows_is_words_and_can_be_taken_away(tmp_path: Path) -> None:
    doctor = SideDoctor()
    async with admitted(tmp_path) as (console, booking_id, page), call_from(console, booking_id, 1, doctor):
        await doctor.until(lambda state: state.there)
        rows = (("Svar", "48 mmol/mol"), ("Dato", "12. november"))
        doctor.talk.show_card(Card("HbA1c", rows, "<i>Fint</i> svar."))
        card = page.get_by_role("complementary", name="Lægen viser dig")
        await expect(card.get_by_role("heading", name="HbA1c")).to_be_visible()
        await expect(card.locator("dt, dd")).to_have_text(["Svar", "48 mmol/mol", "Dato", "12. november"])
        await expect(card.get_by_text("<i>Fint</i> svar.")).to_be_visible()
        await doctor.until(lambda state: state.card_seen)
        await card.get_by_role("button", name="Skjul").click()
        await doctor.until(lambda state: not state.card_seen)
        doctor.talk.show_card(Card("HbA1c", rows, "Stadig fint."))
        await expect(card.get_by_text("Stadig fint.")).to_be_visible()
        await doctor.until(lambda state: state.card_seen)
        doctor.talk.show_card(None)
        await expect(card).to_be_hidden()
