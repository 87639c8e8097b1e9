// The code a person types: forgiving about case, blanks, hyphens and letters that look like figures.

import { t } from "./texts.js";
import { $, text } from "./views.js";

const CODE = /^[0-9A-HJKMNP-TV-Z]{10}$/;

export function parseCode(typed) {
  const code = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return CODE.test(code) ? code : null;
}

export function buildCodeForm() {
  $("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const code = parseCode($("code").value);
    if (code) {
      location.assign(`/${code}`);
      return;
    }
    text("code-error", t("code_wrong_length"));
    $("code").setAttribute("aria-invalid", "true");
    $("code").focus();
  });
}
