// Shows what the page knows: one function for each part of the page, and no decisions about what happens next.

import { clinicTime, countdown, currentLanguage, t } from "./texts.js";

export const $ = (id) => document.getElementById(id);

const VIEWS = {
  code: "view-code",
  unknown: "view-code",
  early: "view-room",
  preview: "view-room",
  waiting: "view-room",
  admitted: "view-call",
};
const ICONS = {
  loading: "clock",
  limited: "clock",
  callback: "phone",
  telephone: "phone",
  ended: "check",
  left: "leave",
  closed: "door",
  replaced: "screen",
};
const MESSAGE_ACTIONS = {
  limited: "try_again",
  callback: "callback_undo",
  left: "come_back",
  replaced: "continue_here",
};

export function clinician(server) {
  return server?.clinician_name || t("your_doctor");
}

export function text(id, words) {
  const element = $(id);
  if (element.textContent !== words) element.textContent = words;
}

export function show(id, visible) {
  $(id).hidden = !visible;
}

function label(id, icon, words) {
  $(id).querySelector("use").setAttribute("href", `#i-${icon}`);
  $(id).querySelector("span").textContent = words;
}

// Bring the page to a phase; the heading gets the focus so that a screen reader says where one is.
export function showPhase(phase) {
  const shown = VIEWS[phase] ?? "view-message";
  for (const view of document.querySelectorAll("main > section")) view.hidden = view.id !== shown;
  const before = document.body.dataset.phase;
  document.body.dataset.phase = phase;
  if (before !== phase) {
    window.scrollTo(0, 0);
    $(shown).querySelector("h1").focus({ preventScroll: true });
  }
}

export function renderTexts(server) {
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  text("language", t("other_language"));
  $("language").lang = currentLanguage() === "da" ? "en" : "da";
  text("clinic-name", server?.clinic_name || t("product"));
}

export function renderCode(phase) {
  text("code-title", t(phase === "unknown" ? "unknown_title" : "code_title"));
  text("code-lead", t(phase === "unknown" ? "unknown_lead" : "code_lead"));
}

export function renderMessage(phase, server) {
  const values = { clinician: clinician(server), clinic: server?.clinic_name, phone: server?.clinic_phone?.replaceAll(" ", "\u00a0") };
  $("message-icon").querySelector("use").setAttribute("href", `#i-${ICONS[phase] ?? "clock"}`);
  text("message-title", phase === "loading" ? t("loading") : t(`${phase}_title`, values));
  const lead = phase === "closed" && !server?.clinic_name ? "closed_lead_plain" : `${phase}_lead`;
  text("message-lead", phase === "loading" ? "" : capital(t(lead, values)));
  text("message-hint", phase === "callback" ? t("callback_hint") : "");
  const action = MESSAGE_ACTIONS[phase];
  show("message-go", Boolean(action));
  $("message-go").className = phase === "callback" ? "quiet" : "primary";
  if (action) text("message-go", t(action));
  show("message-phone", phase === "left");
  show("rating", phase === "ended");
  const phone = ["closed", "callback", "ended"].includes(phase) ? server?.clinic_phone : "";
  show("clinic-phone", Boolean(phone));
  if (phone) {
    text("clinic-phone", t("call_clinic", values));
    $("clinic-phone").href = `tel:${phone.replace(/[^+\d]/g, "")}`;
  }
}

export function renderRoom(phase, server, media) {
  const start = clinicTime(server.start);
  const values = {
    clinician: clinician(server),
    start,
    when: clinicTime(server.opens_at),
    countdown: countdown(server.opens_at),
  };
  text("room-title", capital(t(`${phase}_title`, values)));
  text("room-lead", capital(t(`${phase}_lead`, values)));
  show("delay", server.delay_minutes > 0);
  if (server.delay_minutes > 0) text("delay", t("delay", { n: server.delay_minutes }));
  renderStudio(phase, media);
}

function renderStudio(phase, media) {
  const { camera, microphone } = media.problems;
  const [off, asking, on] = ["off", "asking", "on"].map((state) => media.state === state);
  document.body.dataset.media = media.state === "on" && (camera || microphone) ? "problem" : media.state;
  attach("preview", media);
  $("preview").classList.toggle("flipped", media.facing === "user");
  show("mirror-empty", !media.track("camera"));
  $("studio").classList.toggle("pictureless", !media.track("camera"));
  text("mirror-text", t(asking ? "asking" : on ? "mirror_none" : "mirror_off"));
  show("level-row", Boolean(media.track("microphone")));
  show("problem", on && Boolean(camera || microphone));
  text("problem", on ? problemText(media.problems, "try_again") : "");
  const failed = on && Boolean(camera || microphone);
  show("start-media", off || failed);
  text("start-media", t(failed ? "try_again" : "start_media"));
  show("join", phase === "preview" && on);
  text("join", t(joinKey(camera, microphone)));
  $("join").className = failed ? "secondary" : "primary";
  show("room-leave", phase === "waiting");
  text("room-hint", t(off ? "start_media_hint" : `${phase}_hint`));
}

function joinKey(camera, microphone) {
  if (camera && microphone) return "join_without_both";
  if (camera) return "join_without_camera";
  return microphone ? "join_without_microphone" : "join";
}

// `action` names the button that tries again where the sentence stands.
function problemText({ camera, microphone }, action) {
  const problem = camera ?? microphone;
  const both = camera && camera === microphone;
  const device = both ? "device_both" : camera ? "device_camera" : "device_microphone";
  return problem ? t(problem, { device: t(device), a_device: t(`a_${device}`), action: t(action) }) : "";
}

export function renderCall(server, media, call) {
  const values = { clinician: clinician(server) };
  document.body.dataset.call = call.health;
  text("call-title", t("call_title", values));
  attach("self", media);
  $("self").classList.toggle("flipped", media.facing === "user");
  show("self-empty", !media.enabled("camera"));
  show("remote-empty", !call.picture && call.health !== "frozen");
  text("remote-text", capital(t(call.health === "live" ? "no_remote_picture" : "admitted", values)));
  const again = media.problems.camera ? "camera_on" : "unmute";
  const problem = media.state === "on" ? problemText(media.problems, again) : "";
  const microphone = media.track("microphone");
  const muted = microphone && !media.enabled("microphone") ? t("muted") : microphone?.muted ? t("held_back") : "";
  const status = call.health === "frozen" ? t("frozen") : problem || muted;
  show("call-status", Boolean(status));
  text("call-status", status);
  const [speaking, seen] = [media.enabled("microphone"), media.enabled("camera")];
  label("mute", speaking ? "mic" : "mic-off", t(speaking ? "mute" : "unmute"));
  label("camera-off", seen ? "cam" : "cam-off", t(seen ? "camera_off" : "camera_on"));
  label("fullscreen", "full", t(document.fullscreenElement ? "fullscreen_off" : "fullscreen"));
  $("mute").classList.toggle("is-off", !speaking);
  $("camera-off").classList.toggle("is-off", !seen);
  show("sound-on", call.blocked);
}

function attach(id, media) {
  const video = $(id);
  if (video.srcObject !== media.stream) video.srcObject = media.stream;
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
