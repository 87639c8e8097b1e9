// Sounds the page makes and hears: the microphone's level, the test sound and the chime when it is one's turn.

let context = null;

function audio() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  return context;
}

// Call report(level from 0 to 1) ten times a second until the returned function is called.
export function watchLevel(stream, report) {
  const source = audio().createMediaStreamSource(stream);
  const analyser = audio().createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const decibels = 10 * Math.log10(power + 1e-10);
    report(Math.min(1, Math.max(0, (decibels + 60) / 50)));
  }, 100);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

export function chime() {
  try {
    const now = audio().currentTime;
    for (const [index, frequency] of [523.25, 659.25, 783.99].entries()) note(frequency, now + index * 0.18);
  } catch {
    // A browser that plays nothing still shows everything.
  }
}

function note(frequency, at) {
  const tone = audio().createOscillator();
  const volume = audio().createGain();
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.2, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
  tone.connect(volume).connect(audio().destination);
  tone.start(at);
  tone.stop(at + 0.65);
}
