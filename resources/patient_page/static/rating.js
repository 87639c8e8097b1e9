// Two taps after the call; what is said is counted by the service and belongs to nobody.

import { t } from "./texts.js";
import { $, text } from "./views.js";

const FACES = [["bad", 1], ["fair", 2], ["good", 3]];

export function buildRating(send) {
  const given = {};
  for (const what of ["picture", "sound"]) {
    for (const [face, score] of FACES) {
      const id = `rate-${what}-${score}`;
      const choice = document.createElement("div");
      choice.className = "choice";
      choice.innerHTML = `<input type="radio" name="rate-${what}" id="${id}" value="${score}">
        <label for="${id}"><svg class="icon" aria-hidden="true"><use href="#i-${face}"/></svg><span data-t="${what}_${score}"></span></label>`;
      choice.querySelector("input").addEventListener("change", () => {
        given[what] = score;
        if (given.picture && given.sound) {
          send({ type: "rating", ...given });
          for (const input of $("rating").elements) input.disabled = true;
          text("rating-thanks", t("rating_thanks"));
        }
      });
      $(`rate-${what}`).append(choice);
    }
  }
}
