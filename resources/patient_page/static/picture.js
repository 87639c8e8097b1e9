// A sharp picture for the doctor: taken or chosen by the patient's own hand, never without it.

import { closePanel, openPanel } from "./panels.js";
import { readStill, takeStill } from "./still.js";
import { t } from "./texts.js";
import { $, show, text } from "./views.js";

const SHOWN_FOR = 6000;
const HELD_BACK = 500;

export class Picture {
  #side;
  #media;
  #asked = 0; // the doctor's question, 0 for none
  #chosen = null; // a picture file that waits for the patient's yes
  #status = null; // what became of the last picture, as a text key and its values
  #passing = false; // whether that goes by itself
  #timer = 0;
  #round = 0; // counts the calls: what an earlier one began comes to nothing

  // `side` takes answer(asked, state) and picture(blob, asked); `flip` turns to the phone's other camera.
  constructor(side, media, flip) {
    this.#side = side;
    this.#media = media;
    $("picture-open").addEventListener("click", () => $("picture-file").click());
    $("picture-choose").addEventListener("click", () => $("picture-file").click());
    $("picture-file").addEventListener("change", () => this.#choose($("picture-file").files[0]));
    $("picture-take").addEventListener("click", () => (this.#chosen ? this.#sendChosen() : this.#take()));
    $("picture-flip").addEventListener("click", flip);
    $("picture-close").addEventListener("click", () => this.#refuse());
  }

  ask(number) {
    if (number === this.#asked) return; // asked again by a new connection
    this.#asked = number;
    this.#open();
    this.#holdBack();
  }

  cancel(number) {
    if (number === this.#asked) this.#end();
  }

  // The call is over, or the doctor's side begins anew.
  end() {
    this.#round += 1;
    this.#say(null);
    this.#end();
  }

  progress(state, share) {
    if (state === "withdrawn") this.#say(null);
    else this.#say(`picture_${state}`, { percent: Math.floor(share * 100) }, state !== "sending");
  }

  render() {
    const [asked, chosen, camera] = [this.#asked > 0, this.#chosen !== null, this.#media.enabled("camera")];
    text("picture-title", t(chosen ? "picture_send_title" : "picture_ask_title"));
    text("picture-lead", t(chosen ? "picture_send_lead" : camera ? "picture_ask_lead" : "picture_no_camera"));
    text("picture-take-words", t(chosen ? "picture_send" : "picture_take"));
    text("picture-close", t(asked ? "picture_refuse" : "picture_cancel"));
    show("picture-take", chosen || camera);
    show("picture-choose", asked && !chosen);
    show("picture-flip", asked && !chosen && !$("flip").hidden);
    show("picture-live", !chosen && camera);
    show("picture-still", chosen);
    const live = $("picture-live");
    const seen = asked && !chosen ? this.#media.stream : null;
    if (live.srcObject !== seen) live.srcObject = seen;
    text("picture-status", this.#status ? t(...this.#status) : "");
    show("picture-status", this.#status !== null);
  }

  // A finger on its way to something else must not say yes to a question that has just come up under it.
  #holdBack() {
    $("picture-take").disabled = true;
    setTimeout(() => ($("picture-take").disabled = false), HELD_BACK);
  }

  #open() {
    if (this.#passing) this.#say(null); // it was about the picture before
    openPanel("picture", $("picture-title"));
    this.render();
  }

  async #take() {
    if (!this.#asked) return;
    const [asked, round] = [this.#agree(), this.#round];
    this.#say("picture_taking");
    const blob = await takeStill(this.#media.track("camera")).catch(() => null);
    if (round !== this.#round) return;
    if (blob) this.#side.picture(blob, asked);
    else {
      this.#side.answer(asked, "failed");
      this.#say("picture_failed", {}, true);
    }
  }

  #agree() {
    const asked = this.#asked;
    if (asked) this.#side.answer(asked, "taking");
    this.#end();
    return asked;
  }

  async #choose(file) {
    $("picture-file").value = ""; // the same file may be chosen again
    if (!file) return;
    const round = this.#round;
    const chosen = await readStill(file).catch(() => null);
    if (round !== this.#round) return;
    if (!chosen) {
      this.#say("picture_unreadable", {}, true);
      return;
    }
    const picture = await createImageBitmap(chosen);
    if (round !== this.#round) return;
    this.#chosen = chosen;
    const canvas = $("picture-still");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    this.#open();
  }

  #sendChosen() {
    const blob = this.#chosen;
    this.#side.picture(blob, this.#agree());
  }

  // No to the question, or to the picture that was chosen; a question stands until it is answered itself.
  #refuse() {
    if (this.#chosen && this.#asked) {
      this.#chosen = null;
      this.render();
      return;
    }
    if (this.#asked) this.#side.answer(this.#asked, "refused");
    this.#end();
  }

  #end() {
    this.#asked = 0;
    this.#chosen = null;
    $("picture-still").width = $("picture-still").height = 0; // what it showed goes, too
    closePanel("picture");
    this.render();
  }

  #say(key, values = {}, passing = false) {
    clearTimeout(this.#timer);
    this.#status = key ? [key, values] : null;
    this.#passing = passing;
    if (passing) this.#timer = setTimeout(() => this.#say(null), SHOWN_FOR);
    this.render();
  }
}
