"""Chat, a still picture and something shown, through the whole program; and nothing of it is left behind."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.driver.clinic import whole_clinic
from tests.driver.main_job import Timeline, book_from_message, talk, wait_for_the_doctor

pytestmark = pytest.mark.story
CANARIES = ("Kanariepiller morgen og aften", "Kanarieopløsning 5 mg", "Kanariesalve to gange om dagen")


async def test_chat_picture_and_card_pass_both_ways_and_leave_no_trace(tmp_path: Path) -> None:
    ours, theirs, shown = CANARIES
    async with whole_clinic(tmp_path, with_sound=False) as clinic:
        console, patient = clinic.console, clinic.patient
        timeline = Timeline(Path("build/stories/beside-the-picture"))
        await book_from_message(console, clinic.stack, patient, timeline)
        await wait_for_the_doctor(patient, timeline, console)
        await talk(console, patient, None, timeline)

        await console.click("toggleChat")
        await console.ask("type", name="chatField", text=ours)
        await console.ask("press", name="chatField", key="Return")
        await expect(patient.page.get_by_text(ours)).to_be_visible()
        await patient.page.get_by_label("Skriv til lægen").fill(theirs)
        await patient.page.keyboard.press("Enter")
        await console.shows("sidePanel", theirs)
        await timeline.reached("both have written", console, patient)

        await console.click("takePicture")
        question = patient.page.get_by_role("dialog", name="Lægen vil gerne have et skarpt billede")
        await expect(question).to_be_visible()
        await timeline.reached("the patient is asked for a picture", console, patient)
        await question.get_by_role("button", name="Ja, tag billedet").click()
        await console.shows("pictureViewer", "Samtykke givet kl.")
        await expect(patient.page.get_by_text("Lægen har fået dit billede.")).to_be_visible()
        await timeline.reached("the picture is there, with the patient's yes", console, patient)
        await console.click("savePicture")
        await console.shows("pictureViewer", "bekræftet")
        await timeline.reached("the picture is in the record", console, patient)
        await console.close("pictureViewer")

        await console.click("toggleShare")
        await console.ask("type", name="cardNote", text=shown)
        await console.click("showCard")
        card = patient.page.get_by_role("complementary", name="Lægen viser dig")
        await expect(card.get_by_text(shown)).to_be_visible()
        await timeline.reached("the patient sees what is shown", console, patient)
        await console.click("stopCard")
        await expect(card).to_be_hidden()

        await console.click("endCall")
        await console.shows("outcomeSheet")
        await patient.in_phase("ended")
        left = [path for path in tmp_path.rglob("*") if path.is_file() and _holds(path)]
    assert not left


def _holds(path: Path) -> bool:
    """Whether a file of the console or the services holds anything that was written or shown."""
    content = path.read_bytes()
    return any(canary.encode() in content for canary in CANARIES)
