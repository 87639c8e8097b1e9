"""The phone page in a real browser: texts arrive live, links can be opened, and nothing else in a text is alive."""

from pathlib import Path

from playwright.async_api import async_playwright, expect

from app.demo.sms_gateway import Texts
from tests.demo.fhir import HandClock
from tests.demo.test_sms_gateway import NANCY, running, send
from tests.driver.browsers import QUIET_FLAGS, find_chromium


async def test_a_text_arrives_and_its_link_opens(tmp_path: Path) -> None:
    texts = Texts(tmp_path / "sms.db", HandClock())
    async with running(texts) as (client, _), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=QUIET_FLAGS)
        page = await browser.new_page(locale="da-DK")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(str(client.make_url("/phone")))
        await expect(page.locator("#line")).to_have_text("Forbundet")
        await expect(page.locator("#empty")).to_contain_text("Når klinikken sender en sms")

        link = str(client.make_url("/phone/files/icon.svg"))
        await send(client, body=f"{link}\n<img src=x onerror=alert(1)> javascript:alert(1) (https://example.dk/a).")
        await expect(page.locator("#owner")).to_have_text("Nancy Ann Test Berggren")
        await expect(page.locator("#number")).to_have_text("+45 20 12 34 01")
        await expect(page.locator("#texts .sender b")).to_have_text("Åkanden")
        await expect(page.locator("#texts .body")).to_contain_text("<img src=x onerror=alert(1)>")
        await expect(page.locator("#texts img")).to_have_count(0)
        addresses = [await one.get_attribute("href") for one in await page.locator("#texts a").all()]
        assert addresses == [link, "https://example.dk/a"]
        async with page.context.expect_page() as opened:
            await page.locator("#texts a").first.click()
        assert (await opened.value).url == link

        # The page without a number follows the newest text; a telephone's own page stays.
        await send(client, key="b2:send", to="+4522123402", body="Til en anden")
        await expect(page.locator("#number")).to_have_text("+45 22 12 34 02")
        await page.goto(str(client.make_url(f"/phone/{NANCY}")))
        await expect(page.locator("#line")).to_have_text("Forbundet")
        await send(client, key="b3:send", to="+4522123402", body="Endnu en til en anden")
        await expect(page.locator(".unread .last")).to_have_text("Endnu en til en anden")
        await expect(page.locator("#texts li")).to_have_count(1)
        await browser.close()
    texts.close()
    assert errors == []
