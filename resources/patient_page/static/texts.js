// Every sentence the patient reads, in Danish and English, so that wording is judged in one place.

const da = {
  product: "Videokonsultation",
  other_language: "English",
  loading: "Åbner din videokonsultation …",
  your_doctor: "din læge",
  line_down: "Ingen forbindelse lige nu. Vi prøver igen af os selv – lad siden stå åben.",

  code_title: "Velkommen til din videokonsultation",
  code_lead: "Skriv koden fra din invitation, så finder vi dit møde.",
  code_label: "Din kode",
  code_go: "Fortsæt",
  code_help: "Koden har 10 tegn og står i SMS'en eller beskeden fra din klinik. Store og små bogstaver er lige gode.",
  code_wrong_length: "Koden har 10 tegn. Tjek, om du har fået dem alle med.",
  unknown_title: "Vi kunne ikke finde dit møde",
  unknown_lead: "Koden passer ikke til et møde. Se efter i din invitation, og skriv den igen.",
  limited_title: "Vent et øjeblik",
  limited_lead: "Der er prøvet mange koder herfra på kort tid. Vent et par minutter, og prøv igen.",
  try_again: "Prøv igen",

  early_title: "Rummet åbner {when}",
  early_lead: "Din tid hos {clinician} er {start}. Siden åbner af sig selv {countdown}.",
  early_hint: "Du kan prøve kamera og mikrofon nu, så er alt klar, når det er din tur.",
  in_a_moment: "om et øjeblik",
  in_one_minute: "om 1 minut",
  in_minutes: "om {n} minutter",
  in_hours: "om {h} t. og {m} min",
  in_days: "om {n} dage",
  in_one_day: "om 1 dag",
  danish_time: "(dansk tid)",

  preview_title: "Gør dig klar til samtalen",
  preview_lead: "Du skal tale med {clinician} {start}.",
  start_media: "Tænd kamera og mikrofon",
  start_media_hint: "Browseren spørger om lov – vælg Tillad. Kun du kan se billedet, indtil lægen tager imod dig.",
  asking: "Sig ja i browserens spørgsmål om kamera og mikrofon …",
  mirror_off: "Dit kamera er ikke tændt endnu",
  mirror_none: "Intet kamera",
  camera_is_off: "Dit kamera er slukket",
  level_quiet: "Sig noget, så linjen bevæger sig",
  level_heard: "Vi kan høre dig",
  devices_title: "Skift kamera, mikrofon eller prøv lyden",
  camera: "Kamera",
  microphone: "Mikrofon",
  test_sound: "Afspil en prøvelyd",
  join: "Jeg er klar – gå i venteværelset",
  join_without_camera: "Fortsæt uden kamera",
  join_without_microphone: "Fortsæt uden mikrofon",
  join_without_both: "Fortsæt uden kamera og mikrofon",
  preview_hint: "Find et roligt sted med lys på ansigtet. Du må gerne have en pårørende med.",

  denied: "Browseren har ikke lov til at bruge {device}. Tryk på ikonet ved siden af adressen, vælg Tillad, og tryk {action}.",
  missing: "Vi kan ikke finde {a_device} på din enhed. Tilslut udstyret, og tryk {action}.",
  busy: "Et andet program bruger {device}. Luk programmet, og tryk {action}.",
  lost: "Forbindelsen til {device} forsvandt. Tilslut udstyret, og tryk {action}.",
  unsupported: "Browseren her kan ikke bruge kamera og mikrofon. Åbn linket i Safari, Chrome eller Edge – eller bliv ringet op.",
  device_camera: "kameraet",
  device_microphone: "mikrofonen",
  device_both: "kamera og mikrofon",
  a_device_camera: "et kamera",
  a_device_microphone: "en mikrofon",
  a_device_both: "kamera eller mikrofon",

  waiting_title: "Du er i venteværelset",
  waiting_lead: "Du venter på {clinician}. Din tid er {start}. Bliv på siden – samtalen starter af sig selv.",
  waiting_hint: "Du hører en lyd, når det er din tur. Du behøver ikke trykke på noget.",
  delay: "Lægen er ca. {n} min. forsinket.",

  call_title: "Samtale med {clinician}",
  admitted: "{clinician} er klar. Vi forbinder jer …",
  no_remote_picture: "Du kan høre {clinician}, men billedet er ikke tændt.",
  frozen: "Forbindelsen hakker. Vi henter den tilbage – du skal ikke gøre noget.",
  back: "Forbindelsen er tilbage.",
  controls: "Knapper til samtalen",
  mute: "Sluk mikrofon",
  unmute: "Tænd mikrofon",
  muted: "Lægen kan ikke høre dig: din mikrofon er slukket.",
  held_back: "Lægen kan ikke høre dig: telefonen eller computeren har sat mikrofonen på pause. Er du i gang med et opkald, så læg på.",
  camera_off: "Sluk kamera",
  camera_on: "Tænd kamera",
  flip: "Vend kamera",
  fullscreen: "Fuld skærm",
  fullscreen_off: "Luk fuld skærm",
  sound_on: "Tryk her for at høre lægen",
  phone_me: "Ring mig op i stedet",
  leave: "Forlad",

  chat: "Skriv besked",
  chat_label: "Skriv til lægen",
  chat_send: "Send",
  chat_empty: "Her kan du og lægen skrive til hinanden. Det bliver ikke gemt.",
  chat_from_you: "Dig:",
  chat_from_doctor: "Lægen:",
  chat_waits: "Sendes, når forbindelsen er tilbage",
  hide: "Skjul",
  card_lead: "Lægen viser dig",
  picture_open: "Send billede",
  picture_ask_title: "Lægen vil gerne have et skarpt billede af det, du viser. Tag billedet?",
  picture_ask_lead: "Hold det stille foran kameraet, og tryk. Billedet går kun til lægen, som kan gemme det i din journal.",
  picture_no_camera: "Dit kamera er ikke tændt. Du kan vælge et billede i stedet.",
  picture_take: "Ja, tag billedet",
  picture_choose: "Vælg et billede",
  picture_refuse: "Nej tak",
  picture_send_title: "Send dette billede til lægen?",
  picture_send_lead: "Billedet går kun til lægen, som kan gemme det i din journal.",
  picture_send: "Ja, send billedet",
  picture_cancel: "Fortryd",
  picture_taking: "Tager billedet …",
  picture_sending: "Sender billedet … {percent} %",
  picture_sent: "Lægen har fået dit billede.",
  picture_failed: "Billedet kunne ikke sendes.",
  picture_unreadable: "Filen kan ikke vises som et billede. Vælg en anden.",

  callback_title: "Vi har givet besked",
  callback_lead: "{clinician} ringer dig op. Hold telefonen tændt og i nærheden.",
  callback_hint: "Lægen ringer til det nummer, klinikken har på dig. Skal det være et andet, så ring til klinikken.",
  callback_undo: "Jeg vil alligevel gerne bruge video",
  telephone_title: "Lægen ringer til dig nu på telefonen",
  telephone_lead: "Læg ikke telefonen fra dig. Kamera og mikrofon på denne side er slukket.",
  ended_title: "Tak for samtalen",
  ended_lead: "Samtalen er slut. Du kan lukke siden.",
  rate_picture: "Hvordan var billedet?",
  rate_sound: "Hvordan var lyden?",
  picture_1: "Dårligt",
  picture_2: "Okay",
  picture_3: "Godt",
  sound_1: "Dårlig",
  sound_2: "Okay",
  sound_3: "God",
  rating_thanks: "Tak for dit svar.",
  left_title: "Du har forladt mødet",
  left_lead: "Du kan komme tilbage med det samme, så længe rummet er åbent.",
  come_back: "Gå tilbage til mødet",
  closed_title: "Mødet er lukket",
  closed_lead: "Linket virker ikke længere. Har du brug for en ny tid, så ring til {clinic}.",
  closed_lead_plain: "Linket virker ikke længere. Har du brug for en ny tid, så kontakt din klinik.",
  call_clinic: "Ring til klinikken: {phone}",
  replaced_title: "Mødet er åbnet et andet sted",
  replaced_lead: "Du har åbnet det samme link på en anden enhed eller i et andet vindue.",
  continue_here: "Fortsæt her i stedet",
};

