"""The patient: a real headless Chromium with a clip for a camera and a tone for a voice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.driver.browsers import QUIET_FLAGS, USUAL_BROWSING, Browsing, find_chromium
from tests.driver.clips import camera_clip, microphone_clip

PHONE_SCREEN = ViewportSize(width=390, height=844)
PROBE = Path(__file__).with_name("probe.js")


@dataclass(slots=True)
class Patient:
    """One browser; `page` is the tab the patient looks at."""

    browser: Browser
    page: Page

    async def open(self, address: str) -> None:
        """Go to an address."""
        await self.page.goto(address)

    async def in_phase(self, phase: str, patience: float = 30) -> None:
        """Wait until the page is in a phase (`data-phase` of its body)."""
        await self.page.wait_for_selector(f"body[data-phase={phase}]", timeout=patience * 1000)

    async def sees_themselves(self) -> None:
        """Wait until the preview moves; when the page asks first, press its button."""
        start = self.page.locator("#start-media")
        for _ in range(600):
            if await self.page.evaluate("document.getElementById('preview').videoWidth > 0"):
                return
            if await start.is_visible():
                await start.click()
            await asyncio.sleep(0.05)
        raise TimeoutError("the patient never saw their own picture")

    async def number_seen(self) -> int | None:
        """Return the number burned into the doctor's picture as it is on the screen now."""
        number: int | None = await self.page.evaluate("probe.number()")
        return number

    async def tone_heard(self, frequency: float) -> float:
        """Return the share of the doctor's sound that lies at a frequency in Hz, 0 to 1."""
        share: float = await self.page.evaluate("frequency => probe.tone(frequency)", frequency)
        return share

    async def times(self) -> dict[str, Any]:
        """Return when join was pressed and the first doctor frame painted, in the page's milliseconds."""
        times: dict[str, Any] = await self.page.evaluate("probe.times()")
        return times

    async def picture(self, path: Path) -> None:
        """Write a screenshot of the page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path)


@asynccontextmanager
async def patient_browser(
    scratch: Path,
    *,
    devices: bool = True,
    permission: bool = True,
    dark: bool = False,
    size: tuple[int, int] = (640, 480),
    browsing: Browsing = USUAL_BROWSING,
) -> AsyncIterator[Patient]:
    """Start Chromium; without `devices` it has no camera or microphone, without `permission` they are refused.

    `size` is that of its camera's picture in px.
    """
    flags = [*QUIET_FLAGS, "--autoplay-policy=no-user-gesture-required"]
    if devices:
        clips = (camera_clip(scratch / "patient.y4m", *size), microphone_clip(scratch / "patient.wav"))
        flags += [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={clips[0]}",
            f"--use-file-for-fake-audio-capture={clips[1]}",
        ]
    flags += browsing.flags
    async with async_playwright() as playwright:
        program = browsing.executable or find_chromium()
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        context = await browser.new_context(
            viewport=PHONE_SCREEN,
            locale="da-DK",
            color_scheme="dark" if dark else "light",
            permissions=["camera", "microphone"] if permission else [],
            bypass_csp=bool(browsing.scripts),
        )
        for script in (PROBE, *browsing.scripts):
            await context.add_init_script(path=script)
        try:
            yield Patient(browser, await context.new_page())
        finally:
            await browser.close()
