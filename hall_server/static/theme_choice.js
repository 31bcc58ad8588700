/**
 * The menu of theme_choice.html: what its reader chooses holds at once, and on every page from then on. Which theme a
 * page begins with is the server's to say, from the cookies that are written here.
 */

import { setTheme } from "sala/theme";

const A_YEAR_S = 366 * 24 * 3600;

for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("#look [name=theme]"))) {
  one.addEventListener("change", () => {
    setTheme(/** @type {import("sala/theme").Theme} */ (one.value));
    keep("theme", one.value);
  });
}

/** @type {HTMLInputElement | null} */ (document.querySelector("#look [name=motion]"))?.addEventListener(
  "change",
  (event) => {
    const motion = /** @type {HTMLInputElement} */ (event.target).checked ? "off" : "on";
    document.documentElement.dataset.motion = motion;
    keep("motion", motion);
  },
);

/**
 * @param {string} name
 * @param {string} value
 */
function keep(name, value) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store wants https, and a hall's network has none
  document.cookie = `${name}=${value}; Path=/; SameSite=Strict; Max-Age=${A_YEAR_S}`;
}
