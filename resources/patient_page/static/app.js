// The page's conductor: turns what the service, the browser and the patient say into the one phase that is shown.

import { buildCard, showCard } from "./card.js";
import { Call } from "./call.js";
import { Chat } from "./chat.js";
import { buildCodeForm, parseCode } from "./code.js";
import { Devices } from "./devices.js";
import { Line } from "./line.js";
import { Media } from "./media.js";
import { Picture } from "./picture.js";
import { buildRating } from "./rating.js";
import { reportOf } from "./report.js";
import { Side } from "./side.js";
import { chime } from "./sound.js";
import { chooseLanguage, chosenLanguage, currentLanguage, setLanguage, t } from "./texts.js";
import {
  $, renderCall, renderCode, renderMessage, renderRoom, renderTexts, show, showPhase, text,
} from "./views.js";

const ROOM = ["early", "preview", "waiting"];
const MEDIA_PATIENCE = 8000; // an offer is answered without camera rather than not at all
const GONE = [404, 429];
const OVER = ["ended", "left", "closed", "replaced"]; // nothing to wait for, so a line that is down is no news

let phase = document.body.dataset.phase;
let server = null;
let unsaid = null; // a wish made while the line was down
let lineWords = ""; // what is said while the line is down
let awake = false; // whether the screen is to be kept from sleeping
let lamp = null; // what keeps it
const callState = { health: "connecting", picture: false, blocked: false };

const media = new Media(() => mediaChanged());
const devices = new Devices(media, changeTrack);
const call = new Call({
  send: (message) => line.send(message),
  remote: playRemote,
  health: (health, picture) => updateCall({ health, picture }),
  rejoin: () => line.renew(),
  made: (peer) => side.attach(peer),
  stats: (stats) => side.report(reportOf(stats, media, devices.level)),
});
const side = new Side({
  line: (words) => chat.hear(words),
  delivered: (count) => chat.delivered(count),
  ask: (number) => picture.ask(number),
  cancel: (number) => picture.cancel(number),
  renewed: () => picture.end(),
  picture: (state, share) => picture.progress(state, share),
  card: showCard,
  rung: (rung) => call.setRung(rung),
});
const chat = new Chat((words) => side.say(words));
const picture = new Picture(side, media, flip);
const line = new Line(parseCode(location.pathname.slice(1)), {
  message: receive,
  up: lineUp,
  down: lineDown,
  replaced: () => leaveTo("replaced"),
});

function render() {
  renderTexts(server);
  chat.render();
  picture.render();
  if (phase === "code" || phase === "unknown") renderCode(phase);
  else if (ROOM.includes(phase)) renderRoom(phase, server, media);
  else if (phase === "admitted") renderCall(server, media, callState);
  else renderMessage(phase, server);
  text("line-down", lineWords);
  show("line-down", lineWords && phase !== "admitted" && !OVER.includes(phase));
  showPhase(phase);
  document.title = `${titleOf()} · ${server?.clinic_name || t("product")}`;
}

function titleOf() {
  return document.querySelector("main > section:not([hidden]) h1")?.textContent ?? t("product");
}

function enter(next) {
  const before = phase;
  phase = next;
  if (before === "admitted" && next !== "admitted") endCall();
  if (OVER.includes(next)) forgetTalk();
  if (before !== "admitted" && next === "admitted") beginCall(before);
  if (!ROOM.includes(next) && next !== "admitted") media.stop();
  if (next === "waiting" && media.state === "off") media.start();
  if (next === "waiting" && before !== "waiting") $("devices").open = false;
  if (next === "preview" && before !== "preview" && media.state === "off") startIfAllowed();
  keepAwake(next === "waiting" || next === "admitted");
  render();
}

function leaveTo(next) {
  line.close();
  lineWords = "";
  enter(next);
}

function beginCall(before) {
  updateCall({ health: "connecting", picture: false, blocked: false });
  if (media.state === "off") media.start();
  if (before === "waiting") {
    chime();
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 100, 200]);
  }
}

function endCall() {
  call.close();
  picture.end();
  showCard(null);
}

function forgetTalk() {
  side.forget();
  chat.forget();
}

async function startIfAllowed() {
  if (await media.allowed()) media.start();
}

// ---- the service ----

function receive(message) {
  switch (message.type) {
    case "state":
      server = message;
      if (!chosenLanguage()) setLanguage(message.language);
      enter(message.phase === "telephone" && message.callback ? "callback" : message.phase);
      break;
    case "offer":
      if (phase === "admitted") answer(message);
      break;
    case "candidate":
      call.candidate(message.call, message.body);
      break;
    case "telephone":
    case "ended":
      if (server) enter(message.type);
      break;
  }
}

async function answer({ call: number, body }) {
  if (media.state !== "on") await Promise.race([media.start(), new Promise((done) => setTimeout(done, MEDIA_PATIENCE))]);
  const late = media.state !== "on";
  await call.offer(number, body, media.stream.getTracks());
  if (late) media.start().then(renewWithMedia);
}

