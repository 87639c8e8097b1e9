// Camera and microphone: asks for both, makes do with one, and says in plain terms what is missing.

const CONSTRAINTS = {
  camera: { width: { ideal: 1280, max: 1280 }, height: { ideal: 720, max: 720 }, frameRate: { ideal: 30, max: 30 }, facingMode: "user" },
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
};
const PROBLEMS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

export class Media {
  stream = new MediaStream();
  state = "off"; // off, asking, on
  problems = { camera: null, microphone: null }; // null, denied, missing, busy, lost, unsupported
  facing = "user";
  #chosen = { camera: null, microphone: null };
  #changed;
  #starting = null;
  #enabled = { camera: true, microphone: true };

  constructor(changed) {
    this.#changed = changed;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#changed());
  }

  track(kind) {
    const tracks = kind === "camera" ? this.stream.getVideoTracks() : this.stream.getAudioTracks();
    return tracks.find((track) => track.readyState === "live") ?? null;
  }

  enabled(kind) {
    return this.#enabled[kind] && this.track(kind) !== null;
  }

  setEnabled(kind, on) {
    this.#enabled[kind] = on;
    const track = this.track(kind);
    if (track) track.enabled = on;
    this.#changed();
  }

  // Whether the browser will open the camera without asking again.
  async allowed() {
    const states = await Promise.all(["camera", "microphone"].map(permission));
    return states.every((state) => state === "granted");
  }

  start() {
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  stop() {
    for (const track of this.stream.getTracks()) track.stop();
    this.stream = new MediaStream();
    this.state = "off";
    this.problems = { camera: null, microphone: null };
    this.#changed();
  }

  async choices(kind) {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    const wanted = kind === "camera" ? "videoinput" : "audioinput";
    return devices.filter((device) => device.kind === wanted && device.deviceId);
  }

  // Switch to one device; resolves to the new track, or null when it could not be opened.
  async choose(kind, deviceId) {
    this.#chosen[kind] = deviceId;
    return this.#replace(kind);
  }

  async flip() {
    this.facing = this.facing === "user" ? "environment" : "user";
    this.#chosen.camera = null;
    return this.#replace("camera");
  }

  async #replace(kind) {
    const old = this.track(kind);
    old?.stop(); // many phones open only one camera at a time
    if (old) this.stream.removeTrack(old);
    await this.#open([kind]);
    this.#changed();
    return this.track(kind);
  }

  async #start() {
    this.state = "asking";
    this.problems = { camera: null, microphone: null };
    this.#changed();
    if (!navigator.mediaDevices?.getUserMedia) {
      this.problems = { camera: "unsupported", microphone: "unsupported" };
    } else {
      const missing = ["camera", "microphone"].filter((kind) => !this.track(kind));
      if (missing.length && !(await this.#open(missing)) && missing.length > 1) await this.#openEach(missing);
    }
    this.state = "on";
    this.#changed();
  }

  // One that was refused by the user is not asked for again: that would only nag.
  async #openEach(kinds) {
    for (const kind of kinds) {
      const refused = this.problems[kind] === "denied" && (await permission(kind)) !== "granted";
      if (!refused) await this.#open([kind]);
    }
  }

  async #open(kinds) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: kinds.includes("camera") && this.#constraints("camera"),
        audio: kinds.includes("microphone") && this.#constraints("microphone"),
      });
      for (const track of stream.getTracks()) this.#add(track);
      for (const kind of kinds) this.problems[kind] = null;
      return true;
    } catch (error) {
      for (const kind of kinds) this.problems[kind] = PROBLEMS[error.name] ?? "busy";
      return false;
    }
  }

  #constraints(kind) {
    const chosen = this.#chosen[kind];
    const base = CONSTRAINTS[kind];
    if (chosen) return { ...base, facingMode: undefined, deviceId: { exact: chosen } };
    return kind === "camera" ? { ...base, facingMode: this.facing } : base;
  }

  #add(track) {
    const kind = track.kind === "video" ? "camera" : "microphone";
    track.enabled = this.#enabled[kind];
    track.addEventListener("ended", () => {
      this.stream.removeTrack(track);
      this.problems[kind] = "lost";
      this.#changed();
    });
    for (const event of ["mute", "unmute"]) track.addEventListener(event, () => this.#changed());
    this.stream.addTrack(track);
  }
}

async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown"; // Firefox and older Safari do not tell
  }
}
