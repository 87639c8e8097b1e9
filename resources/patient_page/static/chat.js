// The written word beside the call: kept by nobody, gone when the page is closed.

import { closePanel, isOpen, openPanel } from "./panels.js";
import { t } from "./texts.js";
import { $, show } from "./views.js";

const LONE_SURROGATE = /\p{Surrogate}/gu; // half a character, as a cut-off paste can leave one
const LONGEST = 2000;

export class Chat {
  #say;
  #mine = [];

  // say(text) hands a line on and returns its number.
  constructor(say) {
    this.#say = say;
    $("chat-open").addEventListener("click", () => (isOpen("chat") ? closePanel("chat") : openPanel("chat", $("chat-text"))));
    $("chat-close").addEventListener("click", () => closePanel("chat"));
    $("chat-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    $("chat-text").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
  }

  // A line of the doctor's: the panel opens, for a patient who looks at the picture sees no badge.
  hear(words) {
    if (!isOpen("chat")) openPanel("chat"); // first, so that what comes into it is read aloud
    this.#add("theirs", "chat_from_doctor", words);
  }

  delivered(count) {
    for (const line of this.#mine.slice(0, count)) line.classList.remove("waits");
  }

  // The call is over.
  forget() {
    this.#mine = [];
    $("chat-lines").replaceChildren();
    $("chat-text").value = "";
    show("chat-empty", true);
    closePanel("chat");
  }

  render() {
    $("chat-text").placeholder = t("chat_label");
    for (const note of $("chat-lines").querySelectorAll("[data-said]")) note.textContent = t(note.dataset.said);
    for (const note of $("chat-lines").querySelectorAll(".wait-note")) note.textContent = t("chat_waits");
  }

  #submit() {
    const words = $("chat-text").value.replace(LONE_SURROGATE, "").trim().slice(0, LONGEST);
    if (!words) return;
    $("chat-text").value = "";
    this.#mine.push(this.#add("mine waits", "chat_from_you", words));
    this.#say(words);
  }

  #add(kind, said, words) {
    const line = document.createElement("li");
    line.className = kind;
    for (const [name, content] of [["unseen", t(said)], ["words", words], ["wait-note", t("chat_waits")]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = content;
      if (name === "unseen") part.dataset.said = said;
      if (name !== "wait-note" || kind.includes("mine")) line.append(part);
    }
    show("chat-empty", false);
    $("chat-lines").append(line);
    line.scrollIntoView({ block: "nearest" });
    return line;
  }
}
