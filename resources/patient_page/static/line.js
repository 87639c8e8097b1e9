// The line to the room service: a WebSocket that comes back by itself, at once when the network does.

const REPLACED = 4001;
const PING_EVERY = 15000;
const SILENCE_LIMIT = 35000;
const LONGEST_WAIT = 8000;

export class Line {
  #url;
  #on;
  #socket = null;
  #wanted = false;
  #failures = 0;
  #retry = 0;
  #heard = 0;

  // handlers: message(object), up(), down(failures), replaced()
  constructor(code, handlers) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.#url = `${scheme}//${location.host}/p/${code}/line`;
    this.#on = handlers;
    setInterval(() => this.#check(), PING_EVERY);
    window.addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  open() {
    this.#wanted = true;
    if (!this.#socket) this.#connect();
  }

  close() {
    this.#wanted = false;
    clearTimeout(this.#retry);
    this.#drop();
  }

  // Hang up and call again: the service then asks the console for a fresh offer.
  renew() {
    this.#drop();
    if (this.#wanted) this.#connect();
  }

  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #connect() {
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heard = Date.now();
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#failures = 0;
      this.#on.up();
    };
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return;
      this.#heard = Date.now();
      const message = JSON.parse(event.data);
      if (message.type !== "pong") this.#on.message(message);
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      if (event.code === REPLACED) {
        this.#wanted = false;
        this.#on.replaced();
      } else if (this.#wanted) {
        this.#again();
      }
    };
  }

  #again() {
    this.#failures += 1;
    this.#on.down(this.#failures);
    const wait = Math.min(LONGEST_WAIT, 300 * 2 ** this.#failures);
    this.#retry = setTimeout(() => this.#connect(), wait * (0.5 + Math.random() / 2));
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #hurry() {
    if (this.#wanted && !this.#socket) this.#connect();
    else this.#check();
  }

  #check() {
    if (!this.#socket) return;
    if (Date.now() - this.#heard > SILENCE_LIMIT) this.renew();
    else this.send({ type: "ping" });
  }
}
