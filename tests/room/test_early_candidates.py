"""A candidate of the doctor's may come before its offer is taken up, which waits for the camera: it is kept."""

from pathlib import Path

import pytest

from tests.room.test_side import admitted

pytestmark = pytest.mark.story

HELD = """async () => {
  const { Call } = await import(new URL("call.js", document.querySelector("script[type=module]").src));
  const doctor = new RTCPeerConnection();
  doctor.createDataChannel("side");
  await doctor.setLocalDescription();
  const added = [];
  const add = RTCPeerConnection.prototype.addIceCandidate;
  RTCPeerConnection.prototype.addIceCandidate = function (candidate) {
    added.push(candidate.candidate.split(" ")[4]);
    return add.call(this, candidate);
  };
  const from = (host) => ({
    candidate: `candidate:1 1 udp 16777215 ${host} 50000 typ relay raddr 0.0.0.0 rport 9`,
    sdpMLineIndex: 0,
  });
  const call = new Call({ send() {}, remote() {}, health() {}, rejoin() {}, made() {}, stats() {} });
  await call.candidate(1, from("192.0.2.1"));
  await call.candidate(2, from("192.0.2.2"));
  await call.offer(2, { sdp: doctor.localDescription.sdp }, []);
  await call.candidate(1, from("192.0.2.3"));
  await call.candidate(2, from("192.0.2.4"));
  call.close();
  doctor.close();
  return added;
}"""


async def test_the_candidates_of_the_newest_offer_are_used_whenever_they_come(tmp_path: Path) -> None:
    async with admitted(tmp_path) as (_, _, page):
        assert await page.evaluate(HELD) == ["192.0.2.2", "192.0.2.4"]