// Tracks that came after the answer need a new offer.
function renewWithMedia() {
  if (phase === "admitted" && media.stream.getTracks().length) line.renew();
}

function lineUp() {
  call.forgetNumber();
  lineWords = "";
  render();
  if (media.state === "on") reportDevices();
  if (unsaid && line.send(unsaid)) unsaid = null;
}

function say(message) {
  unsaid = line.send(message) ? null : message;
}

async function lineDown(failures) {
  const phone = failures > 2 && server?.clinic_phone;
  lineWords = phone ? `${t("line_down")} ${t("call_clinic", { phone })}` : t("line_down");
  render();
  if (failures % 3 === 0 && !call.active) {
    const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
    if (answer && GONE.includes(answer.status)) location.reload();
  }
}

function reportDevices() {
  const browser = browserName();
  line.send({ type: "devices", camera: media.track("camera") !== null, microphone: media.track("microphone") !== null, browser });
}

function browserName() {
  const found = navigator.userAgent.match(/(Edg|SamsungBrowser|Firefox|FxiOS|CriOS|Chrome|Version)\/(\d+)/g)?.at(-1) ?? "";
  const name = found.replace("Version", "Safari").replace("Edg/", "Edge/").replace("CriOS", "Chrome").replace("FxiOS", "Firefox");
  return `${name} ${/iPhone|iPad|Android|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0] ?? ""}`.trim().slice(0, 80);
}

// ---- media ----

function mediaChanged() {
  devices.refresh();
  if (ROOM.includes(phase) || phase === "admitted") {
    if (media.state === "on") reportDevices();
    render();
  }
}

async function changeTrack(kind, track) {
  if (!track || phase !== "admitted") return;
  if (!(await call.replace(track.kind, track))) line.renew();
}

function updateCall(changes) {
  Object.assign(callState, changes);
  if (phase === "admitted") renderCall(server, media, callState);
}

async function playRemote(stream) {
  const remote = $("remote");
  if (remote.srcObject !== stream) remote.srcObject = stream;
  try {
    await remote.play();
    updateCall({ blocked: false });
  } catch (error) {
    if (error.name === "NotAllowedError") updateCall({ blocked: true });
  }
}

async function keepAwake(wanted) {
  awake = wanted;
  if (!wanted) {
    lamp?.release();
    lamp = null;
  } else if (!lamp && !document.hidden) {
    const lit = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
    if (lamp || !awake) lit?.release();
    else lamp = lit;
    lit?.addEventListener("release", () => (lamp = lamp === lit ? null : lamp));
  }
}

// A telephone call, or an iPhone's way out of full screen, leaves the doctor's picture and sound paused.
function playOn() {
  if (phase === "admitted" && $("remote").srcObject && !document.hidden) playRemote($("remote").srcObject);
}

// ---- the patient ----

function on(id, handler) {
  $(id).addEventListener("click", handler);
}

function toggle(kind) {
  if (media.track(kind)) media.setEnabled(kind, !media.enabled(kind));
  else media.start().then(renewWithMedia);
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if ($("view-call").requestFullscreen) $("view-call").requestFullscreen();
  else $("remote").webkitEnterFullscreen?.(); // iPhones show only a video in full screen
}

async function flip() {
  changeTrack("camera", await media.flip());
}

function askForPhone() {
  if (phase === "left") comeBack({ type: "phone" });
  else say({ type: "phone" });
}

function comeBack(message = null) {
  unsaid = message;
  server = null;
  enter("loading");
  line.open();
}

function messageAction() {
  if (phase === "limited") location.reload();
  else if (phase === "callback") say({ type: "join" });
  else comeBack();
}

on("language", () => {
  chooseLanguage(currentLanguage() === "da" ? "en" : "da");
  render();
});
on("start-media", () => media.start());
on("join", () => say({ type: "join" }));
on("room-phone", askForPhone);
on("call-phone", askForPhone);
on("message-phone", askForPhone);
on("message-go", messageAction);
for (const id of ["room-leave", "call-leave"]) {
  on(id, () => {
    line.send({ type: "leave" });
    leaveTo("left");
  });
}
on("mute", () => toggle("microphone"));
on("camera-off", () => toggle("camera"));
on("flip", flip);
on("fullscreen", toggleFullScreen);
$("remote").addEventListener("pause", playOn);
$("remote").addEventListener("loadeddata", () => call.pictureShown());
on("sound-on", () => playRemote($("remote").srcObject));
document.addEventListener("fullscreenchange", () => updateCall({}));
document.addEventListener("visibilitychange", () => {
  keepAwake(phase === "waiting" || phase === "admitted");
  playOn();
});
setInterval(() => phase === "early" && render(), 10000);

buildCodeForm();
buildCard((seen) => side.seen(seen));
buildRating((message) => line.send(message));
if (chosenLanguage()) setLanguage(chosenLanguage());
if (phase === "loading") line.open();
render();