const en = {
  product: "Video consultation",
  other_language: "Dansk",
  loading: "Opening your video consultation …",
  your_doctor: "your doctor",
  line_down: "No connection just now. We keep trying – leave this page open.",

  code_title: "Welcome to your video consultation",
  code_lead: "Type the code from your invitation and we will find your meeting.",
  code_label: "Your code",
  code_go: "Continue",
  code_help: "The code has 10 characters and is in the text message from your clinic. Capitals do not matter.",
  code_wrong_length: "The code has 10 characters. Please check that you have them all.",
  unknown_title: "We could not find your meeting",
  unknown_lead: "That code does not match a meeting. Look in your invitation and type it again.",
  limited_title: "Please wait a moment",
  limited_lead: "Many codes have been tried from here in a short time. Wait a few minutes and try again.",
  try_again: "Try again",

  early_title: "The room opens {when}",
  early_lead: "Your time with {clinician} is {start}. This page opens by itself {countdown}.",
  early_hint: "You can try your camera and microphone now, so everything is ready when it is your turn.",
  in_a_moment: "in a moment",
  in_one_minute: "in 1 minute",
  in_minutes: "in {n} minutes",
  in_hours: "in {h} h and {m} min",
  in_days: "in {n} days",
  in_one_day: "in 1 day",
  danish_time: "(Danish time)",

  preview_title: "Get ready for your consultation",
  preview_lead: "You are going to talk with {clinician} {start}.",
  start_media: "Turn on camera and microphone",
  start_media_hint: "Your browser asks for permission – choose Allow. Only you see the picture until the doctor takes you in.",
  asking: "Say yes when the browser asks about camera and microphone …",
  mirror_off: "Your camera is not on yet",
  mirror_none: "No camera",
  camera_is_off: "Your camera is off",
  level_quiet: "Say something to make the bar move",
  level_heard: "We can hear you",
  devices_title: "Change camera or microphone, or test the sound",
  camera: "Camera",
  microphone: "Microphone",
  test_sound: "Play a test sound",
  join: "I am ready – enter the waiting room",
  join_without_camera: "Continue without camera",
  join_without_microphone: "Continue without microphone",
  join_without_both: "Continue without camera and microphone",
  preview_hint: "Find a quiet place with light on your face. You are welcome to have a relative with you.",

  denied: "The browser may not use {device}. Press the icon beside the address, choose Allow, and press {action}.",
  missing: "We cannot find {a_device} on your device. Connect one and press {action}.",
  busy: "Another program is using {device}. Close it and press {action}.",
  lost: "The connection to {device} was lost. Connect it and press {action}.",
  unsupported: "This browser cannot use camera and microphone. Open the link in Safari, Chrome or Edge – or be phoned.",
  device_camera: "the camera",
  device_microphone: "the microphone",
  device_both: "camera and microphone",
  a_device_camera: "a camera",
  a_device_microphone: "a microphone",
  a_device_both: "a camera or microphone",

  waiting_title: "You are in the waiting room",
  waiting_lead: "You are waiting for {clinician}. Your time is {start}. Stay on this page – the consultation starts by itself.",
  waiting_hint: "You will hear a sound when it is your turn. You need not press anything.",
  delay: "The doctor is about {n} min late.",

  call_title: "Consultation with {clinician}",
  admitted: "{clinician} is ready. We are connecting you …",
  no_remote_picture: "You can hear {clinician}, but the picture is off.",
  frozen: "The connection is breaking up. We are getting it back – you need not do anything.",
  back: "The connection is back.",
  controls: "Buttons for the consultation",
  mute: "Mute me",
  unmute: "Unmute me",
  muted: "The doctor cannot hear you: you are muted.",
  held_back: "The doctor cannot hear you: your phone or computer has paused the microphone. If you are on a call, hang up.",
  camera_off: "Camera off",
  camera_on: "Camera on",
  flip: "Turn camera",
  fullscreen: "Full screen",
  fullscreen_off: "Exit full screen",
  sound_on: "Press here to hear the doctor",
  phone_me: "Phone me instead",
  leave: "Leave",

  chat: "Write a message",
  chat_label: "Write to the doctor",
  chat_send: "Send",
  chat_empty: "You and the doctor can write to each other here. It is not kept.",
  chat_from_you: "You:",
  chat_from_doctor: "The doctor:",
  chat_waits: "Is sent when the connection is back",
  hide: "Hide",
  card_lead: "The doctor is showing you",
  picture_open: "Send a picture",
  picture_ask_title: "The doctor would like a sharp picture of what you are showing. Take it?",
  picture_ask_lead: "Hold it still in front of the camera and press. The picture goes to the doctor only, who may keep it in your record.",
  picture_no_camera: "Your camera is not on. You can choose a picture instead.",
  picture_take: "Yes, take the picture",
  picture_choose: "Choose a picture",
  picture_refuse: "No, thank you",
  picture_send_title: "Send this picture to the doctor?",
  picture_send_lead: "The picture goes to the doctor only, who may keep it in your record.",
  picture_send: "Yes, send the picture",
  picture_cancel: "Cancel",
  picture_taking: "Taking the picture …",
  picture_sending: "Sending the picture … {percent} %",
  picture_sent: "The doctor has your picture.",
  picture_failed: "The picture could not be sent.",
  picture_unreadable: "The file cannot be shown as a picture. Choose another one.",

  callback_title: "We have let them know",
  callback_lead: "{clinician} will phone you. Keep your phone on and close by.",
  callback_hint: "The doctor calls the number the clinic has for you. If it should be another one, please phone the clinic.",
  callback_undo: "I would like to use video after all",
  telephone_title: "The doctor is phoning you now",
  telephone_lead: "Keep your phone in your hand. Camera and microphone on this page are off.",
  ended_title: "Thank you for talking with us",
  ended_lead: "The consultation is over. You may close this page.",
  rate_picture: "How was the picture?",
  rate_sound: "How was the sound?",
  picture_1: "Bad",
  picture_2: "Okay",
  picture_3: "Good",
  sound_1: "Bad",
  sound_2: "Okay",
  sound_3: "Good",
  rating_thanks: "Thank you for your answer.",
  left_title: "You have left the meeting",
  left_lead: "You can come back at once for as long as the room is open.",
  come_back: "Return to the meeting",
  closed_title: "The meeting is closed",
  closed_lead: "The link no longer works. If you need a new time, please phone {clinic}.",
  closed_lead_plain: "The link no longer works. If you need a new time, please contact your clinic.",
  call_clinic: "Phone the clinic: {phone}",
  replaced_title: "The meeting is open somewhere else",
  replaced_lead: "You have opened the same link on another device or in another window.",
  continue_here: "Continue here instead",
};

