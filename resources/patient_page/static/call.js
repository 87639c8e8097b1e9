// The call as the browser holds it: answers the console's offers, and notices when nothing arrives any more.

const CONNECT_LIMIT = 12000;
const FROZEN_AFTER = 4000;
const REJOIN_AFTER = 9000;
const REJOIN_EVERY = 15000; // the console needs time to make a new offer
const MOST_EARLY = 32;
const WATCH_EVERY = 1000;
const LOWER_BOX = [320, 240]; // px, however the phone is held
const LOWER = { active: true, maxBitrate: 150_000, maxFramerate: 15 };

export class Call {
  #on;
  #peer = null;
  #former = null; // goes on until the newest connection brings something, for it may come back by itself
  #number = -1;
  #early = [];
  #timer = 0;
  #begun = 0;
  #bytes = 0;
  #moved = 0;
  #frames = 0;
  #framesMoved = 0;
  #rejoinedAt = 0;
  #rung = "full";

  // handlers: send(object), remote(stream), health("connecting" | "live" | "frozen", hasPicture), rejoin(),
  // made(peer) before a connection is answered, stats(report) every second
  constructor(handlers) {
    this.#on = handlers;
  }

  // Numbers start anew with each line, since the console counts anew with each admission.
  forgetNumber() {
    this.#number = -1;
    this.#early = [];
  }

  async offer(number, body, tracks) {
    if (number <= this.#number) return;
    this.#stepAside();
    this.#number = number;
    this.#early = this.#early.filter(([of]) => of === number);
    const peer = new RTCPeerConnection({ iceServers: body.ice_servers ?? [] });
    this.#peer = peer;
    peer.ontrack = ({ streams, track }) => {
      if (!this.#former) this.#on.remote(streams[0] ?? streamOf(peer));
      else track.onunmute = () => this.#takeOver(peer, streams[0] ?? streamOf(peer));
    };
    peer.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate && peer === this.#peer) this.#send("candidate", candidateOf(candidate));
    };
    peer.onconnectionstatechange = () => {
      if (peer === this.#peer && peer.connectionState === "failed") this.#rejoin();
    };
    if (!this.#former) this.#on.made(peer);
    this.#watch(peer);
    await peer.setRemoteDescription({ type: "offer", sdp: body.sdp });
    for (const track of tracks) peer.addTrack(track);
    if (peer !== this.#peer) return;
    await peer.setLocalDescription();
    if (peer !== this.#peer) return;
    if (this.#rung !== "full") this.#applyRung(peer);
    this.#send("answer", { sdp: peer.localDescription.sdp, type: "answer" });
    for (const [, candidate] of this.#early.splice(0)) await peer.addIceCandidate(candidate).catch(() => {});
  }

  async candidate(number, body) {
    if (number < this.#number) return;
    if (number === this.#number && this.#peer?.remoteDescription) {
      await this.#peer.addIceCandidate(body).catch(() => {});
      return;
    }
    this.#early.push([number, body]); // its offer may still wait for the camera
    if (this.#early.length > MOST_EARLY) this.#early.shift();
  }

  // Send another track of the same kind; false when only a new offer can do it.
  async replace(kind, track) {
    const sender = this.#peer?.getSenders().find((one) => one.track?.kind === kind);
    if (!sender) return false;
    await sender.replaceTrack(track);
    if (this.#rung !== "full") this.#applyRung(this.#peer);
    return true;
  }

  // How much of a picture to send: "full", "lower" (small and slow) or "none"; it holds for later connections too.
  setRung(rung) {
    this.#rung = rung;
    if (this.#peer) this.#applyRung(this.#peer);
  }

  // The first picture is on the screen: say so now, not at the next look at the figures.
  pictureShown() {
    if (!this.#peer) return;
    this.#moved = this.#framesMoved = Date.now();
    this.#on.health("live", true);
  }

  close() {
    clearInterval(this.#timer);
    this.#former?.close();
    this.#peer?.close();
    this.#former = this.#peer = null;
  }

  // A connection that has carried stays beside the one to come; one that never did gives way to it.
  #stepAside() {
    clearInterval(this.#timer);
    if (this.#bytes > 0 && !this.#former) this.#former = this.#peer;
    else this.#peer?.close();
    this.#peer = null;
  }

  #takeOver(peer, stream) {
    if (peer !== this.#peer || !this.#former) return;
    this.#former.close();
    this.#former = null;
    this.#bytes = this.#frames = 0;
    this.#moved = this.#framesMoved = Date.now();
    this.#on.made(peer);
    this.#on.remote(stream);
  }

  get active() {
    return this.#peer !== null;
  }

  async #applyRung(peer) {
    const sender = peer.getSenders().find((one) => one.track?.kind === "video");
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    const [encoding] = parameters.encodings;
    delete encoding.maxBitrate;
    delete encoding.maxFramerate;
    Object.assign(encoding, { active: this.#rung !== "none", scaleResolutionDownBy: 1 });
    if (this.#rung === "lower") Object.assign(encoding, LOWER, { scaleResolutionDownBy: shrinking(sender.track) });
    await sender.setParameters(parameters).catch(() => {}); // a browser that refuses goes on as before
  }

  #send(kind, body) {
    this.#on.send({ type: kind, call: this.#number, body });
  }

  #watch(peer) {
    this.#begun = Date.now();
    if (!this.#former) {
      this.#moved = this.#framesMoved = Date.now();
      this.#bytes = this.#frames = 0;
    }
    this.#rejoinedAt = 0;
    this.#timer = setInterval(() => this.#measure(peer), WATCH_EVERY);
  }

  // What counts is what arrives: the browser's own "disconnected" comes many seconds late.
  async #measure(peer) {
    let bytes = 0;
    let frames = 0;
    const heard = this.#former ?? peer;
    const stats = await heard.getStats();
    for (const report of stats.values()) {
      if (report.type !== "inbound-rtp") continue;
      bytes += report.bytesReceived ?? 0;
      frames += report.framesDecoded ?? 0;
    }
    if (peer !== this.#peer || heard !== (this.#former ?? peer)) return;
    this.#on.stats(stats);
    const now = Date.now();
    if (bytes > this.#bytes) this.#moved = now;
    if (frames > this.#frames) this.#framesMoved = now;
    [this.#bytes, this.#frames] = [bytes, frames];
    const still = now - this.#moved;
    const picture = frames > 0 && now - this.#framesMoved < FROZEN_AFTER;
    if (bytes === 0) {
      this.#on.health("connecting", false);
      if (now - this.#begun > CONNECT_LIMIT && peer.connectionState !== "connected") this.#rejoin();
    } else if (still < FROZEN_AFTER) {
      this.#on.health("live", picture);
    } else {
      this.#on.health("frozen", picture);
      if (still > REJOIN_AFTER) this.#rejoin();
    }
  }

  #rejoin() {
    if (Date.now() - this.#rejoinedAt < REJOIN_EVERY) return;
    this.#rejoinedAt = Date.now();
    this.#on.health("frozen", false);
    this.#on.rejoin();
  }
}

function shrinking(track) {
  const { width = 1280, height = 720 } = track.getSettings();
  return Math.max(1, Math.max(width, height) / LOWER_BOX[0], Math.min(width, height) / LOWER_BOX[1]);
}

function streamOf(peer) {
  return new MediaStream(peer.getReceivers().map((receiver) => receiver.track));
}

function candidateOf({ candidate, sdpMid, sdpMLineIndex }) {
  return { candidate, sdpMid, sdpMLineIndex };
}
