// The call as the browser holds it: answers the console's offers, and notices when nothing arrives any more.

const CONNECT_LIMIT = 12000;
const FROZEN_AFTER = 4000;
const REJOIN_AFTER = 9000;
const REJOIN_EVERY = 15000; // the console needs time to make a new offer
const WATCH_EVERY = 1000;

export class Call {
  #on;
  #peer = null;
  #number = -1;
  #early = [];
  #timer = 0;
  #begun = 0;
  #bytes = 0;
  #moved = 0;
  #frames = 0;
  #framesMoved = 0;
  #rejoinedAt = 0;

  // handlers: send(object), remote(stream), health("connecting" | "live" | "frozen", hasPicture), rejoin()
  constructor(handlers) {
    this.#on = handlers;
  }

  // Numbers start anew with each line, since the console counts anew with each admission.
  forgetNumber() {
    this.#number = -1;
  }

  async offer(number, body, tracks) {
    if (number <= this.#number) return;
    this.close();
    this.#number = number;
    this.#early = [];
    const peer = new RTCPeerConnection({ iceServers: body.ice_servers ?? [] });
    this.#peer = peer;
    peer.ontrack = (event) => this.#on.remote(event.streams[0] ?? streamOf(peer));
    peer.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate && peer === this.#peer) this.#send("candidate", candidateOf(candidate));
    };
    peer.onconnectionstatechange = () => {
      if (peer === this.#peer && peer.connectionState === "failed") this.#rejoin();
    };
    this.#watch(peer);
    await peer.setRemoteDescription({ type: "offer", sdp: body.sdp });
    for (const track of tracks) peer.addTrack(track);
    if (peer !== this.#peer) return;
    await peer.setLocalDescription();
    if (peer !== this.#peer) return;
    this.#send("answer", { sdp: peer.localDescription.sdp, type: "answer" });
    for (const candidate of this.#early.splice(0)) await peer.addIceCandidate(candidate).catch(() => {});
  }

  async candidate(number, body) {
    if (number !== this.#number || !this.#peer) return;
    if (this.#peer.remoteDescription) await this.#peer.addIceCandidate(body).catch(() => {});
    else this.#early.push(body);
  }

  // Send another track of the same kind; false when only a new offer can do it.
  async replace(kind, track) {
    const sender = this.#peer?.getSenders().find((one) => one.track?.kind === kind);
    if (!sender) return false;
    await sender.replaceTrack(track);
    return true;
  }

  // The first picture is on the screen: say so now, not at the next look at the figures.
  pictureShown() {
    if (!this.#peer) return;
    this.#moved = this.#framesMoved = Date.now();
    this.#on.health("live", true);
  }

  close() {
    clearInterval(this.#timer);
    this.#peer?.close();
    this.#peer = null;
  }

  get active() {
    return this.#peer !== null;
  }

  #send(kind, body) {
    this.#on.send({ type: kind, call: this.#number, body });
  }

  #watch(peer) {
    this.#begun = this.#moved = this.#framesMoved = Date.now();
    this.#bytes = this.#frames = 0;
    this.#rejoinedAt = 0;
    this.#timer = setInterval(() => this.#measure(peer), WATCH_EVERY);
  }

  // What counts is what arrives: the browser's own "disconnected" comes many seconds late.
  async #measure(peer) {
    let bytes = 0;
    let frames = 0;
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      bytes += report.bytesReceived ?? 0;
      frames += report.framesDecoded ?? 0;
    }
    if (peer !== this.#peer) return;
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

function streamOf(peer) {
  return new MediaStream(peer.getReceivers().map((receiver) => receiver.track));
}

function candidateOf({ candidate, sdpMid, sdpMLineIndex }) {
  return { candidate, sdpMid, sdpMLineIndex };
}
