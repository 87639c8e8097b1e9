// What a browser's end of a call really gets and gives, with its time: every picture shown and the number in it, every
// picture its own camera took, and the strength of the far end's tone and of its own every 10 ms. Read and emptied by
// `labProbe.drain()`.
(() => {
  const TONES = [440, 1000];
  const BLOCK = 480; // samples, 10 ms
  const CELLS = 28; // the geometry of app/video/devices/pattern.py
  const log = { shown: [], taken: [], tone: [], said: [] };
  const wall = (milliseconds) => (performance.timeOrigin + milliseconds) / 1000;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });

  function crc8(value) {
    let crc = 0xff;
    for (const byte of [value >> 8, value & 0xff]) {
      crc ^= byte;
      for (let i = 0; i < 8; i++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
    }
    return crc;
  }

  function readNumber(video) {
    const width = video.videoWidth, height = video.videoHeight;
    const deep = Math.max(1, Math.floor(height / 30));
    const top = Math.floor((height * 14) / 15 + height / 60);
    canvas.width = width;
    canvas.height = deep;
    context.drawImage(video, 0, top, width, deep, 0, 0, width, deep);
    const { data } = context.getImageData(0, 0, width, deep);
    const row = (deep >> 1) * width;
    const means = Array.from({ length: CELLS }, (_, cell) => {
      const from = Math.floor(((cell + 0.25) * width) / CELLS), to = Math.ceil(((cell + 0.75) * width) / CELLS);
      let sum = 0;
      for (let x = from; x < to; x++) sum += data[4 * (row + x) + 1];
      return sum / (to - from);
    });
    const white = (means[0] + means[CELLS - 1]) / 2, black = (means[1] + means[CELLS - 2]) / 2;
    if (white - black < 48) return null;
    const bits = means.map((mean) => mean > (white + black) / 2);
    const word = bits.slice(2, 26).reduce((sum, bit) => sum * 2 + Number(bit), 0);
    const value = word >> 8;
    return (word & 0xff) === crc8(value) ? value : null;
  }

  function watchPictures(video, into, when) {
    const seen = (now, facts) => {
      if (video.videoWidth) into.push([wall(facts[when] ?? now), readNumber(video), video.videoWidth]);
      video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback(seen);
  }

  // In the sound thread, so that a busy page leaves no holes in what is measured.
  const WORKLET = `
    class Tone extends AudioWorkletProcessor {
      constructor() { super(); this.at = 0; this.sums = ${JSON.stringify(TONES.map(() => [0, 0]))}; this.levels = []; }
      process([input]) {
        const samples = input[0];
        for (let i = 0; i < 128; i++) {
          const sample = samples ? samples[i] : 0;
          ${JSON.stringify(TONES)}.forEach((tone, which) => {
            const angle = (2 * Math.PI * tone * (currentFrame + i)) / sampleRate;
            this.sums[which][0] += sample * Math.cos(angle);
            this.sums[which][1] += sample * Math.sin(angle);
          });
          if (++this.at === ${BLOCK}) {
            this.levels.push(Math.max(...this.sums.map(([re, im]) => (2 * Math.hypot(re, im)) / ${BLOCK})));
            this.sums.forEach((sum) => sum.fill(0));
            this.at = 0;
            if (this.levels.length === 10) this.port.postMessage({ end: (currentFrame + i) / sampleRate, levels: this.levels.splice(0) });
          }
        }
        return true;
      }
    }
    registerProcessor("lab-tone", Tone);`;

  let own = null; // what this end's microphone gives to the call

  async function watchSounds(video) {
    const audio = new AudioContext({ sampleRate: 48000 });
    await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" })));
    const silent = audio.createGain();
    silent.gain.value = 0;
    silent.connect(audio.destination);
    const watch = (newest, into) => {
      const meter = new AudioWorkletNode(audio, "lab-tone", { channelCount: 1, channelCountMode: "explicit" });
      meter.port.onmessage = ({ data }) => into.push([data.end, wall(performance.now()), data.levels]);
      meter.connect(silent);
      let heard = null, source = null;
      setInterval(() => {
        const track = newest();
        if (track === heard) return;
        source?.disconnect();
        heard = track;
        source = track && audio.createMediaStreamSource(new MediaStream([track]));
        source?.connect(meter);
      }, 50);
    };
    watch(() => video.srcObject?.getAudioTracks()[0] ?? null, log.tone);
    watch(() => own, log.said);
  }

  const open = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (open) {
    const mirror = document.createElement("video");
    mirror.muted = true;
    watchPictures(mirror, log.taken, "captureTime");
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await open(wanted);
      const [track] = stream.getVideoTracks();
      if (track) {
        mirror.srcObject = new MediaStream([track]);
        mirror.play().catch(() => {});
      }
      own = stream.getAudioTracks()[0] ?? own;
      return stream;
    };
  }
  document.addEventListener("DOMContentLoaded", () => {
    const video = document.getElementById("remote") ?? document.getElementById("patient");
    if (!video) return;
    watchPictures(video, log.shown, "presentationTime");
    watchSounds(video);
  });
  window.labProbe = {
    drain: () => Object.fromEntries(Object.entries(log).map(([name, entries]) => [name, entries.splice(0)])),
  };
})();
