// What the doctor shows: a title, rows and a text, written out by this page; never anything but words.

import { closePanel, isOpen, openPanel } from "./panels.js";
import { $, text } from "./views.js";

// `tell` is told whether the patient has the card before them, or has closed it or put something else on top.
export function buildCard(tell) {
  $("card-close").addEventListener("click", () => closePanel("card"));
  document.addEventListener("panels", () => tell(isOpen("card")));
}

let shown = "";

// A page that came back is told again what it shows already; that must not open what the patient has closed.
export function showCard(card) {
  const news = JSON.stringify(card);
  if (news === shown) return;
  shown = news;
  if (!card) closePanel("card");
  write(card ?? { title: "", rows: [], text: "" });
  if (card) openPanel("card");
}

function write(card) {
  text("card-title", card.title);
  $("card-rows").replaceChildren(...card.rows.flatMap(([name, value]) => [part("dt", name), part("dd", value)]));
  $("card-rows").hidden = !card.rows.length;
  text("card-text", card.text);
  $("card-text").hidden = !card.text;
}

function part(kind, words) {
  const element = document.createElement(kind);
  element.textContent = words;
  return element;
}
