// What the patient's browser really gets: numbers in the doctor's picture, a tone in the doctor's sound, and when.
// Injected before the page's own scripts; the geometry is that of app/video/pattern.py.
(() => {
  const CELLS = 28;
  const cells = (value) => {
    let crc = 0xff;
    for (const byte of [value >> 8, value & 0xff]) {
      crc ^= byte;
      for (let i = 0; i < 8; i++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
    }
    const bits = [true, false];
    for (let i = 15; i >= 0; i--) bits.push(Boolean((value >> i) & 1));
    for (let i = 7; i >= 0; i--) bits.push(Boolean((crc >> i) & 1));
    return [...bits, false, true];
  };
  const canvas = document.createElement("canvas");
  const readNumber = (video) => {
    const width = video.videoWidth, height = video.videoHeight;
    if (!width) return null;
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0);
    const top = Math.floor(height * 14 / 15 + height / 60), deep = Math.max(1, Math.floor(height / 30));
    const { data } = context.getImageData(0, top, width, deep);
    const means = Array.from({ length: CELLS }, (_, cell) => {
      const from = Math.floor((cell + 0.25) * width / CELLS), to = Math.ceil((cell + 0.75) * width / CELLS);
      let sum = 0;
      for (let y = 0; y < deep; y++) for (let x = from; x < to; x++) sum += data[4 * (y * width + x) + 1];
      return sum / (deep * (to - from));
    });
    const white = (means[0] + means[CELLS - 1]) / 2, black = (means[1] + means[CELLS - 2]) / 2;
    if (white - black < 48) return null;
    const bits = means.map((mean) => mean > (white + black) / 2);
    const value = bits.slice(2, 18).reduce((sum, bit) => sum * 2 + Number(bit), 0);
    return cells(value).every((bit, i) => bit === bits[i]) ? value : null;
  };
  let analyser = null, analysed = null;
  const toneLevel = (video, frequency) => {
    const track = video.srcObject && video.srcObject.getAudioTracks()[0];
    if (!track) return 0;
    if (analysed !== track) {
      const context = new AudioContext();
      analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      analysed = track;
    }
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    const bin = analyser.context.sampleRate / analyser.fftSize;
    let near = 0, all = 0;
    spectrum.forEach((decibel, i) => {
      const energy = 10 ** (decibel / 10);
      all += energy;
      if (Math.abs(i * bin - frequency) <= 30) near += energy;
    });
    return all > 1e-9 ? near / all : 0;
  };
  const times = {};
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("#join")) times.joined ??= performance.now();
  }, true);
  document.addEventListener("DOMContentLoaded", () => {
    const watch = () => {
      const video = document.getElementById("remote");
      if (!video) return requestAnimationFrame(watch);
      // A frame behind "connecting …" is not seen yet.
      const covered = () => document.getElementById("remote-empty").hidden === false;
      const seen = () => (covered() ? requestAnimationFrame(seen) : (times.firstFrame = performance.now()));
      video.requestVideoFrameCallback(seen);
    };
    watch();
  });
  window.probe = {
    number: () => readNumber(document.getElementById("remote")),
    tone: (frequency) => toneLevel(document.getElementById("remote"), frequency),
    times: () => times,
  };
})();
