// The panels beside the call's picture: one is seen at a time, the newest; closing it brings the one below back.
// A question stays on top until it is answered.

import { $ } from "./views.js";

const open = []; // the last one is seen
const focusBefore = new Map(); // where to go back to, for each panel

function render() {
  for (const panel of document.querySelectorAll(".panel")) panel.hidden = panel.id !== open.at(-1);
  document.body.dataset.panel = open.at(-1) ?? "";
  $("chat-open").setAttribute("aria-expanded", isOpen("chat"));
  document.dispatchEvent(new Event("panels"));
}

export const isOpen = (id) => open.at(-1) === id;

// `focus` is the element to go to when the patient opened it, or must answer; news never take the focus away.
export function openPanel(id, focus = null) {
  close(id);
  const questioned = !focus && $(open.at(-1))?.getAttribute("role") === "dialog";
  open.splice(questioned ? -1 : open.length, 0, id);
  if (focus && !$(id).contains(document.activeElement)) focusBefore.set(id, document.activeElement);
  render();
  focus?.focus({ preventScroll: true });
}

export function closePanel(id) {
  const held = $(id).contains(document.activeElement);
  close(id);
  render();
  if (held) focusBefore.get(id)?.focus({ preventScroll: true });
}

function close(id) {
  const at = open.indexOf(id);
  if (at >= 0) open.splice(at, 1);
}

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && open.length) $(open.at(-1)).querySelector(".close")?.click();
});
