// Keeps the far end's sound as it is played by the page, 48 kHz 16-bit mono: emptied by `labTape.drain()`, in Base64.
// It is read from the track itself: an audio context has a clock of its own, which loses sound on a busy machine.
(() => {
  const taped = [];

  async function tape(track) {
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const heard = new Float32Array(value.numberOfFrames);
      value.copyTo(heard, { planeIndex: 0, format: "f32-planar" });
      value.close();
      taped.push(Int16Array.from(heard, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767)));
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const video = document.getElementById("remote") ?? document.getElementById("patient");
    let last = null;
    setInterval(() => {
      const track = video?.srcObject?.getAudioTracks()[0] ?? null;
      if (track && track !== last) tape((last = track));
    }, 50);
  });
  window.labTape = {
    drain: () => {
      const parts = taped.splice(0).map((samples) => new Uint8Array(samples.buffer));
      return parts.map((bytes) => btoa(String.fromCharCode(...bytes)));
    },
  };
})();
