"""Chromium as the patient, with a fake camera and microphone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = "/usr/bin/chromium"
OPTIONS = (
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
)
DENIED = """
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
"""
HAS_PICTURE = "document.getElementById('remote').videoWidth > 0"


@asynccontextmanager
async def chromium(*without: str) -> AsyncIterator[Browser]:
    """Run Chromium with the usual options but those named."""
    options = [option for option in OPTIONS if option not in without]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        try:
            yield browser
        finally:
            await browser.close()


async def in_phase(page: Page, phase: str) -> None:
    """Wait until the page shows this phase."""
    await expect(page.locator(f"body[data-phase={phase}]")).to_be_attached(timeout=30_000)


async def until(page: Page, condition: str) -> None:
    """Wait inside the page; the page's own security policy forbids Playwright's wait_for_function."""
    look = f"() => {condition} ? done() : requestAnimationFrame(look)"
    await page.evaluate(f"() => new Promise((done) => {{ const look = {look}; look(); }})")
