"use strict";

const DAY = new Intl.DateTimeFormat("da-DK", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Copenhagen" });
const TIME = new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" });
const ADDRESS = /https?:\/\/[^\s<>"]+/g;
const TRAILING = /[.,;:!?)]+$/;

const page = Object.fromEntries(
  ["telephones", "owner", "number", "texts", "empty", "line", "clock"].map((id) => [id, document.getElementById(id)]),
);
const asked = decodeURIComponent(location.pathname).match(/^\/phone\/(\+\d+)$/)?.[1] ?? null;
const unread = new Set();
let shownNumber = asked;
let newestShown = 0;
let arrivals = Promise.resolve();

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function inPairs(number) {
  return number.startsWith("+45") ? `+45 ${number.slice(3).replace(/(..)(?=.)/g, "$1 ")}` : number;
}

function moment(iso) {
  const at = new Date(iso);
  const today = DAY.format(at) === DAY.format(new Date());
  return today ? `i dag ${TIME.format(at)}` : `${DAY.format(at)} ${TIME.format(at)}`;
}

/* A text is never read as HTML: only addresses become links, and only as text of their own. */
function withLinks(text) {
  const body = element("p", "body");
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, "");
    body.append(text.slice(end, match.index));
    const link = element("a", "", address);
    link.href = address;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    body.append(link);
    end = match.index + address.length;
  }
  body.append(text.slice(end));
  return body;
}

function showText(text, isNew) {
  if (text.number <= newestShown) return;
  newestShown = text.number;
  const item = element("li", isNew ? "new" : "");
  const sender = element("p", "sender");
  sender.append(element("b", "", text.sender), ` · ${moment(text.delivered_at)}`);
  item.append(sender, withLinks(text.body));
  page.texts.append(item);
  page.texts.scrollTop = page.texts.scrollHeight;
}

async function read(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

async function showTelephones() {
  const telephones = await read("/phone/telephones");
  shownNumber ??= telephones.find((one) => one.newest)?.number ?? null;
  page.telephones.replaceChildren(...telephones.map(telephoneRow));
  const owner = telephones.find((one) => one.number === shownNumber);
  page.owner.textContent = owner?.name || (shownNumber ? "Ukendt ejer" : "Ingen sms'er endnu");
  page.number.textContent = shownNumber ? inPairs(shownNumber) : "";
  document.title = shownNumber ? `${owner?.name || inPairs(shownNumber)} – telefon` : "Patientens telefon";
  return Math.max(0, ...telephones.map((one) => one.newest?.number ?? 0));
}

function telephoneRow(one) {
  const link = element("a", unread.has(one.number) ? "unread" : "");
  link.href = `/phone/${encodeURIComponent(one.number)}`;
  if (one.number === shownNumber) link.setAttribute("aria-current", "page");
  link.append(
    element("span", "who", one.name || inPairs(one.number)),
    element("span", "when", one.newest ? TIME.format(new Date(one.newest.delivered_at)) : ""),
    element("span", "last", one.newest ? one.newest.body : inPairs(one.number)),
  );
  const row = element("li");
  row.append(link);
  return row;
}

async function showInbox() {
  const texts = shownNumber ? await read(`/phone/${encodeURIComponent(shownNumber)}/texts`) : [];
  page.texts.replaceChildren();
  newestShown = 0;
  texts.forEach((text) => showText(text, false));
  noteEmptiness();
}

function noteEmptiness() {
  page.empty.hidden = page.texts.childElementCount > 0;
  page.empty.textContent = shownNumber ? "Ingen beskeder på denne telefon endnu." : "Når klinikken sender en sms, dukker den op her.";
}

function listen(after) {
  const stream = new EventSource(`/phone/events?after=${after}`);
  stream.onopen = () => { page.line.textContent = "Forbundet"; };
  stream.onerror = () => { page.line.textContent = "Ingen forbindelse"; };
  stream.onmessage = (event) => {
    const text = JSON.parse(event.data);
    arrivals = arrivals.then(() => arrive(text)).catch(noteFailure);
  };
}

/* Without a number in the address the page follows whichever telephone a text arrives on. */
async function arrive(text) {
  if (asked === null && text.recipient !== shownNumber) {
    shownNumber = text.recipient;
    await showInbox();
  } else if (text.recipient === shownNumber) {
    showText(text, true);
    noteEmptiness();
  } else {
    unread.add(text.recipient);
  }
  await showTelephones();
}

function noteFailure() {
  page.line.textContent = "Kunne ikke hente beskeder";
}

function tick() {
  page.clock.textContent = TIME.format(new Date());
}

async function start() {
  tick();
  setInterval(tick, 10_000);
  const newest = await showTelephones();
  await showInbox();
  listen(newest);
}

start().catch(noteFailure);
