"""The peer to measure against: a doctor whose end of the call is a headless Chromium that paints both pictures."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from app.domain.ids import BookingId
from app.domain.ports.rooms import JsonObject, RoomLine
from app.domain.waiting import PatientPhase, PatientPresence
from tests.driver.browsers import QUIET_FLAGS, USUAL_BROWSING, Browsing, find_chromium
from tests.driver.clips import camera_clip, microphone_clip
from tests.driver.cost import browser_root

_ADDRESS = "http://127.0.0.1:9/doctor"
"""Answered inside the browser; a loopback address may use camera and microphone."""
_PAGE = """<!doctype html><style>body { margin: 0; background: #0b0f11 }
#own { position: fixed; right: 16px; bottom: 16px; border-radius: 10px; transform: scaleX(-1) }</style>
<video id="patient" autoplay playsinline width="1280" height="720"></video>
<video id="own" autoplay playsinline muted width="224" height="126"></video><script>
let connection;
async function offer(iceServers) {
  connection?.close();
  connection = new RTCPeerConnection({ iceServers });
  const received = new MediaStream();
  connection.ontrack = (event) => { received.addTrack(event.track); patient.srcObject = received; };
  for (const track of window.stream.getTracks()) connection.addTrack(track, window.stream);
  await connection.setLocalDescription(await connection.createOffer());
  if (connection.iceGatheringState !== "complete")
    await new Promise((done) => connection.addEventListener("icegatheringstatechange",
      () => connection.iceGatheringState === "complete" && done()));
  return connection.localDescription.toJSON();
}
async function limitedBy() {
  for (const stream of (await connection.getStats()).values())
    if (stream.type === "outbound-rtp" && stream.kind === "video") return stream.qualityLimitationReason;
  return "";
}
async function open(width, height) {
  const video = { width, height, frameRate: 30 };
  own.srcObject = window.stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
}
</script>"""


@dataclass(frozen=True, slots=True)
class ChromiumDoctor:
    """A doctor's page and the process id of its browser."""

    page: Page
    pid: int
    ice_servers: tuple[JsonObject, ...] = ()

    async def admit_when_waiting(self, line: RoomLine, booking: BookingId) -> None:
        """Let the booking's patient in the moment they wait, and connect."""
        pending: list[dict[str, Any]] = []
        answered = False
        number = 0
        async for news in line.news():
            if news.booking_id != booking:
                continue
            if isinstance(news, PatientPresence):
                if news.phase is PatientPhase.WAITING:
                    await line.send(booking, "admit", 0, {})
                continue
            if news.kind == "joined":
                servers = list(self.ice_servers)
                offer = await self.page.evaluate("servers => offer(servers)", servers)
                answered = False
                pending.clear()
                number = max(number, news.call) + 1
                await line.send(booking, "offer", number, {**offer, "ice_servers": servers})
            elif news.kind == "answer":
                await self.page.evaluate("answer => connection.setRemoteDescription(answer)", dict(news.body))
                answered = True
                for candidate in pending:
                    await self._add(candidate)
            elif news.kind == "candidate":
                if answered:
                    await self._add(dict(news.body))
                else:
                    pending.append(dict(news.body))

    async def until_receiving(self) -> None:
        """Wait until the patient's picture plays."""
        await self.page.wait_for_function("() => patient.videoWidth > 0")

    async def limited_by(self) -> str:
        """Return what keeps this end from sending the whole picture: "none", "cpu", "bandwidth" or "other"."""
        told: str = await self.page.evaluate("limitedBy()")
        return told

    async def _add(self, candidate: dict[str, Any]) -> None:
        await self.page.evaluate("candidate => connection.addIceCandidate(candidate)", candidate)


@asynccontextmanager
async def chromium_doctor(
    scratch: Path,
    width: int = 640,
    height: int = 480,
    *,
    ice_servers: tuple[JsonObject, ...] = (),
    browsing: Browsing = USUAL_BROWSING,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[ChromiumDoctor]:
    """Start the doctor's browser with a clip for a camera; it plays sound where `environment` has a sound card."""
    await asyncio.to_thread(scratch.mkdir, parents=True, exist_ok=True)
    clips = (camera_clip(scratch / "doctor.y4m", width, height), microphone_clip(scratch / "doctor.wav"))
    flags = [
        *QUIET_FLAGS,
        "--autoplay-policy=no-user-gesture-required",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={clips[0]}",
        f"--use-file-for-fake-audio-capture={clips[1]}",
        *browsing.flags,
    ]
    async with async_playwright() as playwright, browser_root() as root:
        browser = await playwright.chromium.launch(
            executable_path=browsing.executable or find_chromium(),
            args=flags,
            ignore_default_args=["--mute-audio"],
            env={**os.environ, **(environment or {})},
        )
        try:
            page = await browser.new_page(viewport={"width": 1366, "height": 768})
            for script in browsing.scripts:
                await page.add_init_script(path=script)
            await page.route(_ADDRESS, lambda route: route.fulfill(content_type="text/html", body=_PAGE))
            await page.goto(_ADDRESS)
            await page.evaluate("([width, height]) => open(width, height)", [width, height])
            yield ChromiumDoctor(page, root(), ice_servers)
        finally:
            await browser.close()
