// The device part of the page before the call: the level bar and the choice of camera and microphone.

import { chime, watchLevel } from "./sound.js";
import { t } from "./texts.js";
import { $, show, text } from "./views.js";

const HEARD_ABOVE = 0.25;
const HEARD_TICKS = 3;

export class Devices {
  #media;
  #stopLevel = () => {};
  #watched = null;
  #loud = 0;
  level = 0; // of the microphone, 0 to 1

  constructor(media, onChosen) {
    this.#media = media;
    for (const kind of ["camera", "microphone"]) {
      $(`${kind}-choice`).addEventListener("change", async (event) => {
        onChosen(kind, await media.choose(kind, event.target.value));
      });
    }
    $("test-sound").addEventListener("click", chime);
  }

  // Follow the microphone that is in use now, and offer the choices there are.
  async refresh() {
    this.#followLevel(this.#media.track("microphone"));
    let any = false;
    for (const kind of ["camera", "microphone"]) {
      const devices = this.#media.track(kind) ? await this.#media.choices(kind) : [];
      any ||= devices.length > 0;
      fill($(`${kind}-choice`), devices, this.#media.track(kind)?.getSettings().deviceId, t(kind));
    }
    show("devices", any);
    show("flip", (await this.#media.choices("camera")).length > 1 && matchMedia("(pointer: coarse)").matches);
  }

  #followLevel(track) {
    if (track === this.#watched) return;
    this.#stopLevel();
    this.#watched = track;
    this.#loud = this.level = 0;
    this.#stopLevel = track ? watchLevel(new MediaStream([track]), (level) => this.#showLevel(level)) : () => {};
  }

  #showLevel(level) {
    this.level = level;
    if (level > HEARD_ABOVE) this.#loud += 1;
    $("level").style.setProperty("--level", level.toFixed(2));
    text("level-text", t(this.#loud >= HEARD_TICKS ? "level_heard" : "level_quiet"));
  }
}

function fill(select, devices, current, name) {
  const options = devices.map(
    (device, index) => new Option(device.label || `${name} ${index + 1}`, device.deviceId, false, device.deviceId === current),
  );
  select.replaceChildren(...options);
  select.disabled = devices.length < 2;
}