const TEXTS = { da, en };
const ZONE = "Europe/Copenhagen";
let language = document.documentElement.lang === "en" ? "en" : "da";

export const currentLanguage = () => language;

export function setLanguage(next) {
  language = next === "en" ? "en" : "da";
  document.documentElement.lang = language;
}

// The patient's own choice outlives a reload; a browser that keeps nothing is asked again.
export function chosenLanguage() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

export function chooseLanguage(next) {
  setLanguage(next);
  try {
    localStorage.setItem("language", next);
  } catch {
    // Private windows may refuse to keep it.
  }
}

export function t(key, values = {}) {
  return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// "kl. 10.05" today, "torsdag den 20. november kl. 10.05" on another day; always the clinic's clock.
export function clinicTime(iso) {
  const at = new Date(iso);
  const locale = language === "da" ? "da-DK" : "en-GB";
  const format = (options, zone = ZONE) => new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format(at);
  const clock = { hour: "2-digit", minute: "2-digit" };
  const day = { weekday: "long", day: "numeric", month: "long" };
  const today = new Intl.DateTimeFormat(locale, { ...day, timeZone: ZONE }).format(new Date()) === format(day);
  const time = `${language === "da" ? "kl.\u00a0" : "at\u00a0"}${format(clock)}`;
  const elsewhere = format(clock) !== format(clock, undefined) ? ` ${t("danish_time")}` : "";
  return `${today ? "" : `${format(day)} `}${time}${elsewhere}`;
}

export function countdown(iso) {
  const minutes = Math.ceil((new Date(iso) - Date.now()) / 60000);
  if (minutes < 1) return t("in_a_moment");
  if (minutes === 1) return t("in_one_minute");
  if (minutes < 60) return t("in_minutes", { n: minutes });
  if (minutes < 24 * 60) return t("in_hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
  const days = Math.floor(minutes / (24 * 60));
  return days === 1 ? t("in_one_day") : t("in_days", { n: days });
}
