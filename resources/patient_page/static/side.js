// What passes beside sound and picture: chat, reports, pictures and what the doctor shows, over one data channel.

const CHUNK = 16 * 1024;
const AHEAD = 2 * CHUNK; // bytes handed over ahead of what the network takes
const TRIES = 3;
const CROWDED = 150; // ms of round trip above the shortest: a picture that fills the line would cost the sound
const PAUSE = 250;

export class Side {
  #on;
  #page = newName();
  #talk = "";
  #heard = 0; // the doctor's last line that is here
  #lines = []; // our own, the first has number 1
  #got = 0; // our last line that the doctor has
  #channel = null;
  #welcomed = false;
  #answer = { asked: 0, state: "" }; // the last that was given
  #withdrawn = 0; // the last question that was taken back
  #pictures = []; // on their way, the first one now
  #transfers = 0;
  #sending = null;
  #seen = false; // whether what the doctor shows is before the patient
  #trip = { shortest: Infinity, now: 0 };

  // handlers: line(text), delivered(count), ask(number), cancel(number), card(card or null), rung(rung),
  // renewed() when the doctor's side has begun anew, picture("sending" | "sent" | "failed" | "withdrawn", share sent)
  constructor(handlers) {
    this.#on = handlers;
  }

  // The call is over: nothing of it is kept, and whoever comes back by this page comes as another one.
  forget() {
    this.#channel = this.#sending = null;
    this.#page = newName();
    this.#talk = "";
    this.#heard = this.#got = this.#transfers = this.#withdrawn = 0;
    this.#answer = { asked: 0, state: "" };
    this.#lines = [];
    this.#pictures = [];
    this.#welcomed = this.#seen = false;
  }

  // Make the channel of a new connection; what an older one did not deliver is sent again over this one.
  attach(peer) {
    const channel = peer.createDataChannel("klinik", { negotiated: true, id: 1, ordered: true });
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = CHUNK;
    this.#channel = channel;
    this.#trip = { shortest: Infinity, now: 0 };
    this.#welcomed = false;
    channel.onopen = () => {
      if (channel === this.#channel) this.#send({ type: "hello", page: this.#page, talk: this.#talk, chat: this.#heard });
    };
    channel.onmessage = ({ data }) => {
      if (channel === this.#channel && typeof data === "string") this.#receive(data);
    };
    channel.onclose = () => {
      if (channel === this.#channel) this.#welcomed = false;
    };
  }

  // Send a line of chat, now or when the connection is back; returns its number.
  say(text) {
    this.#lines.push(text);
    if (this.#welcomed) this.#sendLine(this.#lines.length);
    return this.#lines.length;
  }

  report(figures) {
    const now = figures.round_trip_ms ?? 0;
    this.#trip = { now, shortest: Math.min(this.#trip.shortest, now || Infinity) };
    if (this.#welcomed) this.#send({ type: "report", ...figures });
  }

  seen(seen) {
    if (seen === this.#seen) return;
    this.#seen = seen;
    if (this.#welcomed) this.#tellSeen();
  }

  // state: "taking" (the patient's yes), "refused", "failed"; said again after a reconnection.
  answer(asked, state) {
    this.#answer = { asked, state };
    this.#send({ type: "picture_answer", asked, state });
  }

  // Send a JPEG; `asked` is the question it answers, 0 for none.
  async picture(blob, asked) {
    if (asked && asked <= this.#withdrawn) {
      this.#on.picture("withdrawn", 0);
      return;
    }
    const page = this.#page;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const sha256 = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
    if (page !== this.#page) return; // the call ended meanwhile
    this.#pictures.push({ bytes, sha256, asked, transfer: ++this.#transfers, tries: 0 });
    this.#on.picture("sending", 0);
    this.#next();
  }

  #receive(text) {
    const message = JSON.parse(text);
    switch (message.type) {
      case "welcome":
        this.#welcome(message);
        break;
      case "chat":
        if (message.number > this.#heard) {
          this.#heard = message.number;
          this.#on.line(message.text);
        }
        this.#send({ type: "got", chat: this.#heard });
        break;
      case "got":
        this.#delivered(message.chat);
        break;
      case "picture_ask":
        if (message.asked !== this.#answer.asked) this.#on.ask(message.asked);
        break;
      case "picture_cancel":
        this.#withdrawn = message.asked;
        for (const picture of this.#pictures) picture.withdrawn ||= picture.asked === message.asked;
        this.#on.cancel(message.asked);
        break;
      case "picture_got":
        this.#finish(message.transfer, message.whole);
        break;
      case "card":
        this.#on.card(message.card);
        break;
      case "send":
        this.#on.rung(message.rung);
        break;
    }
  }

  #welcome({ talk, chat }) {
    if (talk !== this.#talk) {
      this.#talk = talk;
      this.#heard = this.#withdrawn = 0; // another talk numbers its lines and its questions anew
      this.#answer = { asked: 0, state: "" };
      this.#pictures = this.#pictures.filter(({ asked }) => !asked);
      this.#on.renewed();
    }
    this.#welcomed = true;
    this.#delivered(chat);
    this.#tellSeen();
    if (this.#answer.asked) this.answer(this.#answer.asked, this.#answer.state);
    for (let number = chat + 1; number <= this.#lines.length; number += 1) this.#sendLine(number);
    this.#next();
  }

  #delivered(count) {
    this.#got = Math.max(this.#got, Math.min(count, this.#lines.length));
    this.#on.delivered(this.#got);
  }

  #tellSeen() {
    this.#send({ type: "card_seen", seen: this.#seen });
  }

  #sendLine(number) {
    this.#send({ type: "chat", number, text: this.#lines[number - 1] });
  }

  #send(message) {
    if (this.#channel?.readyState === "open") this.#channel.send(JSON.stringify(message));
  }

  // Send the first picture that waits, unless it is being sent over this very connection.
  #next() {
    const [picture] = this.#pictures;
    if (!picture || !this.#welcomed || this.#sending === this.#channel) return;
    this.#sending = this.#channel;
    this.#transfer(this.#channel, picture);
  }

  async #transfer(channel, { bytes, sha256, asked, transfer }) {
    this.#send({ type: "picture", transfer, asked, size: bytes.length, sha256 });
    for (let at = 0; at < bytes.length; at += CHUNK) {
      while (channel.readyState === "open" && channel.bufferedAmount > AHEAD) await drained(channel);
      if (this.#trip.now > this.#trip.shortest + CROWDED) await new Promise((done) => setTimeout(done, PAUSE));
      if (channel.readyState !== "open") return;
      channel.send(bytes.subarray(at, at + CHUNK));
      if (channel === this.#channel) this.#on.picture("sending", Math.min(1, (at + CHUNK) / bytes.length));
    }
  }

  #finish(transfer, whole) {
    const [picture] = this.#pictures;
    if (picture?.transfer !== transfer) return;
    this.#sending = null;
    picture.tries += 1;
    if (whole || picture.tries === TRIES) {
      this.#pictures.shift();
      if (!whole && picture.asked) this.answer(picture.asked, "failed");
      this.#on.picture(picture.withdrawn ? "withdrawn" : whole ? "sent" : "failed", 1);
    }
    this.#next();
  }
}

function drained(channel) {
  return new Promise((done) => {
    for (const event of ["bufferedamountlow", "close"]) channel.addEventListener(event, done, { once: true });
  });
}

function newName() {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
